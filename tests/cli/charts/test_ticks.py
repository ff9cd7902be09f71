"""The marks of an axis: few, in order, and round by the clocks of the zone."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from cli.charts.ticks import mark_times
from domain.instant import DAY, EARLIEST, FOREVER, SECOND, parse

LONDON = ZoneInfo("Europe/London")
HOUR = DAY // 24
LAST = FOREVER - SECOND


def marks(since: int, until: int, zone: ZoneInfo) -> list[tuple[int, str]]:
    """Return the instants and labels of the marks that are seen, and last what stands at the end of the axis."""
    axes = Figure().add_subplot()
    axes.set_xlim(since / DAY, until / DAY)
    mark_times(axes.xaxis, since, until, zone)
    places = [float(place) for place in axes.xaxis.get_majorticklocs()]
    labels = axes.xaxis.get_major_formatter().format_ticks(places)
    found = [(round(place * DAY), label.strip()) for place, label in zip(places, labels, strict=True)]
    common = axes.xaxis.get_major_formatter().get_offset().strip()
    return [*(mark for mark in found if since <= mark[0] <= until), (until, common)]


@settings(deadline=None)
@given(
    st.integers(EARLIEST, LAST - HOUR),
    st.integers(HOUR, 9_999 * 366 * DAY) | st.integers(HOUR, 400 * DAY),
    st.sampled_from([UTC, LONDON, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")]),
)
def test_marks_are_few_and_in_order(since: int, length: int, zone: ZoneInfo) -> None:
    """Whatever is asked for, within the calendar's first and last day."""
    found = [at for at, _ in marks(since, min(LAST, since + length), zone)[:-1]]
    assert 2 <= len(found) <= 14
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("since", "until", "labels"),
    [
        ("2016-05-20T09:11", "2016-05-20T10:09", ["09:20", "09:30", "09:40", "09:50", "10:00", "20 May 2016"]),
        (
            "2016-05-20T19:00",
            "2016-05-21T09:00",
            ["20:00", "22:00", "21 May", "02:00", "04:00", "06:00", "08:00", "21 May 2016"],
        ),
        ("2016-05-28T09:00", "2016-06-02T19:00", ["29 May", "30 May", "31 May", "1 Jun", "2 Jun", "2016"]),
        (
            "2016-05-11T09:00",
            "2016-07-06T09:00",
            ["15 May", "22 May", "1 Jun", "8 Jun", "15 Jun", "22 Jun", "1 Jul", "2016"],
        ),
        ("2015-11-05T09:00", "2016-05-02T09:00", ["Dec", "2016", "Feb", "Mar", "Apr", "May", ""]),
        ("2009-11-05T09:00", "2016-05-01T09:00", ["2010", "2011", "2012", "2013", "2014", "2015", "2016", ""]),
    ],
)
def test_marks_say_the_day_and_the_year_where_they_begin(since: str, until: str, labels: list[str]) -> None:
    """Times, days, months, years: whatever fits; the day or the year that they share stands at the end."""
    assert [label for _, label in marks(parse(since, LONDON), parse(until, LONDON), LONDON)] == labels


def test_a_day_begins_at_midnight_on_both_sides_of_a_change_of_clocks() -> None:
    """27 March 2016 had 23 hours in London."""
    found = marks(parse("2016-03-24T12:00", LONDON), parse("2016-03-31T12:00", LONDON), LONDON)[:-1]
    assert {label for _, label in found} == {f"{day} Mar" for day in range(25, 32)}
    assert {after - before for (before, _), (after, _) in pairwise(found)} == {DAY, DAY - HOUR}
