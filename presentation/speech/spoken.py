"""Names, instants and lengths of time as they are spoken: whole words, no signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.instant import to_datetime
from presentation.phrases import time_of_day

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.instant import Instant

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_NAMES: Final = {
    "reference": "case",
    "version": "entry",
    "command": "type",
    "alternatives": "or",
    "causes": "cause",
    "harm": "harm come to light",
    "unnamed": "the child was not named",
    "occurred_at": "happened",
    "missing_at": "reported missing",
    "last_activity_at": "last active",
    "as_at": "as at",
    "known_at": "known at",
}
"""What a field is called where its own name does not say it."""
_LENGTHS: Final = {
    "overdue_seconds": ("over by {}", "{} left"),
    "late_seconds": ("recorded {} later", "recorded {} before it happened"),
    "longest_seconds": ("the longest overdue by {}", "{} left"),
    "after_report_seconds": ("{} after the report", "{} before the report"),
}
"""How a length of time is said, and how one below nought is."""


def name_of(field: str) -> str:
    """Return what a field of an item is called: its name in words, without what says of which kind it is."""
    return _NAMES.get(field) or field.removesuffix("_at").replace("_", " ")


def length(field: str, seconds: float) -> str:
    """Return a length of time in its largest whole unit, with what it is: ``over by 97 days``."""
    ahead, behind = _LENGTHS.get(field, (f"{name_of(field.removesuffix('_seconds'))} {{}}",) * 2)
    return (behind if seconds < 0 else ahead).format(spoken_length(abs(seconds)))


def spoken_length(seconds: float) -> str:
    """Return a length of time in its largest whole unit, rounded down: ``98 days``, ``1 minute``."""
    whole = int(seconds)
    size, unit = next(((size, unit) for size, unit in _UNITS if whole >= size), _UNITS[-1])
    count = whole // size
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def moment(instant: Instant, zone: tzinfo) -> str:
    """Return an instant (microseconds since 1970 in UTC) in ``zone``: ``12 February 2016 at 09:12``."""
    local = to_datetime(instant, zone)
    return f"{day(local.year, local.month, local.day)} at {time_of_day(instant, zone)}"


def day(year: int, month: int, number: int) -> str:
    """Return a day: ``12 February 2016``."""
    return f"{number} {_MONTHS[month - 1]} {year}"
