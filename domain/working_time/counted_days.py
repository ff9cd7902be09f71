"""Which days counted towards a limit, which did not, and why: the evidence for when it ran out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.working_time.local_days import FIRST_DAY, LAST_DAY
from domain.working_time.pauses import covered, in_order, running, total, whole_days

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
TOGETHER: Final = "not told day by day"
MOST_SINGLY: Final = 10_000
"""How many days are told singly: those of the longest limit that a rulebook may have, and some."""

_SATURDAY: Final = 5
_LONG: Final = 366


class CountedDay(NamedTuple):
    """A local day, what of it was counted, and why it was not counted or not whole; else ``why`` is empty.

    It stands for the days up to the ``last`` where they are told as one: ``counted`` is of all of them together.
    Of a limit in working days or from a date ``counted`` is in days, of any other it is in microseconds.
    """

    day: date
    counted: int
    why: str
    last: date


class Wait(NamedTuple):
    """What is waited for: a limit, in the time of a team, less the pauses."""

    limit: Duration
    team: str | None
    pauses: Sequence[Interval]


def counted_days(calendar: Calendar, start: Instant, until: Instant, wait: Wait) -> Iterator[CountedDay]:
    """Yield every local day touched by [start, until), with what of it counts towards the limit, and why.

    Days on end of which a pause takes away more than a year are told as one, and so is all that comes after the
    first ten thousand: however long a case waits, there are never many more. Up to the instant that
    ``Calendar.due`` gives, what was counted adds up to the limit.
    """
    if until > start:
        kind = _WholeDays if wait.limit.working_days or wait.limit.from_date else _Time
        yield from kind(calendar, (start, until), wait).days()


class _Count(ABC):
    """The days from a start until an instant, counted one after the other, or several at once."""

    def __init__(self, calendar: Calendar, within: Interval, wait: Wait) -> None:
        self._calendar, self._team = calendar, wait.team
        self._start, self._until = within
        self._stood = in_order(wait.pauses, self._start)
        local = calendar.local
        self._first, self._last = max(FIRST_DAY, local.of(self._start)), min(LAST_DAY, local.of(self._until - 1))

    def days(self) -> Iterator[CountedDay]:
        """Yield a day, or days told as one, after the other."""
        day, singly = self._first, 0
        while day <= self._last:
            last = self._paused_up_to(day)
            if last - day > _LONG:
                yield _told(day, 0, PAUSED, last)
            elif singly == MOST_SINGLY:
                last = self._last
                yield _told(day, self._together(day), TOGETHER, last)
            else:
                last = day
                if self._calendar.local.start(day) < self._calendar.local.start(day + 1):
                    singly += 1
                    yield _told(day, *self._one(day), day)
            day = last + 1

    def _paused_up_to(self, day: int) -> int:
        """Return the last day that lies wholly within the pause that ``day`` does; one before it if in none."""
        local = self._calendar.local
        place = bisect_right(self._stood, local.start(day), key=itemgetter(0)) - 1
        if place < 0 or day == self._first:
            return day - 1
        return min(self._last, local.of(self._stood[place][1]) - 1)

    @abstractmethod
    def _one(self, day: int) -> tuple[int, str]:
        """Return what of a day counts, and why not all of it."""

    @abstractmethod
    def _together(self, day: int) -> int:
        """Return what counts from a day on."""


class _Time(_Count):
    """Time that elapses, or that is worked, in microseconds."""

    def __init__(self, calendar: Calendar, within: Interval, wait: Wait) -> None:
        super().__init__(calendar, within, wait)
        self._hours = calendar.hours(wait.team) if wait.limit.working_time else None

    def _one(self, day: int) -> tuple[int, str]:
        spans = (self._calendar.local.span(day),) if self._hours is None else self._hours.spans(day)
        whole = total(running(spans, self._start, self._until, ()))
        counted = total(running(spans, self._start, self._until, self._stood))
        return counted, _why_partly(whole, counted) if whole else _why_nothing(self._calendar, day, self._team)

    def _together(self, day: int) -> int:
        pieces = running([(self._calendar.local.start(day), self._until)], self._start, self._until, self._stood)
        return sum(
            end - begin if self._hours is None else self._hours.worked(begin, end) for begin, end in pieces
        )


class _WholeDays(_Count):
    """Working days, or days from a date."""

    def __init__(self, calendar: Calendar, within: Interval, wait: Wait) -> None:
        super().__init__(calendar, within, wait)
        self._due = calendar.due(self._start, *wait)
        self._hours, self._wanted = calendar.counted(self._start, wait.limit, wait.team)
        self._number = 0

    def _one(self, day: int) -> tuple[int, str]:
        why = self._why_not(day, self._calendar.local.span(day))
        self._number += not why
        return int(not why), why

    def _why_not(self, day: int, span: Interval) -> str:
        if day == self._first:
            return DAY_OF_THE_START
        if not self._hours.works(day):
            return _why_nothing(self._calendar, day, self._team)
        if covered(*span, self._stood):
            return PAUSED
        if span[1] > self._until:
            return NOT_OVER
        met = self._wanted is not None and self._number >= self._wanted
        return PAUSED_AT_THE_END if met and (self._due is None or span[1] <= self._due) else ""

    def _together(self, day: int) -> int:
        """Return how many days count from a day on: no more than are wanted, where so many are over."""
        last = self._last - (self._calendar.local.start(self._last + 1) > self._until)
        number = self._hours.between(day - 1, last)
        for paused, resumed in self._stood:
            first, end = whole_days(self._calendar.local, (paused, resumed))
            number -= self._hours.between(max(first, day) - 1, max(min(end, last), max(first, day) - 1))
        return number if self._wanted is None or self._due is None else min(number, self._wanted - self._number)


def _told(day: int, counted: int, why: str, last: int) -> CountedDay:
    return CountedDay(date.fromordinal(day), counted, why, date.fromordinal(last))


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
