"""Instants: whole microseconds since 1970-01-01T00:00:00Z, negative before it.

An ``int`` compares, sorts and stores exactly and costs nothing; a ``datetime`` appears only where a
person reads or writes one. Years 1 to 9999, in the proleptic Gregorian calendar, as ``datetime`` has them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

Instant = int

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
EARLIEST: Final[Instant] = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
FOREVER: Final[Instant] = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND


def from_datetime(value: datetime) -> Instant:
    """Return the instant of an aware ``datetime``; raise ``ValueError`` for a naive one.

    Raises it also for one that lies outside the years 1 to 9999 in UTC.
    """
    if value.tzinfo is None:
        msg = "a time without a zone is not an instant"
        raise ValueError(msg)
    instant = (value - EPOCH) // MICROSECOND
    if not EARLIEST <= instant <= FOREVER:
        msg = f"{value.isoformat()} is outside the years 1 to 9999 in UTC"
        raise ValueError(msg)
    return instant


def to_datetime(instant: Instant, zone: tzinfo = UTC) -> datetime:
    """Return the aware ``datetime`` of an instant in ``zone``.

    Within a day of year 1 or 9999 a zone's offset may leave the calendar: UTC is given then.
    """
    moment = EPOCH + timedelta(microseconds=instant)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def iso(instant: Instant, zone: tzinfo = UTC) -> str:
    """Return an instant as ISO 8601 with the offset of ``zone``."""
    return to_datetime(instant, zone).isoformat()


@lru_cache(maxsize=16)
def zone_of(name: str) -> tzinfo:
    """Return the time zone of an IANA name; raise ``ValueError`` if there is none of that name."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if not name:
        msg = "a time zone has a name"
        raise ValueError(msg)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        msg = f"no time zone is named {name!r}"
        raise ValueError(msg) from error


def parse(text: str, zone: tzinfo | None = None) -> Instant:
    """Return the instant that an ISO 8601 text names.

    A text without an offset is local time in ``zone``; a local time that a change of clocks skips or
    repeats is taken with the offset in force before the change (PEP 495, fold 0). Digits beyond the
    microsecond are cut. Raises ``ValueError`` if the text is no time, or has no offset and no zone is given.
    """
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        if zone is None:
            msg = f"{text!r} has no offset from UTC and no zone was given"
            raise ValueError(msg)
        moment = moment.replace(tzinfo=zone)
    return from_datetime(moment)


def offsets_at(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """Return the offsets of a naive local time before and after a change of clocks, which are equal without one.

    ``wall`` has no fold.
    Where the second is greater, the clocks skipped the time; where it is smaller, they showed it twice.
    """
    # Asked of the zone itself, which is quicker than making aware times first: imports ask half a million times.
    first, second = zone.utcoffset(wall), zone.utcoffset(wall.replace(fold=1))
    return first or timedelta(0), second or timedelta(0)


def is_day(text: str) -> bool:
    """Say whether a text is a day of the calendar, written as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
