"""Working hours and working days: what a team's hours and the bank holidays make of each day.

Hours are lines such as ``mon-fri 09:00-17:00``, ``sat,sun 10:00-14:00`` or ``fri 22:00-24:00``; a shift that
goes on over midnight is two lines. Nobody works on a bank holiday, nor on a day whose hours a change of clocks
skips: without a single hour it is no working day.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from domain.instant import FOREVER, SECOND
from domain.working_time.local_days import DAY_MINUTES, FIRST_DAY, LAST_DAY
from domain.working_time.pauses import total
from domain.working_time.years import LAST_YEAR, Years, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.instant import Instant
    from domain.working_time.local_days import LocalDays

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE: Final = re.compile(r"([a-z,-]+) +([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})")
_HOUR_MINUTES: Final = 60
_WEEK: Final = 7
_MINUTE: Final = 60 * SECOND

Span = tuple[int, int]
"""From and to, in minutes after local midnight."""
Week = tuple[tuple[Span, ...], ...]
"""The spans of each weekday, from Monday on, in order and apart."""


def read_hours(lines: Iterable[str]) -> Week:
    """Return the week that lines of hours describe; raise ``ValueError``, naming the line, for what is none."""
    week: list[list[Span]] = [[] for _ in WEEKDAYS]
    for line in lines:
        weekdays, span = _read_line(line)
        for weekday in weekdays:
            if any(span[0] < other[1] and other[0] < span[1] for other in week[weekday]):
                msg = f"{line!r} overlaps other hours on {WEEKDAYS[weekday]}"
                raise ValueError(msg)
            week[weekday].append(span)
    return tuple(tuple(sorted(spans)) for spans in week)


def _read_line(line: str) -> tuple[list[int], Span]:
    found = _LINE.fullmatch(line.strip().lower())
    if found is None:
        msg = f"{line!r} is not of the form 'mon-fri 09:00-17:00'"
        raise ValueError(msg)
    weekdays = [each for part in found[1].split(",") for each in _weekdays(part, line)]
    start, end = _minutes(found[2], found[3], line), _minutes(found[4], found[5], line)
    if start >= end:
        msg = f"{line!r} ends before it begins: a shift over midnight is two lines, to 24:00 and from 00:00"
        raise ValueError(msg)
    return weekdays, (start, end)


def _weekdays(part: str, line: str) -> range:
    first, _, last = part.partition("-")
    for name in (first, last or first):
        if name not in WEEKDAYS:
            msg = f"{line!r}: {name!r} is not a weekday: {', '.join(WEEKDAYS)}"
            raise ValueError(msg)
    found = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    if not found:
        msg = f"{line!r}: {part} runs backwards; write two parts, such as sat-sun,mon"
        raise ValueError(msg)
    return found


def _minutes(hours: str, minutes: str, line: str) -> int:
    found = int(hours) * _HOUR_MINUTES + int(minutes)
    if int(minutes) >= _HOUR_MINUTES or found > DAY_MINUTES:
        msg = f"{line!r}: {hours}:{minutes} is not a time of day"
        raise ValueError(msg)
    return found


def _year(day: int) -> int:
    return date.fromordinal(min(max(day, FIRST_DAY), LAST_DAY)).year


def _first_day(year: int) -> int:
    return date(year, 1, 1).toordinal()


class WorkingHours:
    """One team's working days and hours. Days are ordinals, instants are microseconds UTC."""

    def __init__(self, week: Week, holidays: Sequence[int], days: LocalDays) -> None:
        """Prepare a week of hours without the days in ``holidays``, which are in order."""
        self._week = week
        self._days = days
        self._sums: dict[int, array[int]] = {}  # of a year that stands for all like it, under less than nought
        self._lost_days: dict[int, tuple[int, ...]] = {}
        self._whole = range(0)  # days of whole years in which none is lost, as looked at last
        # An ordinal is 1 on a Monday, so that weekday and whole weeks follow from the day before it.
        self._upto = [sum(map(bool, week[:weekday])) for weekday in range(_WEEK + 1)]
        self._offsets = [weekday for weekday in range(_WEEK) if week[weekday]]
        self._holidays = [day for day in holidays if week[(day - 1) % _WEEK]]
        self._free = frozenset(self._holidays)
        self._years = Years(self._holidays)
        self._lengths = [sum(end - start for start, end in spans) * _MINUTE for spans in week]
        self._before = [self._weekdays(day - 1) - number for number, day in enumerate(self._holidays)]

    @property
    def never(self) -> bool:
        """Whether no day of the week has any hours."""
        return not self._offsets

    def works(self, day: int) -> bool:
        """Say whether it is a working day."""
        return bool(self.spans(day))

    def skipped(self, day: int) -> bool:
        """Say whether there are hours on such a day, and a change of clocks skips all of them."""
        return bool(self._week[(day - 1) % _WEEK]) and day not in self._free and not self.spans(day)

    def spans(self, day: int) -> tuple[tuple[Instant, Instant], ...]:
        """Return the working hours of a day as instants, half-open and in order."""
        return () if day in self._free else self._spans(day)

    def _spans(self, day: int) -> tuple[tuple[Instant, Instant], ...]:
        reaches = self._days.reaches
        both = ((reaches(day, start), reaches(day, end)) for start, end in self._week[(day - 1) % _WEEK])
        return tuple((start, end) for start, end in both if start < end)

    def between(self, day: int, last: int) -> int:
        """Return how many working days there are after a day, up to the ``last``, itself included."""
        return self._upto_day(last) - self._upto_day(day) - self._lost(day + 1, last)

    def after(self, day: int, number: int) -> int | None:
        """Return the working day that is so many after a day; ``None`` beyond the year 9999."""
        upto, lost = self._upto_day(day), 0
        while (found := self._nth(upto + number + lost)) is not None:
            if (skipped := self._lost(day + 1, found)) == lost:
                return found
            lost = skipped
        return None

    def back(self, day: int, number: int) -> int | None:
        """Return the first of so many working days up to a day, itself included; ``None`` before the year 1."""
        upto, lost = self._upto_day(day), 0
        while (found := self._nth(upto - number - lost + 1)) is not None:
            if (skipped := self._lost(found, day)) == lost:
                return found
            lost = skipped
        return None

    def _lost(self, first: int, last: int) -> int:
        """Return on how many days from the ``first`` to the ``last`` somebody would work, were there an hour."""
        if first > last or (first in self._whole and last in self._whole):
            return 0
        begin, end = _year(first), _year(last)
        lost = self._years.total(begin, end + 1, self._number_lost)
        if not lost:
            self._whole = range(_first_day(begin), _first_day(end) + length(end))
            return 0
        before = bisect_left(self._lost_in(begin), first - _first_day(begin))
        after = bisect_right(self._lost_in(end), last - _first_day(end))
        return lost - before - len(self._lost_in(end)) + after

    def _number_lost(self, year: int) -> int:
        return len(self._lost_in(year))

    def _lost_in(self, year: int) -> tuple[int, ...]:
        """Return on which days of a year, counted from 0, somebody would work, were there an hour."""
        found = self._lost_days.get(key := self._key(year))
        if found is None:
            first, days = _first_day(abs(key)), self._days.changes(abs(key))
            lost = (day - first for day in days if self._would_work(day, key) and not self._spans(day))
            found = self._lost_days[key] = tuple(lost)
        return found

    def _would_work(self, day: int, key: int) -> bool:
        return bool(self._week[(day - 1) % _WEEK]) and (key < 0 or day not in self._free)

    def _key(self, year: int) -> int:
        """Return a year, or less than nought: that which stands for all like it, without its bank holidays."""
        like = self._years.like(year)
        return year if like is None else -like

    def _upto_day(self, day: int) -> int:
        return self._weekdays(day) - bisect_right(self._holidays, day)

    def _nth(self, number: int) -> int | None:
        """Return the day up to which there are ``number`` days with hours; ``None`` outside years 1 to 9999."""
        if number < 1 or self.never:
            return None
        # A holiday lies before the day sought if fewer working days than that precede it.
        weeks, rest = divmod(number + bisect_left(self._before, number) - 1, len(self._offsets))
        day = weeks * _WEEK + self._offsets[rest] + 1
        return day if day <= LAST_DAY else None

    def _weekdays(self, day: int) -> int:
        weeks, rest = divmod(day, _WEEK)
        return weeks * self._upto[_WEEK] + self._upto[rest]

    def worked(self, since: Instant, until: Instant) -> int:
        """Return how many microseconds of working time lie between an instant and a later one."""
        (first, begun), (last, ended) = self._place(since), self._place(until)
        return ended - begun + self._years.total(first, last, self._worked_in)

    def worked_by(self, since: Instant, amount: int) -> Instant | None:
        """Return when ``amount`` has been worked since an instant; ``None`` beyond the year 9999, or never."""
        if self.never:
            return None
        year, begun = self._place(since)
        wanted = begun + amount
        while year <= LAST_YEAR:
            years, whole = self._years.stride(year, wanted, self._worked_in)
            if wanted <= whole:
                return self._reached(year, wanted)
            wanted -= whole
            year += years
        return None

    def _reached(self, year: int, wanted: int) -> Instant | None:
        """Return when so much has been worked in a year."""
        day = bisect_left(self._sum(year), wanted) - 1
        left = wanted - self._sum(year)[max(day, 0)]
        for begin, end in self._clipped(_first_day(year) + day):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def worked_from(self, until: Instant, amount: int) -> Instant | None:
        """Return since when ``amount`` has been worked until an instant; ``None`` before the year 1, or never."""
        if self.never:
            return None
        year, ended = self._place(until)
        wanted = ended - amount
        while wanted < 0:
            if year == 1:
                return None
            years, whole = self._years.stride(year - 1, -wanted, self._worked_in, back=True)
            wanted += whole
            year -= years
        return self._left(year, wanted)

    def _left(self, year: int, wanted: int) -> Instant | None:
        """Return after which instant no more than so much has been worked in a year before it."""
        day = bisect_right(self._sum(year), wanted) - 1
        left = wanted - self._sum(year)[day]
        for begin, end in self._clipped(_first_day(year) + day):
            if left < end - begin:
                return begin + left
            left -= end - begin
        return None

    def _place(self, instant: Instant) -> tuple[int, int]:
        """Return the year of days that an instant lies in, and how much of it has been worked by then."""
        day = self._days.of(instant)
        year = _year(day)
        spans = self._clipped(day)
        before = self._sum(year)[max(0, day - _first_day(year))]
        return year, before + sum(max(0, min(end, instant) - begin) for begin, end in spans)

    def _worked_in(self, year: int) -> int:
        return self._sum(year)[-1]

    def _sum(self, year: int) -> array[int]:
        """Return what has been worked before each day of a year, and at last in all of it."""
        found = self._sums.get(year)
        if found is None and (found := self._sums.get(key := self._key(year))) is None:
            found = self._sums[key] = array("q", accumulate(self._days_worked(key), initial=0))
        return found

    def _days_worked(self, key: int) -> list[int]:
        """Return what is worked on each day: what its weekday has, but on days that are like no other."""
        first, number = _first_day(abs(key)), length(abs(key))
        found = [self._lengths[(day - 1) % _WEEK] for day in range(first, first + number)]
        for day in self._days.changes(abs(key)):
            found[day - first] = total(self._spans(day))
        for day in self._like_no_other(first, first + number) if key > 0 else ():
            found[day - first] = total(self._clipped(day))
        return found

    def _like_no_other(self, first: int, end: int) -> list[int]:
        """Return the bank holidays of a year, and the days of it on which instants begin or end."""
        holidays = self._holidays[bisect_left(self._holidays, first) : bisect_left(self._holidays, end)]
        return holidays + [day for day in (FIRST_DAY, LAST_DAY) if first <= day < end]

    def _clipped(self, day: int) -> list[tuple[Instant, Instant]]:
        """Return the working hours of a day as far as there are instants."""
        return [(begin, min(end, FOREVER)) for begin, end in self.spans(day) if begin < FOREVER]
