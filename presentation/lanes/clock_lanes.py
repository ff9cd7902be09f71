"""The lanes of the clocks: each standard that ran on a case, within its limit and beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.events import RiskAssessed
from domain.deadlines.silence import UNASSESSED
from domain.duration import in_words
from domain.instant import FOREVER, SECOND
from domain.working_time.pauses import in_order, running
from presentation.lanes.lane import Bar, Lane, Mark, lane
from presentation.phrases import elapsed
from projections.views.clocks.clock_states import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.deadlines.clock import Clock
    from domain.deadlines.clocks import Clocks
    from domain.event import Entry
    from domain.instant import Instant
    from presentation.lanes.state_lanes import Span


def clock_lanes(clocks: Clocks, believed: Iterable[Entry], span: Span) -> Iterator[Lane]:
    """Yield a lane for each standard that ran on a case, and each warrant, escalation or child that it is about.

    Those that run now come first, the longest overdue at their head; of a case that was closed, and of a
    standard that its risk does not call for, none runs.
    """
    assessed = [(one.occurred_at, one.event.risk) for one in believed if isinstance(one.event, RiskAssessed)]
    by_identity: dict[tuple[str, str], list[Clock]] = {}
    for clock in (*clocks.finished, *clocks.running.values()):
        if not clock.ready.risks or _risk(clock, assessed) in clock.ready.risks:
            about = clock.key or name_of(clock, clocks)
            by_identity.setdefault((clock.ready.standard.id, about), []).append(clock)
    for (_, about), found in sorted(by_identity.items(), key=lambda one: _urgency(one[1])):
        yield _lane(found, about, span)


def _risk(clock: Clock, assessed: Sequence[tuple[Instant, str]]) -> str:
    """Return the risk of the case when a clock was stopped, or now, of those ``assessed`` in order of time."""
    stop = FOREVER if clock.stopped_at is None else clock.stopped_at
    return next((risk for at, risk in reversed(assessed) if at <= stop), UNASSESSED)


def lapses(clocks: Clocks) -> dict[str, Instant]:
    """Return when each warrant lapses, by the standard that says so; ``FOREVER`` while its clock stands."""
    found = (*clocks.finished, *clocks.running.values())
    return {clock.key: clock.due for clock in found if clock.ready.standard.cause == "warrant-lapsed"}


def _urgency(clocks: Sequence[Clock]) -> tuple[bool, Instant, Instant, str]:
    last = clocks[-1]
    stopped = last.stopped_at is not None
    return stopped, clocks[0].started_at if stopped else last.due, last.started_at, last.ready.standard.id


def _lane(clocks: Sequence[Clock], about: str, span: Span) -> Lane:
    last = clocks[-1]
    key = f" {about}" if about else ""
    made = lane(f"{last.ready.standard.id}{key} ({in_words(last.limit[0])})")
    for clock in clocks:
        stop = span.end if clock.stopped_at is None else clock.stopped_at
        made.bars.extend(sorted(_bars(clock, stop), key=lambda bar: bar.since))
        if clock.due <= stop:
            made.marks.append(Mark("due", clock.due, f"{clock.ready.standard.title}: due"))
    if last.stopped_at is None and span.closed_at is None:
        return made._replace(end=_standing(last, span.as_at), grave=last.due <= span.as_at)
    return made._replace(end=_came_to(clocks, span.end))


def _bars(clock: Clock, stop: Instant) -> Iterator[Bar]:
    """Yield the bars of a clock until ``stop``: in time, while it stood, and over the limit."""
    title = clock.ready.standard.title
    limit = min(clock.due, stop)
    halted = [*clock.pauses, *([(clock.stands_since, stop)] if clock.stands_since is not None else [])]
    stood = in_order(((begin, min(end, limit)) for begin, end in halted), clock.started_at)
    for begin, end in running([(clock.started_at, limit)], clock.started_at, limit, stood):
        yield Bar("running", begin, end, "", f"{title}: within the limit")
    for begin, end in stood:
        yield Bar("standing", begin, end, "", f"{title}: the clock stood")
    if clock.due < stop:
        over = _length(clock.due, stop)
        yield Bar("breach", clock.due, stop, f"{over} over", f"{title}: over the limit")


def _standing(clock: Clock, as_at: Instant) -> str:
    if clock.due == FOREVER:
        return "stands"
    if clock.due <= as_at:
        return f"over by {_length(clock.due, as_at)}"
    return f"{_length(as_at, clock.due)} left"


def _came_to(clocks: Sequence[Clock], end: Instant) -> str:
    """Return how the clocks of a lane ended, of which none runs any more; the case did at ``end``."""
    last = clocks[-1]
    if len(clocks) > 1:
        late = sum(clock.late(end if clock.stopped_at is None else clock.stopped_at) for clock in clocks)
        return f"{len(clocks):,} times, {late or 'never'} late"
    if last.stopped_at is None:
        return f"closed {_length(last.due, end)} over" if last.due < end else "case closed"
    if last.late(last.stopped_at):
        return f"{'ended' if last.ended else 'met'} {_length(last.due, last.stopped_at)} late"
    return "no longer needed" if last.ended else f"met in {_length(last.since, last.stopped_at)}"


def _length(since: Instant, until: Instant) -> str:
    return elapsed((until - since) // SECOND)
