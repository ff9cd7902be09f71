"""What the text of a time says, before it is an instant: a day, a time of day, an offset; and its instant."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import EARLIEST, FOREVER, MICROSECOND, offsets_at
from presentation.instants import Edge, day_edge

if TYPE_CHECKING:
    from domain.instant import Instant

OFFSET: Final = r"[Zz]|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?"
"""How an offset from UTC is written, as part of a regular expression."""

ZONELESS: Final = "no zone was given"
"""What is said of a local time where the mapping names no zone."""

TWICE: Final = "was shown twice by the clocks"
"""What is said of a local time that a change of clocks repeats."""

FORMATLESS: Final = "is not written as ISO 8601 has it"
"""What is said of a time that is none, where the mapping has no format."""

UNITLESS: Final = "is a number, and no unit was given"
"""What is said of a number where a time should be."""

# The widest that the tz database has is that of Manila before 1844, 15:56:08.
_MOST_HOURS: Final = 15
_MOST: Final = 59
_LAST_HOUR: Final = 24
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  (what naive times are counted from, their offset aside)
_UTC_NAMES: Final = frozenset({"UTC", "GMT", "Z"})


class NoTime(ValueError):
    """Raised for a text that is no time, or whose instant cannot be told; the message goes on from the text."""


class Local(NamedTuple):
    """How times without an offset are read: in which zone, and which of two instants is meant where it has two.

    ``repeated`` is what the mapping says: ``first``, ``second`` or ``refuse``; ``None`` where it says nothing.
    """

    zone: tzinfo | None = None
    repeated: str | None = None


class Wall(NamedTuple):
    """A day, the time of day (``None`` for a day alone), and the text's own offset or name of a zone."""

    day: date
    clock: timedelta | None = None
    offset: timedelta | None = None
    zone_name: str | None = None


class Twice(NamedTuple):
    """The two instants that a local time may mean."""

    first: Instant
    second: Instant


def day_of(year: int, month: int, day: int) -> date:
    """Return a day; raise ``ValueError`` if the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"the calendar has no day {year:04}-{month:02}-{day:02}") from error


def clock_of(hour: int, minute: int, second: int, fraction: str) -> timedelta:
    """Return a time of day; ``fraction`` are digits of the second, cut after the sixth.

    24:00 is the end of the day, as ISO 8601 has it. Raises ``ValueError`` for what no clock shows, which a leap
    second is: no instant stands for it.
    """
    if minute > _MOST:
        raise ValueError(f"no hour has a minute {minute}")
    if second > _MOST:
        raise ValueError(f"no minute has a second {second}; a leap second is no instant here")
    micro = int(fraction[:6].ljust(6, "0"))
    if hour > _LAST_HOUR or (hour == _LAST_HOUR and (minute or second or int(fraction or 0))):
        raise ValueError(f"no day has an hour {hour}" if hour > _LAST_HOUR else "24:00 is the end of a day")
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)


def offset_of(text: str) -> timedelta:
    """Return the offset from UTC that ``OFFSET`` has matched; raise ``ValueError`` for one that no place has."""
    if text in {"Z", "z"}:
        return timedelta(0)
    digits = re.sub("[^0-9]", "", text).ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > _MOST_HOURS or minutes > _MOST or seconds > _MOST:
        raise ValueError(f"no place has the offset {text}")
    found = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -found if text.startswith("-") else found


def instant_of(wall: Wall, local: Local) -> Instant | Twice:
    """Return the instant of a wall's time, or both where the mapping does not say which of two is meant.

    What the text says of its offset wins over the mapping's zone. A day alone is its first instant. Raises
    ``NoTime`` for a local time that the clocks skipped or, where the mapping refuses those, showed twice, and
    ``ValueError`` for what lies outside the years 1 to 9999 or contradicts itself.
    """
    if wall.zone_name is not None:
        wall = _with_offset(wall, local)
    if wall.offset is not None:
        return _count(_moment(wall), wall.offset)
    if wall.clock is None and local.zone is not None:
        return day_edge(datetime.combine(wall.day, time()), local.zone, Edge.FIRST)
    return in_zone(_moment(wall), local)


def in_zone(moment: datetime, local: Local) -> Instant | Twice:
    """Return the instant of a naive local time; see ``instant_of``."""
    if local.zone is None:
        raise NoTime(f"has no offset from UTC and {ZONELESS}")
    early, late = offsets_at(moment, local.zone)
    if early == late:
        return _count(moment, early)
    return _at_a_change(moment, local, _count(moment, early), _count(moment, late))


def _at_a_change(moment: datetime, local: Local, first: Instant, second: Instant) -> Instant | Twice:
    if first > second:
        raise NoTime(f"was skipped by the clocks in {local.zone}, which went forward")
    if local.repeated == "refuse":
        both = " or ".join(moment.replace(tzinfo=local.zone, fold=fold).isoformat() for fold in (0, 1))
        raise NoTime(f"{TWICE} in {local.zone}: it is {both}")
    return {"first": first, "second": second}.get(local.repeated or "", Twice(first, second))


def _moment(wall: Wall) -> datetime:
    return datetime.combine(wall.day, time()) + (wall.clock or timedelta(0))


def _count(moment: datetime, offset: timedelta) -> Instant:
    instant = (moment - _EPOCH - offset) // MICROSECOND
    if not EARLIEST <= instant <= FOREVER:
        raise ValueError("it is outside the years 1 to 9999 in UTC")
    return instant


def _with_offset(wall: Wall, local: Local) -> Wall:
    """Return a wall's time with the offset that its zone's name means: UTC, or one of the mapping's zone."""
    name = (wall.zone_name or "").upper()
    if name in _UTC_NAMES:
        return wall._replace(offset=timedelta(0))
    if local.zone is None:
        raise ValueError(f"what {wall.zone_name!r} means depends on the place, and {ZONELESS}")
    moment = _moment(wall)
    for fold in (0, 1):
        there = moment.replace(tzinfo=local.zone, fold=fold)
        if (there.tzname() or "").upper() == name:
            return wall._replace(offset=there.utcoffset())
    raise ValueError(f"clocks in {local.zone} did not show {wall.zone_name} then")
