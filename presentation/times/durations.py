"""Lengths of time as options take them: ``45min``, ``36h``, ``30d``, ``2w``, ``3mo``, ``5wd``, ``8wh``.

A month is a calendar month in the store's zone; working days and hours are those of England and Wales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.duration import FORMS, Duration, parse
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.instant import Instant
    from domain.rulebook.model import CalendarData
    from domain.working_time.calendar import Calendar

_HINT: Final = f"write a whole number and a unit: {FORMS}"


def parse_duration(text: str, *, name: str = "duration") -> Duration:
    """Return the length of time that ``text`` names.

    Raises ``UsageProblem``, naming the option ``name``, for what is none.
    """
    try:
        return parse(text)
    except ValueError as error:
        raise UsageProblem(f"{name}: {error}", hints=(_HINT,)) from error


def calendar_of(zone: tzinfo, length: Duration) -> Calendar:
    """Return a calendar that can count ``length`` in ``zone``, with bank holidays where they matter."""
    from domain.working_time.calendar import Calendar

    return Calendar(calendar_data_of(zone, length))


def calendar_data_of(zone: tzinfo, length: Duration) -> CalendarData:
    """Return what such a calendar is made of, with the years whose bank holidays it knows."""
    from domain.rulebook.model import CalendarData

    if not length.works:
        return CalendarData(zone=str(zone))
    from application.bank_holidays import shipped

    days = shipped()
    return CalendarData(
        zone=str(zone), holidays=days.holidays, first_year=days.first_year, last_year=days.last_year
    )


def before(length: Duration, instant: Instant, calendar: Calendar) -> Instant:
    """Return the instant that lies ``length`` before another; ``UsageProblem`` outside years 1 to 9999."""
    return _inside(calendar.before(instant, length))


def after(length: Duration, instant: Instant, calendar: Calendar) -> Instant:
    """Return the instant that lies ``length`` after another; ``UsageProblem`` outside years 1 to 9999."""
    return _inside(calendar.due(instant, length))


def _inside(instant: Instant | None) -> Instant:
    if instant is None:
        raise UsageProblem("the length of time leads outside the years 0001 to 9999")
    return instant
