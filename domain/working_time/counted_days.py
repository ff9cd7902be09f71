"""Which days counted towards a limit, which did not, and why: the evidence for when it ran out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.working_time.local_days import FIRST_DAY, LAST_DAY
from domain.working_time.pauses import covered, in_order, running, total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.duration import Duration
    from domain.instant import Instant
    from domain.working_time.calendar import Calendar
    from domain.working_time.pauses import Interval

DAY_OF_THE_START: Final = "day of the start"
NOT_OVER: Final = "not over yet"
OUTSIDE_HOURS: Final = "outside working hours"
NO_HOURS: Final = "no working hours that day"
HOURS_SKIPPED: Final = "its hours are skipped as the clocks change"
PARTLY_PAUSED: Final = "partly paused"
PAUSED: Final = "paused"
PAUSED_AT_THE_END: Final = "paused when the last day ended"
WEEKEND: Final = "weekend"

_SATURDAY: Final = 5


class CountedDay(NamedTuple):
    """A local day, what of it was counted, and why it was not counted or not whole; else ``why`` is empty.

    Of a limit in working days or from a date ``counted`` is 1 or 0, of any other it is in microseconds.
    """

    day: date
    counted: int
    why: str


class Wait(NamedTuple):
    """What is waited for: a limit, in the time of a team, less the pauses."""

    limit: Duration
    team: str | None
    pauses: Sequence[Interval]


def counted_days(calendar: Calendar, start: Instant, until: Instant, wait: Wait) -> Iterator[CountedDay]:
    """Yield every local day touched by [start, until), with what of it counts towards the limit, and why.

    Up to the instant that ``Calendar.due`` gives, what was counted adds up to the limit.
    """
    if until <= start:
        return
    local = calendar.local
    every = range(max(FIRST_DAY, local.of(start)), min(LAST_DAY, local.of(until - 1)) + 1)
    days = [day for day in every if local.start(day) < local.start(day + 1)]
    stood = in_order(wait.pauses, start)
    if wait.limit.working_days or wait.limit.from_date:
        yield from _whole_days(calendar, days, (start, until), wait, stood)
        return
    for day in days:
        spans = calendar.hours(wait.team).spans(day) if wait.limit.working_time else (local.span(day),)
        whole = total(running(spans, start, until, ()))
        counted = total(running(spans, start, until, stood))
        why = _why_partly(whole, counted) if whole else _why_nothing(calendar, day, wait.team)
        yield CountedDay(date.fromordinal(day), counted, why)


def _why_partly(whole: int, counted: int) -> str:
    if counted == whole:
        return ""
    return PARTLY_PAUSED if counted else PAUSED


def _why_nothing(calendar: Calendar, day: int, team: str | None) -> str:
    if calendar.hours(team).works(day):
        return OUTSIDE_HOURS
    if calendar.hours(team).skipped(day):
        return HOURS_SKIPPED
    weekend = date.fromordinal(day).weekday() >= _SATURDAY
    return calendar.holidays.get(day, WEEKEND if weekend else NO_HOURS)


def _whole_days(
    calendar: Calendar, days: Sequence[int], within: Interval, wait: Wait, stood: Sequence[Interval]
) -> Iterator[CountedDay]:
    start, until = within
    due = calendar.due(start, *wait)
    hours, wanted = calendar.counted(start, wait.limit, wait.team)
    number = 0
    for day in days:
        begin, end = calendar.local.span(day)
        if day == days[0]:
            why = DAY_OF_THE_START
        elif not hours.works(day):
            why = _why_nothing(calendar, day, wait.team)
        elif covered(begin, end, stood):
            why = PAUSED
        elif end > until:
            why = NOT_OVER
        elif wanted is not None and number >= wanted and (due is None or end <= due):
            why = PAUSED_AT_THE_END
        else:
            why, number = "", number + 1
        yield CountedDay(date.fromordinal(day), int(not why), why)
