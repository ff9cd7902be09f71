"""The scenario moved to another end: the same story, weekdays included, broken off at that instant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.app import Longcase
from application.demo.moving import WEEK, moved, performance_until, weeks_until
from application.demo.player import script
from domain.errors import LongcaseError
from domain.instant import DAY, Instant, parse, to_datetime
from ledger.sqlite.recorder import SQLiteRecorder

LAST = script()[-1].recorded_at
FIRST = script()[0].recorded_at


@given(st.integers(parse("1990-01-01T00:00:00Z"), parse("2100-01-01T00:00:00Z")))
def test_it_reaches_the_end_and_goes_less_than_a_week_beyond(until: Instant) -> None:
    """Moved as little as it takes, by whole weeks."""
    last = LAST + weeks_until(until) * WEEK
    assert until <= last < until + 7 * DAY


@given(st.integers(-2_000, 4_000))
def test_all_instants_move_alike(weeks: int) -> None:
    """Weekdays, order and lengths of time stay; so does what happened before it was recorded."""
    for act in script()[::40]:
        later = moved(act, weeks)
        assert later.recorded_at - act.recorded_at == weeks * WEEK
        assert to_datetime(later.recorded_at).weekday() == to_datetime(act.recorded_at).weekday()
        if act.occurred_at is not None and later.occurred_at is not None:
            assert later.recorded_at - later.occurred_at == act.recorded_at - act.occurred_at
        assert (later.who, later.command, later.arguments, later.reason) == (
            *(act.who, act.command, act.arguments, act.reason),
        )


def instants(value: Any, within: str = "") -> set[str]:
    """Return where in what a command is given there are instants and days."""
    if isinstance(value, dict):
        return {found for name, each in value.items() for found in instants(each, f"{within}.{name}")}
    if isinstance(value, list | tuple):
        return {found for each in value for found in instants(each, within)}
    dated = isinstance(value, int) and value > 10**12
    return {within} if dated or (isinstance(value, str) and "2016-" in value) else set()


def test_every_instant_that_a_command_is_given_moves() -> None:
    """A new one in the scenario is moved too, or fails here."""
    assert {found for act in script() for found in instants([act.given])} == {".until", ".review_on"}
    assert {found for act in script() for found in instants([act.arguments, act.reason])} == set()
    assert {found for act in script() for found in instants([moved(act, 600).given])} == {".until"}


def recorded(until: Instant) -> list[Any]:
    app = Longcase(SQLiteRecorder.in_memory())
    performance_until(until)(app)
    rows = app.ledger.rows("SELECT stream, topic, actor, occurred_at, recorded_at, command_id FROM entry")
    app.ledger.close()
    return rows


@pytest.mark.parametrize(
    "end", ["2026-11-28T14:30:00Z", "2017-03-26T01:30:00Z", "2024-10-27T01:30:00Z", "2030-01-02T00:00:00Z"]
)
def test_it_can_be_recorded_at_any_end(end: str) -> None:
    """Summer time, bank holidays and turns of years refuse nothing of it; nothing lies behind the end."""
    until = parse(end)
    rows = recorded(until)
    assert len(rows) > 2_000
    assert until - 2 * DAY < rows[-1][4] <= until
    assert all(row[3] <= row[4] for row in rows)


def test_the_same_end_gives_the_same_entries() -> None:
    """It is the same every time, and another end gives other commands."""
    until = parse("2026-11-28T14:30:00Z")
    assert recorded(until) == recorded(until)
    other = recorded(until + WEEK)
    assert [row[:3] for row in other] == [row[:3] for row in recorded(until)]
    assert {row[5] for row in other}.isdisjoint(row[5] for row in recorded(until))


def test_an_end_before_the_first_entry() -> None:
    """There is always a story: it moves back as well."""
    assert len(recorded(FIRST - 100 * WEEK)) > 2_000


def test_a_store_with_entries_is_refused() -> None:
    """As without an end."""
    app = Longcase(SQLiteRecorder.in_memory())
    performance_until(LAST)(app)
    with pytest.raises(LongcaseError):
        performance_until(LAST)(app)
    app.ledger.close()
