"""What is said beyond the years whose bank holidays are known."""

from __future__ import annotations

import pytest

from domain.instant import parse
from domain.rulebook.model import CalendarData
from presentation.times.bank_holidays import unknown

CALENDAR = CalendarData(zone="Europe/London", first_year=1950, last_year=2075)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("1949-12-31T23:59Z", False),
        ("1950-01-01T00:00Z", True),
        ("2075-12-31T23:59Z", True),
        ("2076-01-01T00:00Z", False),
        ("9999-12-31T23:59Z", False),
    ],
)
def test_years_that_are_not_known_are_named(text: str, known: bool) -> None:
    """An instant of another year is enough; the years are those of the calendar's zone."""
    said = unknown(CALENDAR, [parse("2016-01-01T00:00Z"), parse(text)])
    assert (said is None) is known
    assert said is None or "known for 1950 to 2075 alone" in said


def test_a_calendar_without_bank_holidays_leaves_nothing_open() -> None:
    """Nobody was promised any."""
    assert unknown(CalendarData(), [parse("9999-12-31T00:00Z")]) is None
