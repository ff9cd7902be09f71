"""The days of a time zone, as instants: when each begins, and which one an instant lies in.

A day is an ordinal, as ``date.toordinal`` has it. Boundaries are found once and kept, so that counting days costs
no more than looking numbers up.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from domain.duration import by_months
from domain.instant import DAY, EARLIEST, FOREVER, Instant, from_datetime, to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_DAY: Final = date.min.toordinal()
LAST_DAY: Final = date.max.toordinal()
DAY_MINUTES: Final = 24 * 60

_HALF_A_DAY: Final = timedelta(hours=12)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


class LocalDays:
    """The days of one zone."""

    def __init__(self, zone: tzinfo) -> None:
        """Prepare for the days of ``zone``; none is worked out yet."""
        self.zone = zone
        self._starts: dict[int, Instant] = {}
        self._changes: dict[int, tuple[int, ...]] = {}
        self._last = 0, 0, 0

    def start(self, day: int) -> Instant:
        """Return the first instant of a day, which is midnight unless a change of clocks skips that."""
        found = self._starts.get(day)
        if found is None:
            found = self._starts[day] = self.reaches(day, 0)
        return found

    def span(self, day: int) -> tuple[Instant, Instant]:
        """Return the first instant of a day and that of the next: 23, 24 or 25 hours, as a rule."""
        return self.start(day), self.start(day + 1)

    def of(self, instant: Instant) -> int:
        """Return the day that an instant lies in."""
        begun, over, day = self._last
        if begun <= instant < over:
            return day
        day = instant // DAY + _EPOCH_DAY
        while instant < self.start(day):
            day -= 1
        while instant >= self.start(day + 1):
            day += 1
        self._last = (*self.span(day), day)
        return day

    def changes(self, year: int) -> tuple[int, ...]:
        """Return the days of a year about which clocks are put forward or back, in order."""
        found = self._changes.get(year)
        if found is None:
            found = self._changes[year] = tuple(self._found_changes(year))
        return found

    def _found_changes(self, year: int) -> Iterator[int]:
        """Yield each day at whose noon the offset is another than at the noon before it or after it."""
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        noons = [self._noon(day) for day in range(first - 1, last + 2)]
        for day, (before, noon, after) in enumerate(zip(noons, noons[1:], noons[2:], strict=False), first):
            if before != noon or noon != after:
                yield day

    def _noon(self, day: int) -> timedelta:
        moment = datetime.fromordinal(min(max(day, FIRST_DAY), LAST_DAY)) + _HALF_A_DAY
        return self.zone.utcoffset(moment) or timedelta()

    def months_later(self, day: int, months: int) -> int | None:
        """Return the day of the same number ``months`` calendar months later, or the last day of that month.

        ``None`` beyond the year 9999.
        """
        later = by_months(datetime.fromordinal(max(day, FIRST_DAY)), months)
        return None if later is None else later.toordinal()

    def reaches(self, day: int, minutes: int) -> Instant:
        """Return the first instant at which the local clock shows that many minutes past midnight, or more.

        A time of day that a change of clocks repeats is reached the first time; one that it skips, at the
        change. Outside the years 1 to 9999 it is the first or the last instant that there is.
        """
        if minutes == DAY_MINUTES:
            return self.start(day + 1)
        if day < FIRST_DAY:
            return EARLIEST
        if day > LAST_DAY:
            return FOREVER + 1
        return first_showing(datetime.fromordinal(day) + timedelta(minutes=minutes), self.zone)


def first_showing(wall: datetime, zone: tzinfo) -> Instant:
    """Return the first instant at which clocks in ``zone`` show the naive ``wall`` or, if they skip it, more."""
    try:
        before = from_datetime(wall.replace(tzinfo=zone))
        after = from_datetime(wall.replace(tzinfo=zone, fold=1))
    except (OverflowError, ValueError):  # an offset leads outside the calendar on its first and last day
        return EARLIEST if wall.year == date.min.year else FOREVER + 1
    return before if before <= after else _change(after, before, wall, zone)


def _change(low: Instant, high: Instant, wall: datetime, zone: tzinfo) -> Instant:
    """Return the change of clocks that skips ``wall``: after ``low``, and not after ``high``."""
    while high - low > 1:
        middle = (low + high) // 2
        shown = to_datetime(middle, zone).replace(tzinfo=None)
        low, high = (low, middle) if shown >= wall else (middle, high)
    return high
