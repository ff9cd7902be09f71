"""What the rows of every case rest on beside its own entries: the rulebook and the register of officers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain.codec import Unreadable, entry_of
from domain.rulebook_events import Adopted
from domain.standards import Laws
from projections.register import Period, periods
from projections.rulebooks import adoptions, books_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from domain.event import Entry
    from ledger.reader import SQLiteReader
    from ledger.stored import StoredEntry

UNFIT = (Unreadable, TypeError, msgspec.ValidationError)
"""What is raised by an entry that cannot be read, or fits no other."""


class PoisonEntry(Exception):
    """An entry that the projection cannot read, and why."""

    def __init__(self, position: int, reason: str) -> None:
        """Name the entry by its position."""
        super().__init__(reason)
        self.position = position
        self.reason = reason


class Ground:
    """The rulebook and the officers as the ledger has them up to a position, without the entries skipped."""

    def __init__(self, ledger: SQLiteReader, until: int, skipped: Collection[int] = ()) -> None:
        """Read from ``ledger``; officers are read when they are first asked for."""
        self._ledger = ledger
        self._until = until
        self._skipped = skipped
        self._officers: dict[bytes, list[Period]] = {}
        self.laws = Laws(books_of(ledger).versions)

    def read(self, stored: Iterable[StoredEntry]) -> list[Entry]:
        """Return the entries of these rows, but for those skipped.

        Raises ``PoisonEntry`` for the first that cannot be read.
        """
        entries = []
        for one in stored:
            if one.position in self._skipped:
                continue
            try:
                entries.append(entry_of(one))
            except Unreadable as error:
                reason = f"entry {one.version} of its stream, {one.topic}: {error}"
                raise PoisonEntry(one.position, reason) from error
        return entries

    def periods(self, officer: bytes) -> list[Period]:
        """Return the rows of the officer with this stream."""
        found = self._officers.get(officer)
        if found is None:
            stored = (one for one in self._ledger.stream(officer) if one.position <= self._until)
            found = self._officers[officer] = periods(self.read(stored))
        return found


def redrawn(ledger: SQLiteReader, since: int, until: int) -> bool:
    """Say whether, between two positions, a rulebook was adopted that took effect at once or before.

    That can be only where the first case was reported in the same moment: all rows are made anew then.
    """
    return any(
        entry.event.effective_from <= entry.recorded_at
        for entry in adoptions(ledger)
        if isinstance(entry.event, Adopted) and since < entry.position <= until
    )
