"""The marks of an axis: few, in order, and round by the clocks of the zone."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.instant import DAY, EARLIEST, FOREVER, parse
from presentation.drawing.ticks import MOST, ticks

if TYPE_CHECKING:
    from datetime import tzinfo

LONDON = ZoneInfo("Europe/London")
HOUR = DAY // 24
LAST = FOREVER


def marks(since: int, until: int, zone: tzinfo) -> list[tuple[int, str]]:
    """Return the instants of the marks, each with its label and with what begins at it."""
    return [(tick.at, " ".join(filter(None, tick[1:]))) for tick in ticks(since, until, zone)]


@settings(deadline=None)
@given(
    st.integers(EARLIEST, LAST - HOUR),
    st.integers(HOUR, 9_999 * 366 * DAY) | st.integers(HOUR, 400 * DAY),
    st.sampled_from([UTC, LONDON, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")]),
)
def test_marks_are_few_and_in_order(since: int, length: int, zone: ZoneInfo) -> None:
    """Whatever is asked for, within the calendar's first and last day."""
    found = [at for at, _ in marks(since, min(LAST, since + length), zone)]
    assert 2 <= len(found) <= MOST
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("since", "until", "labels"),
    [
        (
            "2016-05-20T09:11",
            "2016-05-20T10:09",
            ["09:20 20 May 2016", "09:30", "09:40", "09:50", "10:00"],
        ),
        (
            "2016-05-20T19:00",
            "2016-05-21T09:00",
            ["20:00 20 May 2016", "22:00", "00:00 21 May 2016", "02:00", "04:00", "06:00", "08:00"],
        ),
        ("2016-05-28T09:00", "2016-06-02T19:00", ["29 May 2016", "30 May", "31 May", "1 Jun", "2 Jun"]),
        (
            "2016-05-11T09:00",
            "2016-07-06T09:00",
            ["16 May 2016", "23 May", "30 May", "6 Jun", "13 Jun", "20 Jun", "27 Jun", "4 Jul"],
        ),
        ("2015-11-05T09:00", "2016-05-02T09:00", ["Dec 2015", "Jan 2016", "Feb", "Mar", "Apr", "May"]),
        ("2009-11-05T09:00", "2016-05-01T09:00", ["2010", "2011", "2012", "2013", "2014", "2015", "2016"]),
    ],
)
def test_marks_say_the_day_and_the_year_where_they_begin(since: str, until: str, labels: list[str]) -> None:
    """Times, days, Mondays, months, years: whatever fits; the day or the year stands where it begins."""
    assert [label for _, label in marks(parse(since, LONDON), parse(until, LONDON), LONDON)] == labels


def test_a_day_begins_at_midnight_on_both_sides_of_a_change_of_clocks() -> None:
    """27 March 2016 had 23 hours in London."""
    found = marks(parse("2016-03-24T12:00", LONDON), parse("2016-03-31T12:00", LONDON), LONDON)
    assert {label for _, label in found} == {"25 Mar 2016", *(f"{day} Mar" for day in range(26, 32))}
    assert {after - before for (before, _), (after, _) in pairwise(found)} == {DAY, DAY - HOUR}


def test_an_hour_that_there_is_twice_is_marked_once_and_one_that_there_is_not_not_at_all() -> None:
    """By the clocks of London on 30 October and on 27 March 2016."""
    autumn = marks(parse("2016-10-29T23:30", LONDON), parse("2016-10-30T04:30", LONDON), LONDON)
    assert [label.split()[0] for _, label in autumn] == ["00:00", "01:00", "02:00", "03:00", "04:00"]
    spring = marks(parse("2016-03-26T23:30", LONDON), parse("2016-03-27T05:30", LONDON), LONDON)
    assert [label.split()[0] for _, label in spring] == ["00:00", "02:00", "03:00", "04:00", "05:00"]
