"""Where the axis of a picture is marked: round local times, from minutes to thousands of years apart."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import DAY, EARLIEST, FOREVER, SECOND, from_datetime, to_datetime
from presentation.phrases import day, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from domain.instant import Instant

MOST: Final = 9
"""How many marks an axis has at most."""

_MINUTE: Final = 60 * SECOND
_MONTH: Final = 30 * DAY
_YEAR: Final = 365 * DAY
# Beside the first and the last year, the time of a zone may leave the calendar.
_FROM: Final = EARLIEST + 366 * DAY
_TO: Final = FOREVER - 366 * DAY


class Tick(NamedTuple):
    """A mark: when, in microseconds UTC, what stands at it, and the day or the year that begins with it."""

    at: Instant
    label: str
    under: str


class _Spacing(NamedTuple):
    """How far marks are apart: so many minutes, days, months or years."""

    unit: str
    many: int

    @property
    def length(self) -> Instant:
        return self.many * {"minute": _MINUTE, "day": DAY, "month": _MONTH, "year": _YEAR}[self.unit]


_STEPS: Final = (
    *(_Spacing("minute", count) for count in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)),
    *(_Spacing("day", count) for count in (1, 2, 7, 14)),
    *(_Spacing("month", count) for count in (1, 2, 3, 6)),
    *(_Spacing("year", count) for count in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)


def ticks(since: Instant, until: Instant, zone: tzinfo) -> list[Tick]:
    """Return the marks of an axis, round by the clocks of ``zone``; instants are microseconds UTC.

    Weeks begin on Mondays. Near the first and the last year they are those of UTC.
    """
    shown = zone if since > _FROM and until < _TO else UTC
    step = next(step for step in _STEPS if (until - since) // step.length < MOST)
    found: list[Tick] = []
    said = ""
    for at in _instants(since, until, shown, step):
        label, above = _words(at, shown, step)
        found.append(Tick(at, label, above if above != said else ""))
        said = above
    return found


def _instants(since: Instant, until: Instant, zone: tzinfo, step: _Spacing) -> Iterator[Instant]:
    """Yield round instants in order; a clock time that there is twice, or not, gives one mark or none."""
    last = since - 1
    for wall in _walls(to_datetime(since, zone).replace(tzinfo=None), step):
        at = _instant(wall, zone)
        if at > until:
            return
        if at > last:
            yield at
            last = at


def _instant(wall: datetime, zone: tzinfo) -> Instant:
    try:
        return from_datetime(wall.replace(tzinfo=zone))
    except (OverflowError, ValueError):
        return FOREVER


def _walls(since: datetime, step: _Spacing) -> Iterator[datetime]:
    """Yield the round clock times from the last one before ``since`` on, to the end of the calendar."""
    try:
        if step.unit in {"minute", "day"}:
            yield from _regular(since, timedelta(microseconds=step.length))
        else:
            yield from _monthly(since, step.many * (12 if step.unit == "year" else 1))
    except OverflowError:
        return


def _regular(since: datetime, apart: timedelta) -> Iterator[datetime]:
    monday = datetime(1, 1, 1)  # noqa: DTZ001  (a clock time, which gets its zone in _instant)
    wall = monday + (since - monday) // apart * apart
    while True:
        yield wall
        wall += apart


def _monthly(since: datetime, apart: int) -> Iterator[datetime]:
    before = (since.year * 12 + since.month - 1) // apart * apart
    for month in range(before, (MAXYEAR + 1) * 12, apart):
        year, place = divmod(month, 12)
        if year >= MINYEAR:
            yield datetime(year, place + 1, 1)  # noqa: DTZ001  (as above)


def _words(at: Instant, zone: tzinfo, step: _Spacing) -> tuple[str, str]:
    """Return what stands at a mark, and what it shares with its neighbours."""
    date, month, year = day(at, zone).rsplit(" ", 2)
    if step.unit == "minute":
        return time_of_day(at, zone), f"{date.strip()} {month} {year}"
    if step.unit == "day":
        return f"{date.strip()} {month}", year
    return (month, year) if step.unit == "month" else (year, "")
