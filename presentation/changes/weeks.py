"""Weeks as ISO 8601 counts them: from Monday on, the first of a year that which has its first Thursday."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from domain.errors import UsageProblem
from domain.instant import to_datetime
from presentation.instants import Edge, day_edge

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.instant import Instant

_FORM: Final = re.compile(r"([0-9]{4})-?W([0-9]{2})", re.IGNORECASE)
_SUNDAY: Final = timedelta(days=6)


def week_named(text: str, zone: tzinfo, now: Instant) -> tuple[Instant, Instant]:
    """Return the first instant of a week (``2016-W20``) in ``zone`` and the first after it.

    Raises ``UsageProblem`` for what is no week, and for a 53rd where the year has 52.
    """
    found = _FORM.fullmatch(text.strip())
    last = f"the last that is over: --week {week_before(now, zone)}"
    if found is None:
        raise UsageProblem(f"--week: {text!r} is not a week", hints=(f"write a year and a week; {last}",))
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        sunday = monday + _SUNDAY
    except (OverflowError, ValueError):
        raise UsageProblem(f"--week: the year {found[1]} has no week {found[2]}", hints=(last,)) from None
    first, end = (datetime.combine(day, time()) for day in (monday, sunday))
    return day_edge(first, zone, Edge.FIRST), day_edge(end, zone, Edge.NEXT)


def week_before(now: Instant, zone: tzinfo) -> str:
    """Return the name of the last week that is over in ``zone``."""
    year, week, _ = (to_datetime(now, zone).date() - timedelta(days=7)).isocalendar()
    return f"{year:04}-W{week:02}"
