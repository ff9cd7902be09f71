"""Waiting for work that is reckoned from the last activity: by which standards, for whom, and when not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from domain.cases import events as ev
from domain.deadlines.clocks import Clocks, run
from domain.deadlines.facts import WAIT, Fact
from domain.deadlines.silence import limits, silence_of, silences, waits
from domain.deadlines.standards import Laws
from domain.instant import DAY, EARLIEST, FOREVER
from domain.rulebook.default import NEWEST, shipped
from domain.rulebook.model import Forewarning, Rulebook
from tests.clock import hours
from tests.domain.scene import Scene
from tests.smallbook import DORMANT

if TYPE_CHECKING:
    from domain.event import Event
    from domain.rulebook.model import Standard

BOOK = Rulebook(title="one standard", standards=(DORMANT,), attempts=("contact-attempted",))
ANOTHER_DORMANT = replace(DORMANT, limit="1d")


def test_of_the_rulebook_that_ships_it_is_the_one_about_dormant_cases() -> None:
    """All others wait for something in particular, count working days or begin with something else."""
    assert [one.standard for one in silences(shipped(NEWEST))] == ["dormant"]


@pytest.mark.parametrize(
    "standard",
    [
        replace(DORMANT, starts=("activity", "allocated")),
        replace(DORMANT, stops=("activity", "allocated")),
        replace(DORMANT, ends=("escalated",)),
        replace(DORMANT, together=True),
        replace(DORMANT, per="warrant"),
        replace(DORMANT, then="1d"),
        replace(DORMANT, warns=Forewarning("1h", "dormant")),
        replace(DORMANT, cause="untouched"),
        replace(DORMANT, limit="5wd"),
        replace(DORMANT, limit="5wh"),
        replace(DORMANT, limit="1mo"),
        replace(DORMANT, limit="7d from date"),
        replace(
            DORMANT, limit={"very high": "1wd", "high": "2h", "medium": "3h", "low": "4h", "unassessed": "1h"}
        ),
    ],
)
def test_what_is_counted_otherwise_keeps_its_clock(standard: Standard) -> None:
    """Whatever else starts, stops or ends it, and a limit of which the calendar decides."""
    assert silence_of(standard) is None


def test_the_limit_is_that_of_the_risk_from_the_last_activity_on() -> None:
    """And of none where the standard is not for the risk or the category."""
    by_risk = replace(DORMANT, limit={"high": "2d", "unassessed": "1d"}, risks=("high", "unassessed"))
    known = silences(
        Rulebook(title="by risk", standards=(by_risk, replace(DORMANT, id="other", categories=("x",))))
    )
    since = hours(5)
    high = Fact(WAIT, "dormant", "dormant", "", "2d", since, since + 2 * DAY)
    assert list(waits(limits(known, "missing", "high"), since)) == [high]
    assert [one.limit for one in waits(limits(known, "missing", None), since)] == ["1d"]
    assert list(waits(limits(known, "missing", "low"), since)) == []
    assert [one.due for one in waits(limits(known, "", "high"), FOREVER - DAY)] == [FOREVER]


@pytest.mark.parametrize(
    ("events", "reckoned"),
    [
        ([ev.ActionRecorded(kind="arrest")], True),
        ([ev.RiskAssessed(risk="high"), ev.Allocated(officer="DC 1417")], True),
        ([ev.Paused(authorised_by="PS 0088")], False),
        ([ev.Paused(authorised_by="PS 0088"), ev.Resumed()], False),
        ([ev.Paused(authorised_by="PS 0088"), ev.Resumed(), ev.ActionRecorded(kind="arrest")], True),
        ([ev.Resolved(outcome="charged"), ev.Reopened()], True),
    ],
)
def test_a_pause_since_the_last_activity_makes_it_another(events: list[Event], reckoned: bool) -> None:
    """What the clock says is what is reckoned, unless the case stood meanwhile."""
    laws = Laws([(EARLIEST, BOOK)])
    assert run(Scene().given(*events).entries, laws).as_reckoned() is reckoned


def test_a_clock_that_an_earlier_rulebook_started_is_not_reckoned_by_a_later_one() -> None:
    """It stands in the way of the clock that work would start now."""
    earlier = Rulebook(title="earlier", standards=(replace(DORMANT, stops=("action:child-seen",)),))
    entries = Scene().given(ev.ActionRecorded(kind="arrest")).entries
    laws = Laws([(EARLIEST, earlier), (hours(0.5), BOOK)])
    assert not run(entries, laws).as_reckoned()


ARREST = ev.ActionRecorded(kind="arrest")
PAUSED = ev.Paused(authorised_by="PS 0088")


@pytest.mark.parametrize(
    ("events", "alone"),
    [
        ([ARREST], True),
        ([ev.ActionRecorded(kind="note", counts=False)], False),
        ([ev.RiskAssessed(risk="high")], False),
        ([PAUSED, ARREST], False),
        ([PAUSED, ev.Resumed(), ARREST], True),
        ([ev.Resolved(outcome="charged"), ARREST], False),
        ([ev.Resolved(outcome="charged"), ev.Reopened(), ARREST], True),
        ([ev.ActionRecorded(kind="arrest", child="A")], False),
        ([ev.ActionRecorded(kind="contact-attempted")], False),
    ],
)
def test_work_that_went_on_is_told_where_nothing_else_follows_from_it(events: list[Event], alone: bool) -> None:
    """Then the case waits as is reckoned from it, and no clock is another."""
    clocks = Clocks(Laws([(EARLIEST, BOOK)]), keeps_finished=False)
    taken = [clocks.take(entry) for entry in Scene().given(*events).entries]
    assert taken[-1] is alone
    assert clocks.as_reckoned() or not alone


def test_work_that_begins_the_silence_of_a_later_rulebook_is_more_than_that() -> None:
    """The clock of the earlier one is over, and the next begins."""
    laws = Laws([(EARLIEST, BOOK), (hours(0.5), replace(BOOK, standards=(ANOTHER_DORMANT,)))])
    clocks = Clocks(laws, keeps_finished=False)
    assert [clocks.take(entry) for entry in Scene().given(ARREST, ARREST).entries] == [False, False, True]
