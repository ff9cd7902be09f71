"""When a limit runs out, in the slowest and most obvious way: day by day and pause by pause."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from domain.instant import EARLIEST, FOREVER, Instant
from domain.working_time.local_days import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.duration import Duration
    from domain.working_time.calendar import Calendar
    from domain.working_time.counted_days import Wait
    from domain.working_time.pauses import Interval
    from domain.working_time.working_hours import WorkingHours


def in_order(pauses: Iterable[Interval], since: Instant) -> list[Interval]:
    """Return what pauses cover from ``since`` on, in order and apart."""
    joined: list[Interval] = []
    for paused, resumed in sorted(pauses):
        begin = max(paused, since)
        if resumed <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], resumed)
        else:
            joined.append((begin, resumed))
    return joined


def running(spans: Iterable[Interval], since: Instant, pauses: Sequence[Interval]) -> Iterator[Interval]:
    """Yield what is left of ``spans`` from ``since`` on without ``pauses``."""
    for start, close in spans:
        begin = max(start, since)
        for paused, resumed in pauses:
            if begin < paused < close:
                yield begin, paused
            if paused < close:
                begin = max(begin, resumed)
        if begin < close:
            yield begin, close


def due(
    calendar: Calendar, start: Instant, limit: Duration, team: str | None, pauses: Sequence[Interval]
) -> Instant | None:
    """Return when ``limit`` has run out after ``start``, with ``pauses`` left out."""
    stood = in_order(pauses, start)
    if limit.working_days:
        found = _days(calendar, calendar.hours(team), start, limit.working_days, stood)
    elif limit.from_date:
        found = _days(calendar, calendar.every_day, start, _from_date(calendar, start, limit), stood)
    elif limit.working_time:
        found = _working_time(calendar, start, limit.working_time, team, stood)
    else:
        found = calendar.due(start, limit)
        for paused, resumed in stood:
            if found is not None and paused < found:
                found += resumed - paused
    return None if found is None or found > FOREVER else found


def _from_date(calendar: Calendar, start: Instant, limit: Duration) -> int:
    """Return how many days a limit from a date takes: of those that its months have, each that the zone had."""
    if limit.days:
        return limit.days
    local, day, months = calendar.local, calendar.local.of(start), limit.months_of_days
    first, number, final = date.fromordinal(day), 0, day
    while _months(first, date.fromordinal(final)) < months:
        final += 1
    while date.fromordinal(final).day < first.day and date.fromordinal(final + 1).day > 1:
        final += 1
    for each in range(day + 1, final + 1):
        begin, end = local.span(each)
        number += begin < end
    return number


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _days(
    calendar: Calendar, hours: WorkingHours, start: Instant, number: int, stood: Sequence[Interval]
) -> Instant | None:
    local = calendar.local
    for day in range(local.of(start) + 1, LAST_DAY + 1):
        begin, end = local.span(day)
        if hours.works(day) and not any(paused <= begin and end <= resumed for paused, resumed in stood):
            number -= 1
        if number <= 0 and not any(paused < end < resumed for paused, resumed in stood):
            return end
    return None


def _working_time(
    calendar: Calendar, start: Instant, amount: int, team: str | None, stood: Sequence[Interval]
) -> Instant | None:
    hours = calendar.hours(team)
    for day in range(calendar.local.of(start), LAST_DAY + 1):
        for begin, end in running(hours.spans(day), start, stood):
            if end - begin >= amount:
                return begin + amount
            amount -= end - begin
    return None


def since(calendar: Calendar, instant: Instant, amount: int, team: str | None) -> Instant | None:
    """Return since when ``amount`` of working time has been worked until an instant."""
    hours = calendar.hours(team)
    for day in range(calendar.local.of(instant), FIRST_DAY - 1, -1):
        for begin, end in reversed(hours.spans(day)):
            worked = min(end, instant) - begin
            if worked >= amount:
                return max(begin + worked - amount, EARLIEST)
            amount -= max(0, worked)
    return None


def days_of(calendar: Calendar, start: Instant, until: Instant, wait: Wait) -> Iterator[tuple[int, int, str]]:
    """Yield each day touched by [start, until), what of it counts, and why not all of it."""
    local, stood = calendar.local, in_order(wait.pauses, start)
    hours, number = calendar.hours(wait.team), 0
    every = range(max(FIRST_DAY, local.of(start)), min(LAST_DAY, local.of(until - 1)) + 1)
    days = [day for day in every if local.start(day) < local.start(day + 1)]
    whole_days, wanted = wait.limit.working_days or wait.limit.from_date, None
    if whole_days:
        hours, wanted = calendar.counted(start, wait.limit, wait.team)
    for day in days:
        begin, end = local.span(day)
        paused = any(since <= begin and end <= resumed for since, resumed in stood)
        if whole_days:
            counts = day > days[0] and hours.works(day) and not paused and end <= until
            counted = int(counts and (wanted is None or number < wanted))
        else:
            spans = hours.spans(day) if wait.limit.working_time else ((begin, end),)
            counted = sum(max(0, min(close, until) - since) for since, close in running(spans, start, stood))
        number += counted
        yield day, counted, "paused" if paused else ""
