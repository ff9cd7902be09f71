"""What became of clocks between two pictures: started, breached, stopped, moved, or never were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings

from domain.axes import Axes
from domain.cases import events as ev
from domain.deadlines.standards import Laws
from domain.instant import FOREVER
from projections.views.case_view import CaseView
from projections.views.clocks.clock_diff import clock_changes
from projections.views.diff import FIELDS, differences
from tests.clock import days, hours
from tests.domain.scene import OWNER, Scene
from tests.projections.live_view import act
from tests.smallbook import ONE
from tests.strategies import histories

if TYPE_CHECKING:
    from projections.views.timeline import Item

LAWS = Laws(ONE)
ALLOCATED = ev.Allocated(officer=OWNER)


def between(scene: Scene, first: tuple[float, float | None], second: tuple[float, float | None]) -> list[Item]:
    before, after = (CaseView(scene.entries, _axes(*one)) for one in (first, second))
    return list(clock_changes(before, after, LAWS))


def _axes(as_at: float, known: float | None) -> Axes:
    return Axes(hours(as_at), FOREVER if known is None else hours(known))


def world(scene: Scene, first: float, second: float, standard: str) -> list[str]:
    found = between(scene, (first, None), (second, None))
    return [one["change"] for one in found if one["field"] == standard]


def test_a_clock_starts_is_breached_and_stops() -> None:
    """Each is a change of its own, and all three can be so between two pictures."""
    scene = Scene().given(ALLOCATED, at=5)
    assert world(scene, -1, 1, "allocate") == ["started"]
    assert world(scene, 1, 3, "allocate") == ["breached"]
    assert world(scene, 4, 6, "allocate") == ["stopped"]
    assert world(scene, -1, 9, "allocate") == ["started", "breached", "stopped"]
    assert world(scene, 6, 9, "allocate") == []


def test_what_it_was_and_is_stands_with_the_change() -> None:
    """The state says whether it was in time."""
    (found,) = (one for one in between(Scene(), (1, None), (3, None)) if one["field"] == "allocate")
    assert found["version"] == 1
    assert found["before"] == {
        "state": "running",
        "limit": "3h",
        "since": hours(0),
        "due": hours(3),
        "stands_since": None,
        "stopped_at": None,
    }
    assert found["after"] == found["before"] | {"state": "breached"}


def test_resolving_stops_what_ran_and_reopening_goes_on() -> None:
    """Nothing says that it was met."""
    scene = Scene().given(ev.Resolved(outcome="no crime"), at=1).given(ev.Reopened(), at=2)
    (stopped,) = (one for one in between(scene, (0.5, None), (1.5, None)) if one["field"] == "allocate")
    assert (stopped["change"], stopped["after"]["state"]) == ("stopped", "unmet")
    assert world(scene, 1.5, 2.5, "allocate") == ["continued"]


def test_a_higher_risk_moves_it() -> None:
    """It is due at another instant, by another limit."""
    report = ev.Reported(reference="IMG-0417", category="missing")
    images = Scene(reported=False).given(report, at=0).given(ev.RiskAssessed(risk="low"), at=1)
    assert world(images, 0.5, 1.5, "images") == ["changed"]


def test_rounds_that_came_and_went_are_left_out() -> None:
    """Work on a case is not news of the clock that waits for work."""
    scene = Scene().given(*[act("interview")] * 5, at=0.5)
    found = between(scene, (-1, None), (0.6, None))
    assert [one["version"] for one in found if one["field"] == "dormant"] == [6]


def test_a_retraction_takes_a_clock_away_and_lets_another_go_on() -> None:
    """Between two instants of knowledge: what was thought to have happened had not."""
    scene = Scene().given(ALLOCATED, at=1).given(ev.EntryRetracted(entry=2), at=2)
    found = between(scene, (5, 1.5), (5, 3))
    assert {(one["field"], one["change"]) for one in found} >= {
        ("allocate", "continued"),
        ("allocate", "breached"),
        ("first-action", "gone"),
        ("monthly", "gone"),
    }


def test_a_clock_with_a_key_is_named_with_it() -> None:
    """So that two warrants are told apart."""
    scene = Scene().given(ev.WarrantSought(warrant="W1"), ev.WarrantGranted(warrant="W1"))
    found = [one["field"] for one in between(scene, (1.5, None), (2.5, None))]
    assert "warrant-life W1" in found


def test_differences_end_with_the_clocks() -> None:
    """As items like the others; none without a rulebook."""
    scene = Scene().given(ALLOCATED, at=5)
    before, after = (CaseView(scene.entries, Axes(hours(at))) for at in (4, 6))
    found = list(differences(before, after, LAWS))
    assert {tuple(one) for one in found} == {FIELDS}
    assert [one["kind"] for one in found] == sorted((one["kind"] for one in found), key=_KINDS.index)
    assert found[-1]["kind"] == "clock"
    assert not any(one["kind"] == "clock" for one in differences(before, after))


_KINDS = ["entry", "state", "clock"]


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_case_differs_from_itself_in_nothing(history: Any) -> None:
    """And whatever is gone one way has started the other way."""
    first, second = CaseView(history, Axes(hours(2))), CaseView(history, Axes(days(3)))
    assert list(clock_changes(second, second, LAWS)) == []
    back = [one for one in clock_changes(second, first, LAWS) if one["change"] == "gone"]
    forth = [one for one in clock_changes(first, second, LAWS) if one["change"] == "started"]
    named = {(one["field"], one["version"]) for one in forth}
    assert named <= {(one["field"], one["version"]) for one in back}
