"""Origins in short: what another field of an imported entry says already is not stored again.

Most sources give one time of an event, in the ISO form, and it is both when that occurred and since when it was
known. Then all that is kept of it is how it was written: the offset from UTC. See docs/adr/0085.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec.structs import force_setattr, replace

from domain.event import Origin, ShortOrigin
from domain.instant import SECOND

if TYPE_CHECKING:
    from domain.event import Event
    from domain.instant import Instant

IMPORT: Final = "import"
"""The way by which every entry came whose origin is in short."""

_DAY_ONE: Final = date(1970, 1, 1)
_MINUTES: Final = 60
_DAY_SECONDS: Final = 86_400
_KEPT: Final = 8192
"""How many times and days are remembered: many sources know the day alone, and that is 22 years of them."""

_WHOLE_SECONDS: Final = len("2006-08-02T00:00:00")
_ZONE: Final = r"(?:\.[0-9]+)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"


def shortened(event: Event, occurred_at: Instant) -> Event:
    """Return an event as it is stored: with its origin in short, if nothing is lost."""
    origin = event.origin
    if origin is None or event.via != IMPORT or origin.recorded_at != occurred_at:
        return event
    zone = zone_of_text(origin.time, occurred_at)
    if zone is None:
        return event
    found = ShortOrigin(origin.source, origin.case, origin.place, zone, origin.imported_by)
    return replace(event, via=None, origin=None, short_origin=found)


def in_full(event: Event, occurred_at: Instant) -> Event:
    """Return an event that was just read with its origin in full: it is changed where it is.

    Raises ``ValueError`` or ``OverflowError`` if the origin is none that ``shortened`` makes.
    """
    given = event.short_origin
    if given is None:
        return event
    if event.origin is not None or event.via is not None:
        raise ValueError("its origin is there twice")
    time = _text(given.zone, occurred_at)
    origin = Origin(given.source, given.case, given.place, time, occurred_at, given.imported_by)
    # A quarter of what it takes to make another event, for every entry that is read.
    force_setattr(event, "via", IMPORT)
    force_setattr(event, "origin", origin)
    force_setattr(event, "short_origin", None)
    return event


@lru_cache(maxsize=_KEPT)
def zone_of_text(text: str, instant: Instant) -> int | str | None:
    """Return what makes ``text`` again of the instant that it names; ``None`` if nothing does."""
    rest = text[_WHOLE_SECONDS:]
    form = _form(rest)
    if form is None:
        return None
    zone, offset = form
    try:
        return zone if _seconds(instant, offset) + rest == text else None
    except OverflowError:  # in that zone it is before year 1 or after 9999
        return None


@lru_cache(maxsize=_KEPT)
def _text(zone: int | str, instant: Instant) -> str:
    rest = _offset_text(zone) if isinstance(zone, int) else zone
    form = _form(rest)
    if form is None:
        raise ValueError("its time has no zone")
    return _seconds(instant, form[1]) + rest


@lru_cache(maxsize=256)
def _form(rest: str) -> tuple[int | str, int] | None:
    """Return how what follows the seconds is stored, and the seconds from UTC that it means."""
    found = re.fullmatch(_ZONE, rest)
    if found is None:
        return None
    sign, hours, minutes = found.groups(default="0")
    east = (int(hours) * _MINUTES + int(minutes)) * (-1 if sign == "-" else 1)
    return (east if _offset_text(east) == rest else rest), east * _MINUTES


def _offset_text(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), _MINUTES)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _seconds(instant: Instant, offset: int) -> str:
    day, second = divmod(instant // SECOND + offset, _DAY_SECONDS)
    minute, second = divmod(second, _MINUTES)
    return f"{_day(day)}T{_minute(minute)}:{second:02}"


@lru_cache(maxsize=_KEPT)
def _day(number: int) -> str:
    return (_DAY_ONE + timedelta(days=number)).isoformat()


@lru_cache(maxsize=1440)
def _minute(number: int) -> str:
    return f"{number // _MINUTES:02}:{number % _MINUTES:02}"
