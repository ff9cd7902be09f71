"""The grammar of times in files where the mapping has none of its own: ISO 8601, as far as it leaves no doubt.

    2016-05-01T10:30[:00[.5]]      a blank, or ``t``, may stand for the T, a comma for the point
    20160501T1030[00[.5]]
    20160501103000Z                twelve or fourteen digits, with an offset only: without, they may be a count
    2016-05-01, 20160501Z          a day is its first instant
    2016-05-01+02:00               a day at an offset, as XML Schema writes it

An offset is ``Z``, ``+02:00``, ``+0200`` or ``+02``. Digits beyond the microsecond are cut. Nothing else is a
time: no separator is guessed, and every digit is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from exchange.times.wall import (
    FORMATLESS,
    OFFSET,
    UNITLESS,
    NoTime,
    Wall,
    clock_of,
    day_of,
    instant_of,
    offset_of,
)

if TYPE_CHECKING:
    from domain.instant import Instant
    from exchange.times.wall import Local, Twice

_SECOND: Final = r"(?:[.,](?P<fraction>[0-9]+))?"
_OFFSET: Final = rf"(?P<offset>{OFFSET})"
_SPREAD_DAY: Final = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_CLOSE_DAY: Final = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_SPREAD: Final = rf"(?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}}){_SECOND})?"
_CLOSE: Final = rf"(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?:(?P<second>[0-9]{{2}}){_SECOND})?"
_GRAMMAR: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_SPREAD_DAY}[Tt ]{_SPREAD}{_OFFSET}?",
        rf"{_SPREAD_DAY}(?P<offset>[Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?",
        rf"{_CLOSE_DAY}[Tt]{_SPREAD}{_OFFSET}?",
        rf"{_SPREAD_DAY}[Tt]{_CLOSE}{_OFFSET}?",
        rf"{_CLOSE_DAY}[Tt]?{_CLOSE}{_OFFSET}",
        rf"{_CLOSE_DAY}[Tt]{_CLOSE}",
        rf"{_CLOSE_DAY}(?P<offset>[Zz])",
    )
)
# What nearly all logs write: nothing in it is left to judge but what the calendar does.
usual = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])?"
).fullmatch
_number = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch


def read_iso(text: str, local: Local) -> Instant | Twice:
    """Return the instant of a text in the grammar above, or both where it may mean two.

    Raises ``NoTime`` for any other text, and ``ValueError`` for a time that cannot be.
    """
    return instant_of(_wall(text), local)


def _wall(text: str) -> Wall:
    found = next(filter(None, (form.fullmatch(text) for form in _GRAMMAR)), None)
    if found is None:
        raise NoTime(UNITLESS if _number(text) else FORMATLESS)
    said = found.groupdict()
    clock = None
    if "hour" in said:
        hour, minute, second = (int(said[name] or 0) for name in ("hour", "minute", "second"))
        clock = clock_of(hour, minute, second, said["fraction"] or "")
    offset = said.get("offset")
    day = day_of(int(said["year"]), int(said["month"]), int(said["day"]))
    return Wall(day, clock, None if offset is None else offset_of(offset))
