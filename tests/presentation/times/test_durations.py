"""Lengths of time as options take them: what is said of a bad one, and which calendar counts a good one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UsageProblem
from domain.instant import EARLIEST, from_datetime
from presentation.times.durations import after, before, calendar_of, parse_duration

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text))


def back(text: str, instant: int) -> int:
    length = parse_duration(text)
    return before(length, instant, calendar_of(LONDON, length))


@pytest.mark.parametrize("text", ["", "d", "30", "-3d", "1.5h", "3y", "3m", "1d12h", "99999999d"])
def test_other_texts_are_refused(text: str) -> None:
    """What is no whole number and known unit is refused, with the forms that are read."""
    with pytest.raises(UsageProblem, match=r"^--idle-over: ") as caught:
        parse_duration(text, name="--idle-over")
    assert "30d" in caught.value.hints[0]


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("1mo", "2016-03-31T09:00+01:00", "2016-02-29T09:00+00:00"),
        ("3mo", "2016-05-31T00:00+01:00", "2016-02-29T00:00+00:00"),
        ("12mo", "2017-01-01T12:00+00:00", "2016-01-01T12:00+00:00"),
        ("1d", "2016-03-27T12:00+01:00", "2016-03-26T12:00+01:00"),
        ("1mo", "2016-04-27T01:30+01:00", "2016-03-27T01:30+00:00"),
        ("5wd", "2016-03-31T12:00+01:00", "2016-03-22T00:00+00:00"),
        ("8wh", "2016-03-29T12:00+01:00", "2016-03-24T12:00+00:00"),
    ],
)
def test_before(text: str, start: str, expected: str) -> None:
    """A month keeps the local time of day, a day is 24 hours, working time knows Easter 2016 and the clocks."""
    assert back(text, at(start)) == at(expected)


@given(st.integers(0, 5_000), st.datetimes(datetime(1700, 1, 1), datetime(2300, 1, 1)))  # noqa: DTZ001  (made aware below)
def test_elapsed_time_comes_back(hours: int, moment: datetime) -> None:
    """Elapsed time taken off and put on again leads back."""
    start, length = from_datetime(moment.replace(tzinfo=UTC)), parse_duration(f"{hours}h")
    calendar = calendar_of(LONDON, length)
    assert after(length, before(length, start, calendar), calendar) == start


@pytest.mark.parametrize("text", ["9999999w", "9999999mo", "9999999wd", "1d", "1mo", "1wd", "1wh"])
def test_beyond_the_calendar(text: str) -> None:
    """A length that leads before year 1 is refused."""
    with pytest.raises(UsageProblem, match="0001 to 9999"):
        back(text, EARLIEST + 1)
