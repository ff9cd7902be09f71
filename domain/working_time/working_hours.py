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

from domain.instant import FOREVER
from domain.working_time.local_days import DAY_MINUTES, FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.instant import Instant
    from domain.working_time.local_days import LocalDays

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE: Final = re.compile(r"([a-z,-]+) +([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})")
_HOUR_MINUTES: Final = 60
_WEEK: Final = 7
_BLOCK: Final = 64
"""Of how many days the working time is added up together, so that a limit of many years takes few steps."""

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


class WorkingHours:
    """One team's working days and hours. Days are ordinals, instants are microseconds UTC."""

    def __init__(self, week: Week, holidays: Sequence[int], days: LocalDays) -> None:
        """Prepare a week of hours without the days in ``holidays``, which are in order."""
        self._week = week
        self._days = days
        self._sums: dict[int, array[int]] = {}
        self._lost_days: dict[int, tuple[int, ...]] = {}
        self._whole = range(0)  # days of whole years in which none is lost, as looked at last
        # An ordinal is 1 on a Monday, so that weekday and whole weeks follow from the day before it.
        self._upto = [sum(map(bool, week[:weekday])) for weekday in range(_WEEK + 1)]
        self._offsets = [weekday for weekday in range(_WEEK) if week[weekday]]
        self._holidays = [day for day in holidays if week[(day - 1) % _WEEK]]
        self._free = frozenset(self._holidays)
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
        years = range(_year(first), _year(last) + 1)
        lost = [day for year in years for day in self._lost_in(year)]
        if not lost:
            self._whole = range(date(years[0], 1, 1).toordinal(), date(years[-1], 12, 31).toordinal() + 1)
        return sum(first <= day <= last for day in lost)

    def _lost_in(self, year: int) -> tuple[int, ...]:
        found = self._lost_days.get(year)
        if found is None:
            found = self._lost_days[year] = tuple(filter(self.skipped, self._days.leaps(year)))
        return found

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
        return ended - begun + sum(self._sum(block)[-1] for block in range(first, last))

    def worked_by(self, since: Instant, amount: int) -> Instant | None:
        """Return when ``amount`` has been worked since an instant; ``None`` beyond the year 9999, or never."""
        if self.never:
            return None
        block, begun = self._place(since)
        wanted = begun + amount
        while wanted > (whole := self._sum(block)[-1]):
            wanted -= whole
            block += 1
            if block > LAST_DAY // _BLOCK:
                return None
        day = bisect_left(self._sum(block), wanted) - 1
        left = wanted - self._sum(block)[day]
        for begin, end in self._clipped(block * _BLOCK + day):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def worked_from(self, until: Instant, amount: int) -> Instant | None:
        """Return since when ``amount`` has been worked until an instant; ``None`` before the year 1, or never."""
        if self.never:
            return None
        block, ended = self._place(until)
        wanted = ended - amount
        while wanted < 0:
            block -= 1
            if block < 0:
                return None
            wanted += self._sum(block)[-1]
        day = bisect_right(self._sum(block), wanted) - 1
        left = wanted - self._sum(block)[day]
        for begin, end in self._clipped(block * _BLOCK + day):
            if left < end - begin:
                return begin + left
            left -= end - begin
        return None

    def _place(self, instant: Instant) -> tuple[int, int]:
        """Return the block of days that an instant lies in, and how much of it has been worked by then."""
        block, place = divmod(day := self._days.of(instant), _BLOCK)
        spans = self._clipped(day)
        return block, self._sum(block)[place] + sum(max(0, min(end, instant) - begin) for begin, end in spans)

    def _sum(self, block: int) -> array[int]:
        """Return what has been worked before each day of a block, and at last in all of it."""
        found = self._sums.get(block)
        if found is None:
            days = range(block * _BLOCK, (block + 1) * _BLOCK)
            lengths = (sum(end - begin for begin, end in self._clipped(day)) for day in days)
            found = self._sums[block] = array("q", accumulate(lengths, initial=0))
        return found

    def _clipped(self, day: int) -> list[tuple[Instant, Instant]]:
        """Return the working hours of a day as far as there are instants."""
        return [(begin, min(end, FOREVER)) for begin, end in self.spans(day) if begin < FOREVER]
