"""Working time counted one minute after another: nothing here is shared with ``domain.working_time.calendar``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

MINUTE = 60_000_000
WEEKDAYS = range(5)
ALL_WEEK = range(7)


class Team(NamedTuple):
    """Hours as lines, and the same as the minutes after midnight of each weekday."""

    lines: tuple[str, ...]
    minutes: dict[int, list[tuple[int, int]]]


TEAMS = [
    Team(("mon-fri 09:00-17:00",), {day: [(540, 1020)] for day in WEEKDAYS}),
    Team(
        ("sat 10:00-14:00", "mon-fri 13:00-17:30", "mon-fri 9:00-12:00"),
        {day: [(540, 720), (780, 1050)] for day in WEEKDAYS} | {5: [(600, 840)]},
    ),
    Team(("mon-sun 00:00-06:00", "mon-sun 22:00-24:00"), {day: [(0, 360), (1320, 1440)] for day in ALL_WEEK}),
    Team(
        ("sun 00:30-01:30", "sun 01:30-02:30", "mon,wed-thu 09:00-17:00"),
        {6: [(30, 90), (90, 150)], 0: [(540, 1020)], 2: [(540, 1020)], 3: [(540, 1020)]},
    ),
    Team(("sun 01:00-02:00", "mon-wed 09:00-17:00"), {6: [(60, 120)]} | {day: [(540, 1020)] for day in range(3)}),
    Team(("mon-sun 00:00-24:00",), {day: [(0, 1440)] for day in ALL_WEEK}),
]


class World(NamedTuple):
    """A zone, a team and its holidays."""

    zone: str
    team: Team
    holidays: frozenset[date]


def reached(start: int, zone: str, step: int) -> Iterator[tuple[int, datetime]]:
    """Yield every ``step`` from ``start`` on with the latest local time that the clock has shown by then."""
    tz = ZoneInfo(zone)
    latest = datetime.min  # noqa: DTZ901  (local time, as a clock on the wall shows it)
    instant = start - 36 * 60 * MINUTE
    while True:
        shown = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(tz)
        latest = max(latest, shown.replace(tzinfo=None))
        if instant >= start:
            yield instant, latest
        instant += step


def stands(instant: int, pauses: Sequence[tuple[int, int]]) -> bool:
    return any(begin <= instant < end for begin, end in pauses)


def in_hours(local: datetime, world: World) -> bool:
    minute = local.hour * 60 + local.minute
    spans = [] if local.date() in world.holidays else world.team.minutes.get(local.weekday(), [])
    return any(begin <= minute < end for begin, end in spans)


def elapsed(start: int, minutes: int, pauses: Sequence[tuple[int, int]]) -> int:
    instant = start
    while minutes:
        minutes -= not stands(instant, pauses)
        instant += MINUTE
    return instant


def working_minutes(start: int, minutes: int, world: World, pauses: Sequence[tuple[int, int]]) -> int:
    for instant, local in reached(start, world.zone, MINUTE):
        if in_hours(local, world) and not stands(instant, pauses):
            minutes -= 1
            if not minutes:
                return instant + MINUTE
    raise AssertionError


def calendar_days(start: int, days: int, world: World, pauses: Sequence[tuple[int, int]], step: int) -> int:
    """Count the days that are over after that of the start, as working days of a team that is never off."""
    always = World(world.zone, TEAMS[-1], frozenset())
    return working_days(start, days, always, pauses, step)


def months(start: int, number: int, zone: str) -> date:
    """Return the day of the same number so many months after that of the start, or the last of its month."""
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start)).astimezone(ZoneInfo(zone)).date()
    month, wanted = day.replace(day=1), day.day
    for _ in range(number):
        month = (month + timedelta(days=32)).replace(day=1)
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return last if last.day < wanted else month.replace(day=wanted)


def working_days(start: int, days: int, world: World, pauses: Sequence[tuple[int, int]], step: int) -> int:
    """Count days that are over; every change of clocks and every pause is a whole number of steps."""
    today: date | None = None
    first, ran, worked, number = True, False, False, 0
    for instant, local in reached(start, world.zone, step):
        if today is not None and local.date() != today:
            number += not first and ran and worked
            if number >= days and not (stands(instant - step, pauses) and stands(instant, pauses)):
                return instant
            first, ran, worked = False, False, False
        today = local.date()
        worked = worked or in_hours(local, world)
        ran = ran or not stands(instant, pauses)
    raise AssertionError
