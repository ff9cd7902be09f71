"""Where the axis of a picture is marked: round local times, from minutes to thousands of years apart."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from domain.instant import DAY, EARLIEST, FOREVER

if TYPE_CHECKING:
    from datetime import tzinfo

    from matplotlib.axis import Axis

    from domain.instant import Instant

# For marks at years, months, days, hours, minutes, seconds: each, the first of them, and what all have in common.
_EACH: Final = ["%Y", "%b", "%e %b", "%H:%M", "%H:%M", "%H:%M:%S"]
_FIRST: Final = ["", "%Y", "%e %b", "%e %b", "%H:%M", "%H:%M"]
_COMMON: Final = ["", "%Y", "%Y", "%e %b %Y", "%e %b %Y", "%e %b %Y"]
# Marks are looked for beside the axis, too, and those that are a thousand years apart from year 1.
_FROM: Final = EARLIEST + 1000 * 366 * DAY
_TO: Final = FOREVER - 10 * 366 * DAY


def mark_times(axis: Axis, since: Instant, until: Instant, zone: tzinfo) -> None:
    """Have ``axis``, in days since 1970, marked at round times of ``zone``; what they share stands at its end.

    Near the first and the last year that is UTC, since the time of another zone may leave the calendar.
    """
    shown = zone if since > _FROM and until < _TO else UTC
    locator = AutoDateLocator(tz=shown)
    axis.set_major_locator(locator)
    axis.set_major_formatter(ConciseDateFormatter(locator, shown, _EACH, _COMMON, _FIRST))
