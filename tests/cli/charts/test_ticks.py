"""The marks of an axis: few, in order, and round by the clocks of the zone."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.charts.ticks import MOST, ticks
from domain.instant import DAY, EARLIEST, FOREVER, parse, to_datetime

LONDON = ZoneInfo("Europe/London")
HOUR = DAY // 24


@given(
    st.integers(EARLIEST, FOREVER),
    st.integers(HOUR, 9_999 * 366 * DAY) | st.integers(HOUR, 400 * DAY),
    st.sampled_from([UTC, LONDON, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")]),
)
def test_marks_are_few_and_in_order(since: int, length: int, zone: ZoneInfo) -> None:
    """Whatever is asked for, within the calendar's first and last day."""
    until = min(FOREVER, since + length)
    found = [tick.at for tick in ticks(since, until, zone)]
    assert len(found) <= MOST + 2
    assert found == sorted(set(found))
    assert all(since <= at <= until for at in found)


@pytest.mark.parametrize(
    ("since", "until", "labels"),
    [
        ("2016-05-20T09:10", "2016-05-20T10:05", ["09:15\n20 May 2016", "09:30", "09:45", "10:00"]),
        ("2016-05-20T20:00", "2016-05-21T07:00", ["21:00\n20 May 2016", "00:00\n21 May 2016", "03:00", "06:00"]),
        ("2015-12-30T09:00", "2016-01-03T09:00", ["31 Dec\n2015", "1 Jan\n2016", "2 Jan", "3 Jan"]),
        ("2016-05-01T09:00", "2016-05-31T09:00", ["2 May\n2016", "9 May", "16 May", "23 May", "30 May"]),
        (
            "2015-11-05T09:00",
            "2016-05-01T09:00",
            ["1 Dec\n2015", "1 Jan\n2016", "1 Feb", "1 Mar", "1 Apr", "1 May"],
        ),
        ("2009-11-05T09:00", "2016-05-01T09:00", ["2010", "2011", "2012", "2013", "2014", "2015", "2016"]),
    ],
)
def test_marks_say_the_day_and_the_year_where_they_change(since: str, until: str, labels: list[str]) -> None:
    """Times, days, Mondays, months, years: whatever fits."""
    found = ticks(parse(since, LONDON), parse(until, LONDON), LONDON)
    assert [tick.label for tick in found] == labels


def test_a_day_begins_at_midnight_on_both_sides_of_a_change_of_clocks() -> None:
    """27 March 2016 had 23 hours in London."""
    found = ticks(parse("2016-03-25T12:00", LONDON), parse("2016-03-29T12:00", LONDON), LONDON)
    assert {to_datetime(tick.at, LONDON).hour for tick in found} == {0}
    assert DAY - HOUR in {after.at - before.at for before, after in pairwise(found)}
