"""The lanes of a picture: how states and clocks become bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases, oversight, warrants
from domain.axes import Axes
from domain.deadlines.standards import Laws
from domain.instant import DAY
from domain.rulebook.model import Rulebook, Standard
from presentation.lanes.case_lanes import case_lanes
from presentation.lanes.clustering import together
from presentation.lanes.lane import Bar
from projections.views.case_view import CaseView
from tests.projections.story_store import CASE, INSPECTOR, LONDON, OWNER, Store, when

if TYPE_CHECKING:
    from presentation.lanes.lane import Lane


MINUTE = DAY // 1440


def standard(name: str, starts: str, stops: str, **values: Any) -> Standard:
    told = {"title": name, "limit": "10d", "source": "a test", "confidence": "proposed"} | values
    return Standard(id=name, starts=(starts,), stops=(stops,), **told)


SEEN = standard("seen", "reported", "action:child-seen", pauses="stand")
HELD = standard("held", "action:arrest", "action:interview")
RISKY = standard("risky", "reported", "action:bail", risks=("high",))


@pytest.fixture
def store() -> Store:
    made = Store()
    made.at("2016-03-01T09:00", cases.report, CASE, category="other")
    return made


def lanes(store: Store, as_at: str, *standards: Standard) -> dict[str, Lane]:
    laws = Laws([(0, Rulebook(title="a test", standards=standards))])
    found = case_lanes(CaseView(store.entries(), Axes(when(as_at), when(as_at))), laws, LONDON)
    assert found is not None
    return {lane.name.partition(" (")[0]: lane for lane in found.lanes}


def bars(lane: Lane) -> list[tuple[str, int, int]]:
    return [(bar.kind, bar.since, bar.until) for bar in lane.bars]


def test_a_clock_shows_its_limit_and_what_lies_beyond(store: Store) -> None:
    """It is due at the end of its limit; at that very instant it is over it."""
    due = when("2016-03-11T09:00")
    before = lanes(store, "2016-03-05T09:00", SEEN)["seen"]
    assert bars(before) == [("running", when("2016-03-01T09:00"), when("2016-03-05T09:00"))]
    assert (before.end, before.grave, before.marks) == ("6 d left", False, [])
    at_due = lanes(store, "2016-03-11T09:00", SEEN)["seen"]
    assert (at_due.end, at_due.grave, at_due.marks[0].at) == ("over by 0 s", True, due)
    after = lanes(store, "2016-03-21T09:00", SEEN)["seen"]
    assert bars(after)[1:] == [("breach", due, when("2016-03-21T09:00"))]
    assert after.end == "over by 10 d"


def test_a_clock_stands_while_the_case_is_paused(store: Store) -> None:
    """The pause is a bar of its own, and what was left before it is left after it."""
    store.at("2016-03-05T09:00", cases.pause, CASE, review_on="2016-03-20", reason="a wait")
    lane = lanes(store, "2016-03-15T09:00", SEEN)["seen"]
    assert [bar.kind for bar in lane.bars] == ["running", "standing"]
    assert lane.end == "stands"
    store.at("2016-03-25T09:00", cases.resume, CASE)
    found = lanes(store, "2016-03-26T09:00", SEEN)
    assert [bar.kind for bar in found["seen"].bars] == ["running", "standing", "running"]
    assert found["seen"].end == "5 d left"
    assert found["paused"].end == "resumed 25 Mar 2016"


def test_a_clock_that_was_met_says_how(store: Store) -> None:
    """In time, or by how much too late; several one after the other are counted."""
    store.at("2016-03-02T09:00", cases.act, CASE, "arrest")
    store.at("2016-03-04T09:00", cases.act, CASE, "interview")
    store.at("2016-03-14T09:00", cases.act, CASE, "child-seen")
    found = lanes(store, "2016-03-15T09:00", SEEN, HELD)
    assert found["held"].end == "met in 2 d"
    assert found["seen"].end == "met 3 d late"
    assert not found["seen"].grave
    store.at("2016-03-15T09:00", cases.act, CASE, "arrest")
    store.at("2016-03-29T09:00", cases.act, CASE, "interview")
    assert lanes(store, "2016-03-30T09:00", HELD)["held"].end == "2 times, 1 late"


def test_a_standard_for_another_risk_has_no_lane(store: Store) -> None:
    """Until the risk calls for it."""
    assert "risky" not in lanes(store, "2016-03-02T09:00", RISKY)
    store.at("2016-03-02T10:00", cases.assess, CASE, "high")
    assert "risky" in lanes(store, "2016-03-03T09:00", RISKY)


def test_a_warrant_lapses_three_months_after_its_grant(store: Store) -> None:
    """On the day of the same number, to its end; what lies after that is a bar of its own, executed or not."""
    store.at("2016-03-02T09:00", warrants.seek, CASE, actor=OWNER)
    store.at("2016-03-03T09:00", warrants.grant, CASE, actor=OWNER)
    lane = lanes(store, "2016-06-10T09:00")["warrant W1"]
    assert [bar.kind for bar in lane.bars] == ["sought", "granted", "lapsed"]
    assert (lane.end, lane.grave) == ("lapsed, 6 d", True)
    store.at("2016-06-11T09:00", warrants.execute, CASE, actor=OWNER)
    executed = lanes(store, "2016-06-12T09:00")["warrant W1"]
    assert bars(executed)[-1] == ("lapsed", when("2016-06-04"), when("2016-06-11T09:00"))
    assert (executed.end, executed.grave) == ("executed 11 Jun 2016", False)


def test_each_escalation_shows_its_answer_and_the_verdict(store: Store) -> None:
    """A rejected answer is as bad as none."""
    store.at("2016-03-02T09:00", oversight.escalate, CASE, "why", actor=INSPECTOR, role="inspectorate")
    store.at("2016-03-03T09:00", oversight.answer, CASE, "E1", "because")
    assert not lanes(store, "2016-03-04T09:00")["escalation E1"].grave
    store.at("2016-03-05T09:00", oversight.reject, CASE, "E1", actor=INSPECTOR, role="inspectorate")
    lane = lanes(store, "2016-03-06T09:00")["escalation E1"]
    assert [bar.kind for bar in lane.bars] == ["unanswered", "answered", "rejected"]
    assert (lane.end, lane.grave) == ("rejected, 1 d", True)


def test_what_was_awaited_ends_with_the_case_and_goes_on_when_it_is_reopened(store: Store) -> None:
    """A closed case has no clock; a reopened one has them as if it had never been closed."""
    store.at("2016-03-02T09:00", warrants.seek, CASE, actor=OWNER)
    store.at("2016-03-14T09:00", cases.resolve, CASE, outcome="no offence")
    found = lanes(store, "2016-03-31T09:00", SEEN)
    end = when("2016-03-14T09:00")
    assert (found["warrant W1"].bars[-1].until, found["warrant W1"].end) == (end, "sought at the end")
    assert (found["seen"].bars[-1].until, found["seen"].end) == (end, "closed 3 d over")
    assert found["owner"].bars[-1].until == end
    assert bars(found["closure"]) == [("resolved", end, when("2016-03-31T09:00"))]
    store.at("2016-04-01T09:00", cases.reopen, CASE)
    again = lanes(store, "2016-04-02T09:00", SEEN)
    assert bars(again["closure"]) == [("resolved", end, when("2016-04-01T09:00"))]
    assert (again["closure"].end, again["seen"].end) == ("reopened 1 Apr 2016", "over by 21 d")


def test_harm_stands_out_among_the_actions(store: Store) -> None:
    """It is counted first."""
    store.at("2016-03-02T09:00", cases.act, CASE, "further-harm")
    store.at("2016-03-03T09:00", cases.act, CASE, "arrest")
    lane = lanes(store, "2016-03-04T09:00")["actions"]
    assert [mark.kind for mark in lane.marks] == ["paper", "harm", "work"]
    assert (lane.end, lane.grave) == ("1 harm or loss, 1 action", True)


def test_what_was_recorded_more_than_a_day_late_has_a_lane(store: Store) -> None:
    """A minute over a day is late, a day is not; the bar is from when it happened to when it was recorded."""
    store.at("2016-03-03T09:00", cases.act, CASE, "interview", occurred="2016-03-02T09:00")
    assert "recorded late" not in lanes(store, "2016-03-05T09:00")
    store.at("2016-03-03T09:01", cases.act, CASE, "arrest", occurred="2016-03-02T09:00")
    found = lanes(store, "2016-03-05T09:00")
    assert "recorded late" in found
    assert bars(found["recorded late"]) == [("late", when("2016-03-02T09:00"), when("2016-03-03T09:01"))]
    assert found["recorded late"].end == "1 entry"


def test_the_rulebook_says_when_a_warrant_lapses(store: Store) -> None:
    """Its own lane and that of the clock agree; without such a standard the law's three months hold."""
    life = standard("life", "warrant-granted", "warrant-executed", per="warrant", cause="warrant-lapsed")
    store.at("2016-03-02T09:00", warrants.seek, CASE, actor=OWNER)
    store.at("2016-03-03T09:00", warrants.grant, CASE, actor=OWNER)
    found = lanes(store, "2016-03-20T09:00", life)
    assert (found["warrant W1"].end, found["life W1"].end) == ("lapsed, 7 d", "over by 7 d")
    assert lanes(store, "2016-03-20T09:00")["warrant W1"].end == "granted, 17 d"


def test_a_finished_clock_belongs_to_the_risk_of_its_day(store: Store) -> None:
    """What was overdue at a high risk does not vanish when the risk is lowered."""
    store.at("2016-03-02T10:00", cases.assess, CASE, "high")
    store.at("2016-03-20T10:00", cases.act, CASE, "bail")
    store.at("2016-03-21T10:00", cases.assess, CASE, "low")
    assert lanes(store, "2016-03-22T09:00", RISKY)["risky"].end == "met 9 d late"


def test_what_nobody_could_tell_apart_is_one(store: Store) -> None:
    """Parts of one kind within a point of the picture; nothing else changes, and the words say how many."""
    for minute in range(5):
        store.at(f"2016-03-02T09:0{minute}", cases.act, CASE, "arrest")
    store.at("2016-03-02T09:05", cases.act, CASE, "contact-attempted")
    lane = lanes(store, "2016-03-04T09:00")["actions"]
    close = together(lane, 3 * MINUTE)
    assert [(mark.kind, mark.at) for mark in close.marks] == [
        ("paper", when("2016-03-01T09:00")),
        ("work", when("2016-03-02T09:00")),
        ("work", when("2016-03-02T09:03")),
        ("attempt", when("2016-03-02T09:05")),
    ]
    assert close.marks[1].words == "arrest, by PS 0088; 2 more close by"
    assert together(lane, 1) == lane
    bars = [Bar("running", at, at + 2, "label", "words") for at in range(0, 20, 2)]
    (one,) = together(lane._replace(bars=bars), 100).bars
    assert one == Bar("running", 0, 20, "", "words; 9 more close by")
    assert together(lane._replace(bars=bars[:1]), 100).bars == bars[:1]
