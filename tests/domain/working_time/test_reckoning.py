"""A limit kept up as pauses come gives what counting from the start gives, and each pause costs what it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import events as ev
from domain.deadlines.clocks import Clocks
from domain.deadlines.standards import Laws
from domain.duration import HOUR, Duration, parse
from domain.instant import EARLIEST
from domain.rulebook.default import default_rulebook
from domain.rulebook.model import CalendarData
from domain.working_time import reckoning
from domain.working_time.calendar import Calendar
from domain.working_time.working_hours import WorkingHours
from tests.clock import hours
from tests.domain.scene import REPORT, entry
from tests.domain.working_time import naive
from tests.domain.working_time.test_calendar import CHANGES, LIMITS, Pauses, calendar, scenes

if TYPE_CHECKING:
    from tests.domain.counting import World

LONG = st.integers(1, 3_000 * HOUR).map(lambda number: Duration(working_time=number))
DAYS = st.integers(1, 300).map(lambda number: Duration(working_days=number))
DATES = st.one_of(
    st.integers(1, 300).map(lambda number: Duration(days=number)),
    st.integers(1, 12).map(lambda number: Duration(months_of_days=number)),
)


@given(scenes(), LIMITS | LONG | DAYS | DATES)
@settings(max_examples=100)
def test_after_each_pause_it_is_due_as_counted_from_the_start(
    scene: tuple[World, int, Pauses], limit: Duration
) -> None:
    """Day by day and pause by pause, however long the limit."""
    world, start, pauses = scene
    times = calendar(world)
    kept = times.reckoning(start, limit)
    for count, (paused, resumed) in enumerate(sorted(pauses), start=1):
        kept.pause(max(paused, start), resumed)
        so_far = sorted(pauses)[:count]
        assert kept.due == naive.due(times, start, limit, None, so_far) == times.due(start, limit, None, so_far)


@given(scenes(changes=CHANGES), st.integers(1, 3_000 * HOUR))
@settings(max_examples=100)
def test_what_lies_before_an_instant_is_counted_day_by_day(scene: tuple[World, int, Pauses], amount: int) -> None:
    """And all that was worked since then is the limit."""
    world, instant, _ = scene
    times = calendar(world)
    since = times.before(instant, Duration(working_time=amount))
    assert since == naive.since(times, instant, amount, None)
    assert since is not None
    assert times.hours(None).worked(since, instant) == amount


@pytest.mark.parametrize("limit", ["99wh", "1wh", "99wd"])
def test_one_minute_a_week_is_counted_in_blocks_of_days(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """For 99 hours those of 114 years, and none is looked at twice, whatever number of limits."""
    times = Calendar(CalendarData(hours=("mon 00:00-00:01",)))
    looked: list[int] = []
    spans = WorkingHours.spans

    def noting(self: WorkingHours, day: int) -> Any:
        looked.append(day)
        return spans(self, day)

    monkeypatch.setattr(WorkingHours, "spans", noting)
    first = times.due(hours(0), parse(limit))
    assert first is not None
    assert first == naive.due(times, hours(0), parse(limit), None, ())
    looked.clear()
    assert [times.due(hours(0), parse(limit)) for _ in range(9)] == [first] * 9
    assert len(looked) <= 9 * 9
    assert times.before(EARLIEST + 1, parse(limit)) is None


def test_a_pause_costs_a_clock_what_it_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a case that is paused again and again no pause is counted anew at each further one."""
    told: list[int] = []
    pause = reckoning.Reckoning.pause

    def noting(self: reckoning.Reckoning, paused: int, resumed: int) -> None:
        told.append(1)
        pause(self, paused, resumed)

    monkeypatch.setattr(reckoning.Reckoning, "pause", noting)
    clocks = Clocks(Laws([(EARLIEST, default_rulebook())]))
    clocks.take(entry(1, REPORT, hours(0)))
    for number in range(200):
        clocks.take(entry(2 * number + 2, ev.Paused(authorised_by="INSP 1"), hours(number + 0.1)))
        clocks.take(entry(2 * number + 3, ev.Resumed(), hours(number + 0.2)))
    stood = [clock for clock in clocks.running.values() if clock.pauses]
    assert stood
    assert all(len(clock.pauses) == 200 for clock in stood)
    assert len(told) <= 200 * len(stood)
