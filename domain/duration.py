"""Lengths of time as they are written: ``45min``, ``36h``, ``30d``, ``2w``, ``3mo``, ``5wd``, ``8wh``.

A second, minute, hour, day (24 hours) and week is elapsed time. A month is a calendar month: one month after
31 January is the last day of February, at the same time of day. A working day and a working hour are those of
a ``domain.working_time.calendar.Calendar``, which alone can say when any of them has run out.

A limit may also be counted from a date, as ``3mo from date`` or ``28d from date``: the day of the start does not
count, and the last day, which for months is that of the same number or the last of its month, counts to its end.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import DAY, SECOND

if TYPE_CHECKING:
    from datetime import datetime

HOUR: Final = 3_600 * SECOND
MINUTE: Final = 60 * SECOND
FORMS: Final = "45min, 36h, 30d, 2w, 3mo, 5wd or 8wh"
"""What can be written, for messages."""
LIMIT_FORMS: Final = "45min, 36h, 30d, 2w, 3mo, 5wd, 8wh, 28d from date or 3mo from date"
"""What can be written as a limit, for messages."""

_LAST_YEAR: Final = 9999
_MOST_WORKING_HOURS: Final = 99_999
_DECEMBER: Final = 12
_FROM_DATE: Final = " from date"
_DAYS: Final = {"d": 1, "w": 7}
_SHAPE: Final = r"([0-9]{1,7}) ?([a-z]+)"
_ELAPSED: Final = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_NAMES: Final = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "wd": "working day",
    "wh": "working hour",
}


class Duration(NamedTuple):
    """A length of time: elapsed, calendar months, working days or working time; one at most is not nought.

    ``microseconds`` are elapsed ones, ``working_time`` counts microseconds inside working hours. ``days`` and
    ``months_of_days`` are counted from a date: in whole days, without the day of the start.
    """

    microseconds: int = 0
    months: int = 0
    working_days: int = 0
    working_time: int = 0
    days: int = 0
    months_of_days: int = 0

    @property
    def from_date(self) -> bool:
        """Whether it is counted from the date of the start, and not from its instant."""
        return bool(self.days or self.months_of_days)

    @property
    def works(self) -> bool:
        """Whether working days or hours are counted, for which bank holidays and hours must be known."""
        return bool(self.working_days or self.working_time)


def parse(text: str) -> Duration:
    """Return the length of time that ``text`` names; raise ``ValueError``, in words, for what is none."""
    count, unit = _split(text)
    if unit == "mo":
        return Duration(months=count)
    if unit == "wd":
        return Duration(working_days=count)
    if unit == "wh":
        if count > _MOST_WORKING_HOURS:
            msg = f"{text!r} is more than {_MOST_WORKING_HOURS:,} working hours"
            raise ValueError(msg)
        return Duration(working_time=count * HOUR)
    return Duration(count * _ELAPSED[unit])


def parse_limit(text: str) -> Duration:
    """Return the limit that ``text`` names, which may be counted from a date; raise as ``parse``."""
    length, counted, rest = text.strip().partition(_FROM_DATE)
    if not counted or rest:
        return parse(text)
    count, unit = _split(length)
    if unit == "mo":
        return Duration(months_of_days=count)
    if unit not in _DAYS:
        msg = f"{text!r}: from a date one counts days, weeks and months, and no {_NAMES[unit]}s"
        raise ValueError(msg)
    return Duration(days=count * _DAYS[unit])


def _split(text: str) -> tuple[int, str]:
    found = re.fullmatch(_SHAPE, text.strip())
    if found is None:
        msg = f"{text!r} is not a length of time"
        raise ValueError(msg)
    if found[2] not in _NAMES:
        msg = f"{text!r}: {found[2]!r} is not a unit of time"
        raise ValueError(msg)
    return int(found[1]), found[2]


def in_words(text: str) -> str:
    """Return a written limit in words and in its own unit: ``72h`` is ``72 hours``.

    Raises ``ValueError`` if it is none.
    """
    length, counted, _ = text.partition(_FROM_DATE)
    return _counted(*_split(length)) + (" from the date" if counted else "")


def _counted(count: int, unit: str) -> str:
    name = _NAMES[unit]
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def by_months(moment: datetime, months: int) -> datetime | None:
    """Return the same time of day ``months`` calendar months later, or earlier, in the zone of ``moment``.

    At most the last day of that month. A time that occurs twice then is the first of the two. ``None``
    outside the years 1 to 9999.
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= _LAST_YEAR:
        return None
    day = min(moment.day, _last_day(year, month + 1))
    return moment.replace(year=year, month=month + 1, day=day, fold=0)


def _last_day(year: int, month: int) -> int:
    if month == _DECEMBER:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day
