"""Instants: exact, from year 1 to 9999, with and without a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instant import EARLIEST, FOREVER, from_datetime, iso, parse, to_datetime, zone_of

LONDON = zone_of("Europe/London")


@given(st.integers(EARLIEST, FOREVER))
def test_an_instant_survives_being_shown(instant: int) -> None:
    """To the microsecond, in any zone, before 1970 and at the ends of the calendar."""
    assert parse(iso(instant)) == instant
    assert parse(iso(instant, LONDON)) == instant
    assert parse(iso(instant, timezone(timedelta(hours=-14)))) == instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2016-05-20T12:00:00+01:00", 1_463_742_000_000_000),
        ("2016-05-20 12:00", 1_463_742_000_000_000),
        ("2016-01-20 12:00", 1_453_291_200_000_000),
        ("  2016-01-20T12:00:00.1234567Z ", 1_453_291_200_123_456),
        # 27 March 2016: the clocks went from 1:00 to 2:00. 30 October: 1:30 came twice, the first is meant.
        ("2016-03-27 01:30", 1_459_042_200_000_000),
        ("2016-10-30 01:30", 1_477_787_400_000_000),
    ],
)
def test_a_text_is_an_instant(text: str, expected: int) -> None:
    """With its offset, or local time in the zone given."""
    assert parse(text, LONDON) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2016-02-30",
        "2016-05-20T25:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_a_text_that_is_no_instant_is_said_so(text: str) -> None:
    """Nothing comes out that could not be shown again."""
    with pytest.raises(ValueError, match=r".+"):
        parse(text, UTC)


def test_a_time_without_a_zone_is_no_instant() -> None:
    """Nobody guesses."""
    with pytest.raises(ValueError, match="has no offset from UTC and no zone was given"):
        parse("2016-05-20T12:00")
    with pytest.raises(ValueError, match="without a zone"):
        from_datetime(datetime(2016, 5, 20))  # noqa: DTZ001  (the naive time that is refused)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd", "Europe"])
def test_a_zone_that_is_not_there_is_said_so(name: str) -> None:
    """Whatever the name is."""
    with pytest.raises(ValueError, match=r".+"):
        zone_of(name)


def test_the_ends_of_the_calendar_are_shown_in_utc_where_a_zone_would_leave_it() -> None:
    """Rather than not at all."""
    assert to_datetime(FOREVER, timezone(timedelta(hours=5))).tzinfo is UTC
    assert to_datetime(EARLIEST, timezone(timedelta(hours=-5))).year == 1
