"""Lengths of time: elapsed ones add up, months are the calendar's."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.durations import Duration, parse_duration
from domain.errors import UsageProblem
from domain.instant import DAY, EARLIEST, SECOND, from_datetime

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", Duration(90 * SECOND)),
        ("45min", Duration(2_700 * SECOND)),
        ("36h", Duration(DAY + DAY // 2)),
        ("30d", Duration(30 * DAY)),
        ("2 w", Duration(14 * DAY)),
        (" 3mo ", Duration(months=3)),
    ],
)
def test_units(text: str, length: Duration) -> None:
    """Seconds to weeks are elapsed time; months are kept as months."""
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "d", "30", "-3d", "1.5h", "3y", "3m", "1d12h", "99999999d"])
def test_other_texts_are_refused(text: str) -> None:
    """What is no whole number and known unit is refused, with the forms that are read."""
    with pytest.raises(UsageProblem, match=r"^--idle-over: ") as caught:
        parse_duration(text, name="--idle-over")
    assert "30d" in caught.value.hints[0]


def test_working_days_need_a_calendar() -> None:
    """Working days are refused, and the message says what they lack."""
    with pytest.raises(UsageProblem, match="a calendar, which this version does not have"):
        parse_duration("5wd")


@pytest.mark.parametrize(
    ("text", "start", "before"),
    [
        ("1mo", "2016-03-31T09:00+01:00", "2016-02-29T09:00+00:00"),
        ("3mo", "2016-05-31T00:00+01:00", "2016-02-29T00:00+00:00"),
        ("12mo", "2017-01-01T12:00+00:00", "2016-01-01T12:00+00:00"),
        ("1d", "2016-03-27T12:00+01:00", "2016-03-26T12:00+01:00"),
        ("1mo", "2016-04-27T01:30+01:00", "2016-03-27T01:30+00:00"),
    ],
)
def test_before(text: str, start: str, before: str) -> None:
    """A month keeps the local time of day, at most to the month's last day; a day is 24 hours."""
    assert parse_duration(text).before(at(start), LONDON) == at(before)


@given(st.integers(0, 5_000), st.datetimes(datetime(1700, 1, 1), datetime(2300, 1, 1)))  # noqa: DTZ001  (made aware below)
def test_elapsed_time_comes_back(hours: int, moment: datetime) -> None:
    """Elapsed time taken off and put on again leads back."""
    start, length = from_datetime(moment.replace(tzinfo=UTC)), parse_duration(f"{hours}h")
    assert length.after(length.before(start, LONDON), LONDON) == start


@pytest.mark.parametrize("text", ["9999999w", "9999999mo", "1d", "1mo"])
def test_beyond_the_calendar(text: str) -> None:
    """A length that leads before year 1 is refused."""
    with pytest.raises(UsageProblem, match="0001 to 9999"):
        parse_duration(text).before(EARLIEST + 1, LONDON)
