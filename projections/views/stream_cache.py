"""The entries of many streams, kept at hand as far as memory allows: what an audit looks things up in.

What an entry is flagged with, what corrected it and whether it may be read depends on its whole stream, so
the stream is read the first time one of its entries is wanted. Streams are forgotten, the longest unused
first, when more than ``ENTRIES`` entries are held.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from domain.cases import flags
from domain.cases.events import Reported
from domain.event import Entry, known_at
from domain.inspections.inspection import Opened
from domain.officer import Enrolled
from domain.projection_events import EntrySkipped
from domain.rulebook.events import Adopted
from projections.views.access import Scope, may_read_part, part_of, told
from projections.views.case_view import CaseView
from projections.views.timeline import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.axes import Axes
    from projections.views.case_view import Unread

ENTRIES = 50_000
"""How many entries are kept at hand at most, unless a single stream has more: some 60 MB."""


class CachedStream(NamedTuple):
    """A stream: whose it is, whether it may be read, and its lines as of the axes asked for, by version.

    ``unread`` are the entries that are left out, since they cannot be read.
    """

    register: str
    reference: str
    readable: bool
    lines: dict[int, Line]
    unread: Sequence[Unread] = ()


class StreamCache:
    """All streams of a ledger, as of two instants, and as one person may read them."""

    def __init__(self, scope: Scope, keep: int = ENTRIES) -> None:
        """Look things up in ``scope``; hold about ``keep`` entries."""
        self._scope = scope
        self._keep = keep
        self.held = 0
        self._by_stream: OrderedDict[bytes, CachedStream] = OrderedDict()

    def of(self, stream: bytes) -> CachedStream:
        """Return a stream; what cannot be read of it is among its ``unread``."""
        found = self._by_stream.get(stream)
        if found is not None:
            self._by_stream.move_to_end(stream)
            return found
        found = self._by_stream[stream] = self._read(stream)
        self.held += len(found.lines)
        while self.held > self._keep and len(self._by_stream) > 1:
            _, dropped = self._by_stream.popitem(last=False)
            self.held -= len(dropped.lines)
        return found

    def _read(self, stream: bytes) -> CachedStream:
        entries, unread = part_of(self._scope.ledger, stream)
        if not entries:
            return CachedStream("", "", readable=False, lines={}, unread=unread)
        register = entries[0].topic.partition(".")[0]
        if register != "case":
            lines = _register_lines(entries, self._scope.axes)
            return CachedStream(register, _name(entries), readable=True, lines=_by_version(lines), unread=unread)
        view = CaseView(entries, self._scope.axes, unread)
        readable = may_read_part(view, self._scope.reader)
        return CachedStream(
            register, _name(entries), readable, _by_version(view.lines), told(view, self._scope.reader)
        )


def _by_version(lines: Sequence[Line]) -> dict[int, Line]:
    return {line.entry.version: line for line in lines}


def _register_lines(entries: Sequence[Entry], axes: Axes) -> list[Line]:
    """Return the lines of a register's stream, which knows no corrections."""
    return [
        Line(entry, entry, flags=tuple(flags.of_itself(entry)))
        for entry in entries
        if known_at(entry) <= axes.known_at and entry.occurred_at <= axes.valid_at
    ]


def _name(entries: Sequence[Entry]) -> str:
    match entries[0].event:
        case (
            Reported(reference=name)
            | Enrolled(officer=name)
            | Opened(inspection=name)
            | EntrySkipped(projection=name)
        ):
            return name
        case Adopted():
            return "rulebook"
        case _:
            return entries[0].originator_id.hex
