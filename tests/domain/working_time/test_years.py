"""Years far from today are not walked through: what they hold is what walking from day to day finds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.duration import HOUR, MINUTE, Duration
from domain.instant import DAY, EARLIEST, FOREVER
from domain.rulebook.model import CalendarData
from domain.working_time import counted_days
from domain.working_time.calendar import Calendar
from domain.working_time.counted_days import Wait
from domain.working_time.local_days import LocalDays
from domain.working_time.pauses import total
from domain.working_time.years import CYCLE, length, like
from tests.domain.working_time import naive

if TYPE_CHECKING:
    from domain.instant import Instant
    from domain.working_time.working_hours import WorkingHours

ZONES = sorted(available_timezones() - {"localtime"})
WEEKS = [
    ("mon-fri 09:00-17:00",),
    ("mon-sun 00:00-24:00",),
    ("sun 01:00-02:00", "wed 22:00-24:00"),
    ("sat,sun 00:00-06:00", "mon 00:30-01:30"),
]
LAST_DAY = (FOREVER - EARLIEST) // DAY
MOMENTS = st.tuples(st.integers(0, 23), st.sampled_from([0, 1, 30 * MINUTE]))
FAR = st.tuples(st.integers(0, LAST_DAY), MOMENTS).map(lambda at: EARLIEST + at[0] * DAY + hour(*at[1]))
"""Instants, spread evenly."""


def hour(number: int, more: int) -> int:
    return number * HOUR + more


def lengths(days: int) -> st.SearchStrategy[int]:
    """Return lengths of so many days at most, spread evenly."""
    return st.tuples(st.integers(0, days - 1), MOMENTS).map(lambda at: at[0] * DAY + hour(*at[1]))


def first_of(year: int) -> int:
    return date(year, 1, 1).toordinal()


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Draw a calendar whose bank holidays may lie in any year."""
    days = draw(st.lists(st.dates(), max_size=3))
    holidays = {day.isoformat(): "a holiday" for day in days}
    zone, week = draw(st.sampled_from(ZONES)), draw(st.sampled_from(WEEKS))
    return Calendar(CalendarData(zone=zone, hours=week, holidays=holidays))


def walked(hours: WorkingHours, days: range) -> tuple[int, int]:
    """Count working days and working time from day to day."""
    worked = [total((begin, min(end, FOREVER)) for begin, end in hours.spans(day)) for day in days]
    return sum(hours.works(day) for day in days), sum(worked)


@given(calendars(), st.integers(2, 9998), st.integers(1, 2))
@settings(max_examples=150)
def test_a_year_holds_what_walking_through_it_finds(times: Calendar, year: int, number: int) -> None:
    """Working days and working time, in any zone, whatever its clocks do, with bank holidays or without."""
    hours, local = times.hours(None), times.local
    days = range(first_of(year), first_of(min(year + number, 9999)))
    found = (
        hours.between(days.start - 1, days.stop - 1),
        hours.worked(local.start(days.start), local.start(days.stop)),
    )
    assert found == walked(hours, days)


@given(st.integers(1, 9999), st.sampled_from(ZONES))
@settings(max_examples=150)
def test_clocks_do_in_a_year_what_they_do_in_the_one_it_is_like(year: int, zone: str) -> None:
    """Far from today it depends on the length of the year and the weekday that it begins with."""
    local = Calendar(CalendarData(zone=zone)).local
    other = like(year)
    assert (length(other), date(other, 1, 1).weekday()) == (length(year), date(year, 1, 1).weekday())
    found = [[day - first_of(one) for day in local.changes(one)] for one in (year, other)]
    assert found[0] == found[1]


@given(calendars(), FAR, FAR, FAR)
@settings(max_examples=100)
def test_what_is_worked_adds_up(times: Calendar, first: int, second: int, third: int) -> None:
    """However far apart instants lie: from one to the next and on to the last is from the first to the last."""
    hours = times.hours(None)
    begin, middle, end = sorted((first, second, third))
    assert hours.worked(begin, middle) + hours.worked(middle, end) == hours.worked(begin, end)


@given(calendars(), FAR, FAR)
@settings(max_examples=100)
def test_a_limit_of_centuries_runs_out_once_it_is_worked(times: Calendar, first: int, second: int) -> None:
    """When an amount has been worked is found again as how much has been; the same backwards."""
    hours = times.hours(None)
    begin, end = sorted((first, second))
    amount = hours.worked(begin, end)
    if amount:
        due, since = hours.worked_by(begin, amount), hours.worked_from(end, amount)
        assert due is not None
        assert since is not None
        assert hours.worked(begin, due) == amount == hours.worked(since, end)
        assert hours.worked(begin, due - 1) == amount - 1
        assert begin <= since
        assert due <= end


@given(calendars(), st.integers(1, 9999 * 366), st.integers(1, 9999 * 366))
@settings(max_examples=100)
def test_working_days_over_centuries(times: Calendar, first: int, second: int) -> None:
    """The last of so many working days after a day is one, and there are so many up to it."""
    hours = times.hours(None)
    begin, end = sorted(min(day, date.max.toordinal()) for day in (first, second))
    number = hours.between(begin, end)
    if number:
        last, start = hours.after(begin, number), hours.back(end, number)
        assert last is not None
        assert start is not None
        assert hours.works(last)
        assert hours.works(start)
        assert hours.between(begin, last) == number == hours.between(start - 1, end)


@pytest.mark.parametrize("limit", [Duration(working_time=10_000_000 * HOUR), Duration(working_days=1_250_000)])
def test_centuries_are_not_walked_through(limit: Duration, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of 4,800 years, whatever is paused in it, looks at the days of a few: none between, nor kept."""
    asked: list[int] = []
    reaches = LocalDays.reaches

    def noting(self: LocalDays, day: int, minutes: int) -> Instant:
        asked.append(day)
        return reaches(self, day, minutes)

    monkeypatch.setattr(LocalDays, "reaches", noting)
    times = Calendar(CalendarData())
    start, century = EARLIEST + DAY, 36_525 * DAY
    pauses = [(start + century, start + 9 * century), (start + 10 * century, start + 40 * century)]
    assert times.due(start, limit, None, pauses)
    assert times.before(FOREVER - DAY, limit)
    assert len(asked) < 3_000


LIMITS = [
    Duration(working_days=3_000_000),
    Duration(working_days=20),
    Duration(working_time=4_000 * HOUR),
    Duration(microseconds=200_000 * DAY),
    Duration(days=40),
    Duration(days=4_000_000),
    Duration(months=30),
    Duration(months_of_days=3),
]


@given(calendars(), st.data(), st.sampled_from(LIMITS))
@settings(max_examples=100)
def test_days_told_as_one_count_what_each_of_them_does(
    times: Calendar, data: st.DataObject, limit: Duration
) -> None:
    """Nothing is left out, and what is told together of days is the sum of what walking through them finds."""
    start = EARLIEST + DAY + data.draw(lengths(LAST_DAY - 20_000))
    drawn = data.draw(st.lists(st.tuples(lengths(200), lengths(60)), max_size=3))
    pauses = [(start + at, start + at + length) for at, length in drawn]
    due = times.due(start, limit, None, pauses) or FOREVER
    until = min(due, start + 1 + data.draw(lengths(300)))
    wait = Wait(limit, None, pauses)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted_days, "_LONG", data.draw(st.integers(1, 30)))
        patch.setattr(counted_days, "MOST_SINGLY", data.draw(st.integers(1, 60)))
        told = list(counted_days.counted_days(times, start, until, wait))
    walked = list(naive.days_of(times, start, until, wait))
    places = iter(walked)
    for one in told:
        days = [next(places)]
        while one.last.toordinal() > days[-1][0]:
            days.append(next(places))
        assert (days[0][0], sum(counted for _, counted, _ in days)) == (one.day.toordinal(), one.counted)
        assert one.why != "paused" or one.last == one.day or all(why == "paused" for _, _, why in days)
    assert list(places) == []


def test_a_cycle_is_whole_weeks() -> None:
    """So that 400 years begin with the weekday on which the next 400 begin."""
    assert (first_of(2001 + CYCLE) - first_of(2001)) % 7 == 0
