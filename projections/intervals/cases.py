"""One case as rows that hold between two instants on both axes: pure, from entries to rows.

A row says: from ``valid_from`` until before ``valid_to`` the case was like this, and that is what was
believed from ``known_from`` until before ``known_to``. Exactly one row of a case answers for any pair of
instants at which the case had been reported, if the first is not after the second (``Axes.valid_at``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.cases import belief
from domain.cases.events import ActionRecorded
from domain.cases.fold import apply, touch
from domain.cases.state import Case
from domain.instant import FOREVER, Instant
from projections.intervals.building import Builder, build

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.event import Entry


class CaseValues(NamedTuple):
    """What the population tables hold of a case's state."""

    reference: str
    category: str | None
    risk: str | None
    ownership: str
    owner: str | None
    team: str | None
    allocated_by: str | None
    reported_at: Instant
    closed_at: Instant | None
    record: str
    last_activity: str
    last_activity_at: Instant


class Interval(NamedTuple):
    """The values and the half-open intervals, in microseconds UTC, in which it holds on both axes."""

    valid_from: Instant
    valid_to: Instant
    known_from: Instant
    known_to: Instant
    values: CaseValues


class _Segment(NamedTuple):
    start: Instant
    known_from: Instant
    values: CaseValues


def values_of(case: Case) -> CaseValues | None:
    """Return what the tables hold of ``case``; ``None`` before it is reported."""
    if case.reported_at is None:
        return None
    return CaseValues(
        case.reference,
        case.category,
        case.risk,
        case.ownership,
        case.owner,
        case.team,
        case.allocated_by,
        case.reported_at,
        case.closed_at,
        case.record,
        case.last_activity or "",
        case.reported_at if case.last_activity_at is None else case.last_activity_at,
    )


def _apply(case: Case, entry: Entry) -> None:
    """Change ``case`` by an entry as far as the tables show it, which of an action is its activity alone."""
    if type(entry.event) is ActionRecorded:
        touch(case, entry)
    else:
        apply(case, entry)


def _segments(believed: Sequence[Entry], known: Instant) -> tuple[list[_Segment], Case]:
    case = Case()
    found: list[_Segment] = []
    for entry in believed:
        _apply(case, entry)
        values = values_of(case)
        if values is None:
            continue
        if found and found[-1].start == entry.occurred_at:
            found.pop()
        found.append(_Segment(entry.occurred_at, known, values))
    return found, case


class _CaseIntervals(Builder):
    """Builds a case's interval rows entry by entry, in the order in which entries became known."""

    __slots__ = ("case", "rows", "segments")

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Interval] = []
        self.segments: list[_Segment] = []
        self.case = Case()

    def _append(self, entry: Entry, known: Instant) -> None:
        """Add an entry that occurred after everything believed so far: one row closes, one opens."""
        at = entry.occurred_at
        self.last = at, entry.version
        _apply(self.case, entry)
        values = values_of(self.case)
        if values is None:
            return
        if self.segments:
            start, known_from, old = self.segments[-1]
            if start == at:
                self.segments.pop()
                self._close(start, FOREVER, known_from, known, old)
            elif at < known:
                self._close(at, known, known_from, known, old)
        self.segments.append(_Segment(at, known, values))

    def _fold_anew(self, known: Instant) -> None:
        """Fold anew what is believed from ``known`` on, and close the rows that no longer hold."""
        believed = belief.believe(self.seen).entries
        new, self.case = _segments(believed, known)
        self.last = belief.in_order(believed[-1]) if believed else (-FOREVER, 0)
        before = {(one.start, end, one.values): one for one, end in _ends(self.segments)}
        kept = [before.pop((one.start, end, one.values), one) for one, end in _ends(new)]
        for (start, end, values), one in before.items():
            self._close(start, end, one.known_from, known, values)
        self.segments = kept

    def _close(
        self, start: Instant, end: Instant, known_from: Instant, known_to: Instant, values: CaseValues
    ) -> None:
        if start < end and known_from < known_to:
            self.rows.append(Interval(start, end, known_from, known_to, values))

    def finish(self) -> list[Interval]:
        """Return all rows; those still believed hold for ever."""
        for one, end in _ends(self.segments):
            self._close(one.start, end, one.known_from, FOREVER, one.values)
        return self.rows


def _ends(segments: Sequence[_Segment]) -> Iterable[tuple[_Segment, Instant]]:
    ends = [one.start for one in segments[1:]]
    return zip(segments, [*ends, FOREVER][: len(segments)], strict=True)


def case_intervals(entries: Iterable[Entry]) -> list[Interval]:
    """Return the rows of one case, whose entries these are, all of them and in any order."""
    state = _CaseIntervals()
    build(state, entries)
    return state.finish()
