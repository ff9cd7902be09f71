"""Lengths of time: what is read, and how they are said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duration import HOUR, Duration, by_months, in_words, parse, parse_limit
from domain.instant import DAY, SECOND


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", Duration(90 * SECOND)),
        ("45min", Duration(2_700 * SECOND)),
        ("36h", Duration(DAY + DAY // 2)),
        ("30d", Duration(30 * DAY)),
        ("2 w", Duration(14 * DAY)),
        (" 3mo ", Duration(months=3)),
        ("5wd", Duration(working_days=5)),
        ("8wh", Duration(working_time=8 * HOUR)),
    ],
)
def test_units(text: str, length: Duration) -> None:
    """Seconds to weeks are elapsed time; months, working days and working hours are kept as such."""
    assert parse(text) == length
    assert length.works == text.strip().endswith(("wd", "wh"))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("28d from date", Duration(days=28)),
        ("4w from date", Duration(days=28)),
        (" 3mo from date ", Duration(months_of_days=3)),
        ("3mo", Duration(months=3)),
        ("72h", Duration(72 * HOUR)),
        ("5wd", Duration(working_days=5)),
    ],
)
def test_a_limit_says_whether_it_is_counted_from_a_date(text: str, length: Duration) -> None:
    """And means what it always meant where it does not."""
    assert parse_limit(text) == length
    assert length.from_date == ("from date" in text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24h from date", "'24h from date': from a date one counts days, weeks and months, and no hours"),
        ("5wd from date", "'5wd from date': from a date one counts days, weeks and months, and no working days"),
        ("3mo from", "'3mo from' is not a length of time"),
        ("3mo from date x", "'3mo from date x' is not a length of time"),
        (" from date", "' from date' is not a length of time"),
        ("3y from date", "'3y': 'y' is not a unit of time"),
    ],
)
def test_what_is_no_limit_is_refused_in_words(text: str, said: str) -> None:
    """Hours run from an instant, and working days from a day as they are."""
    with pytest.raises(ValueError, match=r"time|date") as caught:
        parse_limit(text)
    assert str(caught.value) == said
    with pytest.raises(ValueError, match=r"time"):
        parse("3mo from date")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'' is not a length of time"),
        ("soon", "'soon' is not a length of time"),
        ("-3d", "'-3d' is not a length of time"),
        ("1d12h", "'1d12h' is not a length of time"),
        ("3y", "'3y': 'y' is not a unit of time"),
        ("100000wh", "'100000wh' is more than 99,999 working hours"),
    ],
)
def test_what_is_none_is_refused_in_words(text: str, said: str) -> None:
    """The message quotes what was written."""
    with pytest.raises(ValueError, match=r"time|hours") as caught:
        parse(text)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24h", "24 hours"),
        ("1d", "1 day"),
        ("45min", "45 minutes"),
        ("1min", "1 minute"),
        ("1s", "1 second"),
        ("3mo from date", "3 months from the date"),
        ("1d from date", "1 day from the date"),
        ("2w", "2 weeks"),
        ("1mo", "1 month"),
        ("3mo", "3 months"),
        ("1wd", "1 working day"),
        ("45wd", "45 working days"),
        ("1wh", "1 working hour"),
        ("1200h", "1,200 hours"),
        ("0d", "0 days"),
    ],
)
def test_words(text: str, said: str) -> None:
    """A written length is said in its own unit."""
    assert in_words(text) == said


@given(
    st.integers(0, 9_999_999),
    st.sampled_from(["s", "min", "h", "d", "w", "mo", "wd", "wh"]),
)
def test_one_part_at_most_is_not_nought(count: int, unit: str) -> None:
    """A length is of one kind."""
    count = min(count, 99_999) if unit == "wh" else count
    assert sum(map(bool, parse(f"{count}{unit}"))) == bool(count)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-150_000, 150_000))
def test_months_keep_the_time_of_day_and_the_day_where_there_is_one(moment: datetime, months: int) -> None:
    """The month is the one asked for; the day is the same, or the last of its month."""
    moved = by_months(moment, months)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if moved is None:
        assert not 1 <= year <= 9999
        return
    assert (moved.year, moved.month, moved.time()) == (year, month + 1, moment.time())
    assert moved.day == moment.day or (moved.day < moment.day and by_months(moved, 0) == moved)
    if moved.day != moment.day:
        with pytest.raises(ValueError, match="day"):
            moved.replace(day=moved.day + 1)
