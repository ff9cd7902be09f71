"""What a drawing of a case shows: lanes of bars and marks over time, before anything of it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.events import ActionRecorded, Allocated, Escalated, Reported
from domain.cases.flags import LATE_AFTER, lateness
from domain.cases.fold import activity
from domain.deadlines.clocks import run
from domain.event import known_at
from domain.instant import SECOND
from presentation.lanes.clock_lanes import clock_lanes, lapses
from presentation.lanes.lane import Bar, Lane, Mark, lane
from presentation.lanes.state_lanes import Span, state_lanes
from presentation.phrases import elapsed
from projections.views.attribution import owner_spells
from projections.views.summaries import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from domain.cases.state import Case
    from domain.deadlines.clocks import Clocks
    from domain.deadlines.law import Law
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from domain.instant import Instant
    from projections.views.case_view import CaseView

_ROWS: Final = 4
_ELSEWHERE: Final = ("warrant-", "escalat", "closure-", "resolved", "reopened", "paused", "resumed")


class CaseLanes(NamedTuple):
    """A case and its lanes from ``since`` to ``as_at``; instants are microseconds UTC."""

    case: Case
    lanes: list[Lane]
    since: Instant
    as_at: Instant


def case_lanes(view: CaseView, laws: Laws, zone: tzinfo) -> CaseLanes | None:
    """Return what is to be drawn of a case, under all versions of the rulebook, with days as in ``zone``.

    ``None`` if it had not been reported by then.
    """
    as_at, case, believed = view.axes.as_at, view.case, view.believed
    if case.reported_at is None:
        return None
    clocks = run(believed, laws)
    lanes = [_ownership(view), _actions(believed, clocks, laws)]
    span = Span(as_at, case.closed_at, zone, lapses(clocks))
    lanes += state_lanes(believed, span)
    lanes += clock_lanes(clocks, believed, span)
    lanes += _late(believed, as_at)
    return CaseLanes(case, lanes, believed[0].occurred_at, as_at)


def _ownership(view: CaseView) -> Lane:
    made, case, as_at = lane("owner"), view.case, view.axes.as_at
    for spell in owner_spells(view):
        until = spell.until or case.closed_at or as_at
        if spell.owner is None:
            made.bars.append(Bar("nobody", spell.since, until, "nobody", "nobody had the case"))
        else:
            team = f", {spell.team}" if spell.team else ""
            made.bars.append(Bar("owned", spell.since, until, spell.owner, f"{spell.owner}{team} had the case"))
    if case.closed_at is not None:
        return made._replace(end="closed")
    last = made.bars[-1]
    held = elapsed((as_at - last.since) // SECOND)
    return made._replace(end=f"{last.label}, {held}", grave=last.kind == "nobody")


def _actions(believed: Sequence[Entry], clocks: Clocks, laws: Laws) -> Lane:
    made = lane("actions")
    for entry in believed:
        kind = _kind(entry, laws.at(entry.occurred_at))
        if kind is not None:
            made.marks.append(Mark(kind, entry.occurred_at, f"{summary(entry.event)}, by {entry.actor}"))
    kinds = (("harm", "harm or loss"), ("work", "action"), ("attempt", "attempt"))
    counts = [counted for kind, noun in kinds if (counted := _counted(made.marks, kind, noun))]
    return made._replace(end=", ".join(counts[:2]), grave=bool(clocks.harms))


def _counted(marks: Sequence[Mark], kind: str, noun: str) -> str:
    count = sum(mark.kind == kind for mark in marks)
    return f"{count:,} {noun if count == 1 or kind == 'harm' else f'{noun}s'}" if count else ""


def _kind(entry: Entry, law: Law) -> str | None:
    """Return how an entry is marked among the actions; ``None`` where a lane of its own shows it."""
    event = entry.event
    if isinstance(event, ActionRecorded):
        if event.kind in law.harms:
            return "harm"
        return "attempt" if event.kind in law.attempts else "work" if event.counts else "paper"
    if isinstance(event, Allocated | Escalated) or entry.name.startswith(_ELSEWHERE):
        return None
    return "work" if activity(entry) is not None and not isinstance(event, Reported) else "paper"


def _late(believed: Sequence[Entry], as_at: Instant) -> Iterator[Lane]:
    """Yield the lane of what was recorded late, each entry from when it happened to when it was known."""
    late = [entry for entry in believed if lateness(entry) > LATE_AFTER]
    if not late:
        return
    made = lane("recorded late")
    for place, entry in enumerate(late):
        words = f"{summary(entry.event)}, recorded {elapsed(lateness(entry) // SECOND)} late"
        until = min(known_at(entry), as_at)
        made.bars.append(Bar("late", entry.occurred_at, until, "", words, place % _ROWS))
        made.marks.append(Mark("happened", entry.occurred_at, words, place % _ROWS))
    yield made._replace(end=f"{len(late):,} {'entry' if len(late) == 1 else 'entries'}")
