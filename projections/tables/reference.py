"""Reference data for projecting a case: rulebook versions and officers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain.codec import Unreadable, entry_of
from domain.deadlines.standards import Laws
from domain.identity import rulebook_stream
from domain.projection_events import EntrySkipped
from domain.rulebook.default import default_of
from domain.rulebook.events import Adopted
from domain.rulebook.versions import versions_of_entries
from projections.intervals.officers import Period, periods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from domain.event import Entry
    from domain.rulebook.versions import RulebookVersions
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

UNFIT = (Unreadable, TypeError, msgspec.ValidationError)
"""What is raised by an entry that cannot be read, or fits no other."""


CASES: Final = "case."
OFFICERS: Final = "officer."
"""What the topics of their entries begin with."""


_OTHERS: Final = (Adopted.TOPIC, EntrySkipped.TOPIC)
"""The topics of what else the rows of a case hang on."""


class PoisonEntry(Exception):
    """An entry that the projection cannot read, and why."""

    def __init__(self, position: int, reason: str) -> None:
        """Name the entry by its position."""
        super().__init__(reason)
        self.position = position
        self.reason = reason


class ReferenceData:
    """The rulebook and the officers as the ledger has them up to a position, without the entries skipped."""

    def __init__(self, ledger: LedgerReader, until: int, skipped: Collection[int] = ()) -> None:
        """Read from ``ledger``; officers are read when they are first asked for.

        Raises ``PoisonEntry`` for an adoption of a rulebook that cannot be read, ``StoreError`` for a shipped one
        that is not known.
        """
        self._ledger = ledger
        self.until = until
        self.skipped = skipped
        self._officers: dict[bytes, list[Period]] = {}
        self._adoptions = _read(_entries(ledger, rulebook_stream(), until), Adopted.TOPIC, skipped)
        self.laws = Laws(versions_of_entries(default_of(ledger.settings()), self._adoptions).versions)

    def read(self, stored: Iterable[StoredEntry], kind: str) -> list[Entry]:
        """Return the entries of these rows, whose topics begin with ``kind``, but for those skipped.

        Raises ``PoisonEntry`` for the first that cannot be read, or is of another kind.
        """
        return _read(stored, kind, self.skipped)

    def periods(self, officer: bytes) -> list[Period]:
        """Return the rows of the officer with this stream."""
        found = self._officers.get(officer)
        if found is None:
            found = self._officers[officer] = periods(
                self.read(_entries(self._ledger, officer, self.until), OFFICERS)
            )
        return found

    def only_cases_since(self, position: int) -> bool:
        """Say whether all entries after a position are of cases: nothing else changed by which they are read."""
        others = (OFFICERS, *_OTHERS)
        return not any(self._ledger.any_like(prefix, position + 1, self.until) for prefix in others)

    def redrawn(self, since: int) -> bool:
        """Say whether, after a position, a rulebook was adopted that took effect at once or before.

        That can be only where the first case was reported in the same moment: all rows are made anew then.
        """
        return any(
            entry.event.effective_from <= entry.recorded_at
            for entry in self._adoptions
            if isinstance(entry.event, Adopted) and since < entry.position
        )


def versions_up_to(ledger: LedgerReader, until: int, skipped: Collection[int]) -> RulebookVersions:
    """Return the versions of the rulebook as ``ReferenceData`` has them; raise as it does."""
    adoptions = _read(_entries(ledger, rulebook_stream(), until), Adopted.TOPIC, skipped)
    return versions_of_entries(default_of(ledger.settings()), adoptions)


def _entries(ledger: LedgerReader, stream: bytes, until: int) -> Iterator[StoredEntry]:
    return (one for one in ledger.stream(stream) if one.position <= until)


def _read(stored: Iterable[StoredEntry], kind: str, skipped: Collection[int]) -> list[Entry]:
    entries = []
    for one in stored:
        if skipped and one.position in skipped:
            continue
        try:
            entries.append(_entry_of(one, kind))
        except Unreadable as error:
            reason = f"entry {one.version} of its stream, {one.topic}: {error}"
            raise PoisonEntry(one.position, reason) from error
    return entries


def _entry_of(stored: StoredEntry, kind: str) -> Entry:
    if not stored.topic.startswith(kind):
        raise Unreadable(f"the entries of its stream are all of the kind {kind}")
    return entry_of(stored)
