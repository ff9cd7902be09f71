"""What is exported: whole cases, of one moment of the ledger, entry by entry as each was recorded.

An entry is exported if it was known at one instant and is believed to have occurred by the other. The
register of officers is not a case and is not exported; what it said of an officer when a case was allocated
stands in that entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.cases import belief
from domain.cases.events import EntryCorrected, EntryRetracted, Reported
from domain.event import known_at
from domain.identity import case_stream
from projections.views.access import current, entries_of, may_read, readable_entries
from projections.views.timeline import Line, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.event import Entry
    from domain.instant import Instant
    from ledger.reader import LedgerReader
    from projections.views.access import Reader

MARK = "longcase_entry"
"""The name, and first column, by which an entry that Longcase exported is known."""

SHAPE = 1
"""Counts the shapes that exported entries have had."""

XES_URI = f"urn:longcase:xes:{SHAPE}"
"""The extension by which a XES file that Longcase made is known."""

_PAGE = 1_000
_REPORTED = (Reported.TOPIC,)
_AMENDING = (EntryCorrected, EntryRetracted)


class ExportedCase(NamedTuple):
    """A case's reference and its entries, in order of time."""

    reference: str
    lines: list[Line]


class Export:
    """The cases of a ledger as at one instant, as known at another, as far as ``reader`` may read them.

    Entries that are recorded while they are read play no part. ``cases`` and ``entries`` count what was
    given so far, ``withheld`` the cases that ``reader`` may not read. Raises ``StoreError`` for an entry that
    cannot be read.
    """

    def __init__(
        self, ledger: LedgerReader, reader: Reader, as_at: Instant, known: Instant, *, flagged: bool = True
    ) -> None:
        """Read ``ledger`` as it stands now; instants are microseconds UTC.

        Without ``flagged`` nobody works out what is irregular about entries, which takes most of the time.
        """
        self._flagged = flagged
        self.cases = self.entries = self.withheld = 0
        self._ledger, self._reader = ledger, reader
        self._as_at, self._known = as_at, known
        self._head = ledger.head()[0]

    def all(self) -> Iterator[ExportedCase]:
        """Give every case, in the order in which they were first recorded."""
        return self._given(self._streams())

    def of(self, references: Iterable[str]) -> Iterator[ExportedCase]:
        """Give these cases, in this order."""
        return self._given(map(case_stream, references))

    def named(self, references: Sequence[str]) -> Iterator[ExportedCase]:
        """Give these cases, each once; raise ``NotFound`` or ``Refused`` before the first is given."""
        names = list(dict.fromkeys(reference.strip() for reference in references))
        for name in names:
            readable_entries(self._ledger, name, self._reader)
        return self.of(names)

    def _streams(self) -> Iterator[bytes]:
        after = 0
        while found := self._ledger.select_notifications(
            after, _PAGE, self._head, _REPORTED, inclusive_of_start=False
        ):
            yield from (row.stream for row in found if row.version == 1)
            after = found[-1].position

    def _given(self, streams: Iterable[bytes]) -> Iterator[ExportedCase]:
        for stream in streams:
            entries = entries_of(self._ledger, stream)
            if not may_read(current(entries), self._reader.actor, self._reader.role):
                self.withheld += 1
                continue
            seen = [entry for entry in entries if entry.position <= self._head]
            lines = self._lines(seen)
            if lines and isinstance(seen[0].event, Reported):
                self.cases += 1
                self.entries += len(lines)
                yield ExportedCase(seen[0].event.reference, lines)

    def _lines(self, entries: Sequence[Entry]) -> list[Line]:
        """Return the entries of one case that are in the picture, in order of time."""
        if self._flagged or any(isinstance(entry.event, _AMENDING) for entry in entries):
            return timeline(entries, self._as_at, self._known)
        # Nothing was corrected, so each is believed as it was recorded.
        until = belief.effective(self._as_at, self._known)
        seen = (one for one in entries if one.occurred_at <= until and known_at(one) <= self._known)
        return [Line(entry, entry) for entry in sorted(seen, key=belief.in_order)]
