"""Weeks as ISO 8601 counts them, in the store's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UsageProblem
from domain.instant import DAY, from_datetime, iso, parse
from presentation.changes.weeks import week_before, week_named

LONDON = ZoneInfo("Europe/London")
NOW = parse("2016-05-20T12:00:00Z")


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2016-W20", "2016-05-16T00:00:00+01:00", "2016-05-23T00:00:00+01:00"),
        (" 2016w20 ", "2016-05-16T00:00:00+01:00", "2016-05-23T00:00:00+01:00"),
        ("2016-W12", "2016-03-21T00:00:00+00:00", "2016-03-28T00:00:00+01:00"),
        ("2015-W53", "2015-12-28T00:00:00+00:00", "2016-01-04T00:00:00+00:00"),
        ("2016-W01", "2016-01-04T00:00:00+00:00", "2016-01-11T00:00:00+00:00"),
    ],
)
def test_a_week_goes_from_monday_until_before_the_next(text: str, first: str, end: str) -> None:
    """Half-open, in the zone, also where clocks are changed."""
    assert tuple(iso(one, LONDON) for one in week_named(text, LONDON, NOW)) == (first, end)


@given(st.dates(date(1, 1, 8), date(9999, 12, 20)))
def test_every_day_is_in_the_week_of_its_name_and_in_no_other(day: date) -> None:
    """Weeks follow on one another without a gap."""
    weeks = (one.isocalendar() for one in (day, day + timedelta(days=7)))
    names = [f"{one.year:04}-W{one.week:02}" for one in weeks]
    (first, end), (following, _) = (week_named(name, UTC, NOW) for name in names)
    at = from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))
    assert first <= at < end == following == first + 7 * DAY


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2016-W53", "the year 2016 has no week 53"),
        ("2016-W00", "the year 2016 has no week 00"),
        ("0000-W01", "the year 0000 has no week 01"),
        ("20", "'20' is not a week"),
        ("2016-W2", "'2016-W2' is not a week"),
        ("2016-05-16", "'2016-05-16' is not a week"),
    ],
)
def test_what_is_no_week_is_refused(text: str, why: str) -> None:
    """With the last week that is over as an example."""
    with pytest.raises(UsageProblem) as raised:
        week_named(text, LONDON, NOW)
    assert str(raised.value.message) == f"--week: {why}"
    assert "2016-W19" in raised.value.hints[0]


def test_the_last_week_of_all_ends_with_the_calendar() -> None:
    """The year 9999 ends on a Friday: its last whole week is the 51st."""
    with pytest.raises(UsageProblem):
        week_named("9999-W52", UTC, NOW)


def test_the_week_before_is_the_last_that_is_over() -> None:
    """On a Monday it is that which ended with Sunday."""
    assert week_before(parse("2016-05-16T00:00:00+01:00"), LONDON) == "2016-W19"
    assert week_before(parse("2016-05-15T23:59:59+01:00"), LONDON) == "2016-W18"
