"""Where the axis of a picture is marked: round local times, a day or a month or a year apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import DAY, EARLIEST, FOREVER, to_datetime
from domain.working_time.local_days import FIRST_DAY, LAST_DAY, LocalDays
from presentation.phrases import day, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from domain.instant import Instant

MOST: Final = 9
"""How many marks an axis has at most."""

_MINUTES: Final = (5, 15, 60, 180, 360)
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
_MINUTE: Final = DAY // 1440
_MONTH: Final = 30 * DAY
_YEAR: Final = 12


class Tick(NamedTuple):
    """A mark of the axis: its instant (microseconds UTC) and what stands at it, on one line or two."""

    at: Instant
    label: str


def ticks(since: Instant, until: Instant, zone: tzinfo) -> list[Tick]:
    """Return the marks from ``since`` to ``until``, both included, by the clocks and the calendar of ``zone``."""
    local, length = LocalDays(zone), until - since
    for minutes in _MINUTES:
        if length < MOST * minutes * _MINUTE:
            return _by_time(_within(_minutes(local, since, until, minutes), since, until), zone)
    for days in _DAYS:
        if length < MOST * days * DAY:
            return _by_day(_within(_days(local, since, until, days), since, until), zone)
    step = next((months for months in _MONTHS if length < MOST * months * _MONTH), _MONTHS[-1])
    return _by_month(_within(_months(local, since, until, step), since, until), zone, step)


def _within(found: Iterator[Instant], since: Instant, until: Instant) -> list[Instant]:
    return [at for at in found if since <= at <= until and EARLIEST <= at <= FOREVER]


def _minutes(local: LocalDays, since: Instant, until: Instant, step: int) -> Iterator[Instant]:
    for ordinal in range(local.of(since), local.of(until) + 1):
        yield from sorted({local.reaches(ordinal, minutes) for minutes in range(0, 1440, step)})


def _days(local: LocalDays, since: Instant, until: Instant, step: int) -> Iterator[Instant]:
    first = local.of(since)
    # Weeks begin on Monday, as ordinals count from one.
    first -= (first - 1) % step
    for ordinal in range(max(first, FIRST_DAY), min(local.of(until), LAST_DAY) + 1, step):
        yield local.start(ordinal)


def _months(local: LocalDays, since: Instant, until: Instant, step: int) -> Iterator[Instant]:
    from datetime import date

    first, last = (to_datetime(at, local.zone) for at in (since, until))
    begin = first.year * _YEAR // step * step if step > _YEAR else first.year * _YEAR
    for count in range(begin, last.year * _YEAR + last.month, step):
        year, month = divmod(count, _YEAR)
        if date.min.year <= year <= date.max.year:
            yield local.start(date(year, month + 1, 1).toordinal())


def _by_time(found: list[Instant], zone: tzinfo) -> list[Tick]:
    labels = [(time_of_day(at, zone), day(at, zone).strip()) for at in found]
    return _labelled(found, labels)


def _by_day(found: list[Instant], zone: tzinfo) -> list[Tick]:
    labels = []
    for at in found:
        number, month, year = day(at, zone).split()
        labels.append((f"{number} {month}", year))
    return _labelled(found, labels)


def _by_month(found: list[Instant], zone: tzinfo, step: int) -> list[Tick]:
    told = [day(at, zone).split() for at in found]
    if step >= _YEAR:
        return [Tick(at, year) for at, (_, _, year) in zip(found, told, strict=True)]
    return _labelled(found, [(f"{number} {month}", year) for number, month, year in told])


def _labelled(found: list[Instant], labels: list[tuple[str, str]]) -> list[Tick]:
    """Return marks of which the second line stands only where it changes."""
    before = ["", *(second for _, second in labels)]
    return [
        Tick(at, first if second == last else f"{first}\n{second}")
        for at, (first, second), last in zip(found, labels, before, strict=False)
    ]
