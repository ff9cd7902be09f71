"""What is exported: whole cases, of one moment of the ledger, entry by entry as each was recorded.

An entry is exported if it was known at one instant and is believed to have occurred by the other. The
register of officers is not a case and is not exported; what it said of an officer when a case was allocated
stands in that entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.cases.belief import AMENDING, as_of
from domain.cases.events import Reported
from domain.identity import case_stream
from projections.views.access import entries_of, may_read, readable_case
from projections.views.case_view import CaseView
from projections.views.timeline import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.event import Entry
    from projections.views.access import Scope

MARK = "longcase_entry"
"""The name, and first column, by which an entry that Longcase exported is known."""

SHAPE = 1
"""Counts the shapes that exported entries have had."""

XES_URI = f"urn:longcase:xes:{SHAPE}"
"""The extension by which a XES file that Longcase made is known."""

_PAGE = 1_000
_REPORTED = (Reported.TOPIC,)


class ExportedCase(NamedTuple):
    """A case's reference and its entries, in order of time."""

    reference: str
    lines: list[Line]


class Export:
    """The cases of a ledger as of two instants, as far as whoever asks may read them.

    Entries that are recorded while they are read play no part. ``cases`` and ``entries`` count what was
    given so far, ``withheld`` the cases that may not be read. Raises ``StoreError`` for an entry that
    cannot be read.
    """

    def __init__(self, scope: Scope, *, flagged: bool = True) -> None:
        """Read the ledger of ``scope`` as it stands now.

        Without ``flagged`` nobody works out what is irregular about entries, which takes most of the time.
        """
        self._flagged = flagged
        self.cases = self.entries = self.withheld = 0
        self._scope = scope
        self._head = scope.ledger.head()[0]

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
            readable_case(self._scope, name)
        return self.of(names)

    def _streams(self) -> Iterator[bytes]:
        after = 0
        while found := self._scope.ledger.select_notifications(
            after, _PAGE, self._head, _REPORTED, inclusive_of_start=False
        ):
            yield from (row.stream for row in found if row.version == 1)
            after = found[-1].position

    def _given(self, streams: Iterable[bytes]) -> Iterator[ExportedCase]:
        for stream in streams:
            entries = entries_of(self._scope.ledger, stream)
            if not may_read(CaseView(entries).case, self._scope.reader):
                self.withheld += 1
                continue
            seen = [entry for entry in entries if entry.position <= self._head]
            lines = self._lines(seen)
            if lines and isinstance(seen[0].event, Reported):
                self.cases += 1
                self.entries += len(lines)
                yield ExportedCase(seen[0].event.reference, lines)

    def _lines(self, entries: Sequence[Entry]) -> list[Line]:
        """Return the entries of one case as of the instants asked for, in order of time."""
        if self._flagged or any(isinstance(entry.event, AMENDING) for entry in entries):
            return CaseView(entries, self._scope.axes).lines
        # Nothing was corrected, so each is believed as it was recorded.
        return [Line(entry, entry) for entry in as_of(entries, self._scope.axes)]
