"""A naive reader of tables, apart from ``exchange``: what each row of a file must become, or that it is refused.

It is given the cells and not the file. A time is a set of instants: none where the text is no time, two where
clocks showed it twice, found by asking at every instant that could be meant what the clocks then showed.
"""

from __future__ import annotations

import re
from calendar import monthrange, timegm
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ZONE = "Europe/London"
MILLION = 1_000_000


class NaiveEvent(NamedTuple):
    """What a row is: its case and place there, its words, the instants it may have, and its line."""

    case: str
    place: int
    activity: str
    actor: str | None
    instants: frozenset[int]
    line: int


def utc(year: str, month: str, day: str, hour: str, minute: str, second: str = "0", micro: str = "") -> set[int]:
    """Return the one instant of a time in UTC, or none if the calendar or the clock has no such time."""
    y, m, d, h, mi, s = (int(part) for part in (year, month, day, hour, minute, second))
    if y < 1 or not 1 <= m <= 12 or not 1 <= d <= monthrange(y, m)[1] or h > 23 or mi > 59 or s > 59:
        return set()
    return {timegm((y, m, d, h, mi, s)) * MILLION + int((micro + "000000")[:6])}


def with_offset(text: str) -> set[int]:
    """Read ``2016-05-01T10:30:00.5+01:00``."""
    form = (
        r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.?([0-9]*)([+-])([0-9]{2}):([0-9]{2})"
    )
    if (found := re.fullmatch(form, text)) is None:
        return set()
    *parts, sign, hours, minutes = found.groups()
    ahead = (int(hours) * 60 + int(minutes)) * 60 * MILLION * (-1 if sign == "-" else 1)
    return {at - ahead for at in utc(*parts)}


def compact(text: str) -> set[int]:
    """Read ``20160501103000Z``."""
    found = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z", text)
    return utc(*found.groups()) if found else set()


def counted(text: str) -> set[int]:
    """Read milliseconds since 1970."""
    return {int(text) * 1_000} if re.fullmatch("-?[0-9]{1,14}", text) else set()


def local(text: str) -> set[int]:
    """Read ``2016-10-30 01:30``, as clocks in London show it."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2})", text)
    return _shown(utc(*found.groups())) if found else set()


def british(text: str) -> set[int]:
    """Read ``30/10/2016 1:30 AM``, as clocks in London show it."""
    found = re.fullmatch(r"([0-9]{2})/([0-9]{2})/([0-9]{4}) ([0-9]{1,2}):([0-9]{2}) ([AP])M", text)
    if found is None or not 1 <= int(found[4]) <= 12:
        return set()
    hour = int(found[4]) % 12 + (12 if found[6] == "P" else 0)
    return _shown(utc(found[3], found[2], found[1], str(hour), found[5]))


def _shown(walls: set[int]) -> set[int]:
    zone = ZoneInfo(ZONE)
    hour = 3_600 * MILLION
    return {
        at
        for wall in walls
        for at in (wall - hour, wall, wall + hour)
        if datetime.fromtimestamp(at // MILLION, zone).replace(tzinfo=UTC).timestamp() * MILLION == wall
    }


def naive_events(
    rows: Iterable[tuple[int, Mapping[str, str]]], read: Callable[[str], set[int]]
) -> tuple[list[NaiveEvent], list[int]]:
    """Return the events of rows of cells by heading, each with its line, and the lines that are refused."""
    places: dict[str, int] = {}
    events, refused = [], []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells.values()):
            continue
        case = cells["case id"]
        if not case.strip():
            refused.append(line)
            continue
        place = places[case] = places.get(case, -1) + 1
        instants = read(cells["timestamp"].strip())
        if not instants or not cells["activity"].strip():
            refused.append(line)
            continue
        actor = cells["resource"] if cells["resource"].strip() else None
        events.append(NaiveEvent(case, place, cells["activity"], actor, frozenset(instants), line))
    return events, refused
