"""Lengths of time as they are typed: ``45min``, ``36h``, ``30d``, ``2w``, ``3mo``.

A minute, hour, day (24 hours) and week is elapsed time. A month is a calendar month in the store's
zone: one month before 31 March is the last day of February, at the same time of day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.errors import UsageProblem
from domain.instant import DAY, EARLIEST, FOREVER, SECOND, from_datetime, to_datetime

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from domain.instant import Instant

_ELAPSED: Final = {
    "s": SECOND,
    "min": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": DAY,
    "w": 7 * DAY,
}
_SHAPE: Final = r"([0-9]{1,7}) ?([a-z]+)"
_HINT: Final = "write a whole number and a unit: 45min, 36h, 30d, 2w or 3mo"


class Duration(NamedTuple):
    """A length of time: elapsed microseconds, or calendar months; one of the two is nought."""

    microseconds: int = 0
    months: int = 0

    def before(self, instant: Instant, zone: tzinfo) -> Instant:
        """Return the instant this long before; ``UsageProblem`` outside years 1 to 9999."""
        return _within(instant - self.microseconds, -self.months, zone)

    def after(self, instant: Instant, zone: tzinfo) -> Instant:
        """Return the instant this long after; ``UsageProblem`` outside years 1 to 9999."""
        return _within(instant + self.microseconds, self.months, zone)


def parse_duration(text: str, *, name: str = "duration") -> Duration:
    """Return the length of time that ``text`` names.

    Raises ``UsageProblem``, naming the option ``name``, for what is none.
    """
    found = re.fullmatch(_SHAPE, text.strip())
    if found is None:
        raise UsageProblem(f"{name}: {text!r} is not a length of time", hints=(_HINT,))
    count, unit = int(found[1]), found[2]
    if unit == "mo":
        return Duration(months=count)
    if unit not in _ELAPSED:
        raise _unknown_unit(name, text, unit)
    return Duration(microseconds=count * _ELAPSED[unit])


def _unknown_unit(name: str, text: str, unit: str) -> UsageProblem:
    if unit == "wd":
        why = "working days need a calendar, which this version does not have"
        return UsageProblem(f"{name}: {text!r}: {why}", hints=("count elapsed days instead: 7d",))
    return UsageProblem(f"{name}: {text!r}: {unit!r} is not a unit of time", hints=(_HINT,))


def _within(instant: Instant, months: int, zone: tzinfo) -> Instant:
    if months == 0 and EARLIEST <= instant <= FOREVER:
        return instant
    if months and EARLIEST <= instant <= FOREVER:
        moved = _by_months(to_datetime(instant, zone), months)
        if moved is not None:
            return from_datetime(moved)
    raise UsageProblem("the length of time leads outside the years 0001 to 9999")


def _by_months(moment: datetime, months: int) -> datetime | None:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004  (the years of a datetime)
        return None
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last), fold=0)
