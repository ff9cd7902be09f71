"""What is said where somebody looks beyond the years whose bank holidays are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.instant import to_datetime, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.instant import Instant
    from domain.rulebook.model import CalendarData


def unknown(calendar: CalendarData, instants: Iterable[Instant]) -> str | None:
    """Return what counted working time leaves open where an instant lies in a year that is not known.

    ``None`` if it knows them all. A calendar that says for no year that it knows the bank holidays has none.
    """
    zone, known = zone_of(calendar.zone), range(calendar.first_year, calendar.last_year + 1)
    if not calendar.last_year or all(to_datetime(instant, zone).year in known for instant in instants):
        return None
    years = f"{calendar.first_year} to {calendar.last_year}"
    return (
        f"bank holidays are known for {years} alone: in other years working time is counted as if there were none"
    )
