"""What is exported: whole cases, of one moment of the ledger, entry by entry as each was recorded.

An entry is exported if it was known at one instant and is believed to have occurred by the other. The
register of officers is not a case and is not exported; what it said of an officer when a case was allocated
stands in that entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from domain.cases.belief import AMENDING, as_of
from domain.cases.events import Reported
from domain.identity import case_stream
from domain.instant import EARLIEST, FOREVER
from projections.views.access import may_read_part, part_of_stream, readable_case
from projections.views.case_view import CaseView, Unread
from projections.views.timeline import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.event import Entry
    from ledger.entry import StoredEntry
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
    """A case's reference and its entries, in order of time; ``unread`` go into the file as they are stored."""

    reference: str
    lines: list[Line]
    unread: Sequence[Unread] = ()


class UnreadEntry(NamedTuple):
    """An entry that cannot be read, of which case (if its report can), and whether the file has it."""

    reference: str | None
    entry: Unread
    written: bool


class Export:
    """The cases of a ledger as of two instants, as far as whoever asks may read them.

    Entries that are recorded while they are read play no part. ``cases`` and ``entries`` count what was
    given so far, ``withheld`` the cases that may not be read, and ``unreadable`` are the entries that cannot
    be: what a file can hold of them is given as it is stored, so that whoever takes the file back is told.
    """

    def __init__(self, scope: Scope, *, flagged: bool = True) -> None:
        """Read the ledger of ``scope`` as it stands now.

        Without ``flagged`` nobody works out what is irregular about entries, which takes most of the time.
        """
        self._flagged = flagged
        self.cases = self.entries = self.withheld = 0
        self.unreadable: list[UnreadEntry] = []
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
            view = part_of_stream(self._scope, stream)
            if not may_read_part(view, self._scope.reader):
                self.withheld += 1
                continue
            seen = [entry for entry in view.entries if entry.position <= self._head]
            reported = seen[0].event if seen else None
            reference = reported.reference if isinstance(reported, Reported) else None
            unread = list(self._told(view.unread, reference))
            lines = [] if reference is None else self._lines(seen)
            if lines and reference is not None:
                self.cases += 1
                self.entries += len(lines) + len(unread)
                yield ExportedCase(reference, lines, unread)

    def _told(self, unread: Iterable[Unread], reference: str | None) -> Iterator[Unread]:
        """Yield what goes into the file of the entries that cannot be read, and note them all."""
        axes = self._scope.axes
        for one in unread:
            row = one.row
            at = row.recorded_at if row.occurred_at is None else row.occurred_at
            if row.position > self._head or row.recorded_at > axes.known_at or at > axes.valid_at:
                continue
            written = reference is not None and _writable(row)
            self.unreadable.append(UnreadEntry(reference, one, written))
            if written:
                yield one

    def _lines(self, entries: Sequence[Entry]) -> list[Line]:
        """Return the entries of one case as of the instants asked for, in order of time."""
        if self._flagged or any(isinstance(entry.event, AMENDING) for entry in entries):
            return CaseView(entries, self._scope.axes).lines
        # Nothing was corrected, so each is believed as it was recorded.
        return [Line(entry, entry) for entry in as_of(entries, self._scope.axes)]


def _writable(row: StoredEntry) -> bool:
    """Say whether a file can hold an entry as it is stored: its instants have dates, its payload is an object."""
    if not all(EARLIEST <= at <= FOREVER for at in (row.occurred_at or 0, row.recorded_at)):
        return False
    try:
        msgspec.json.decode(row.payload, type=dict[str, msgspec.Raw])
        return row.payload.isascii() or bool(row.payload.decode())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
