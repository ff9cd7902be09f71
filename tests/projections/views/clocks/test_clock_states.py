"""The clocks that are waited for: which they are, in which order, how long they have been too long."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import as_of
from domain.deadlines.clocks import run
from domain.deadlines.stalls import facts
from domain.deadlines.standards import Laws
from domain.instant import SECOND
from projections.views.clocks.clock_states import open_clocks
from tests.clock import days, hours
from tests.domain.scene import OWNER, Scene
from tests.smallbook import ONE
from tests.strategies import histories

LAWS = Laws(ONE)
PAUSE = ev.Paused(authorised_by="DI 7", review_on="2016-03-01")


def named(scene: Scene, as_at: float) -> dict[str, str]:
    clocks = run(as_of(scene.entries, Axes(hours(as_at))), LAWS)
    return {one["standard"]: one["state"] for one in open_clocks(clocks, hours(as_at))}


def test_a_clock_is_breached_at_the_instant_on_which_it_is_due() -> None:
    """And not a moment before."""
    assert named(Scene(), 3 - 1e-6)["allocate"] == "running"
    assert named(Scene(), 3)["allocate"] == "breached"


def test_what_stands_is_open_and_never_due() -> None:
    """One that was breached before the pause stays so."""
    scene = Scene().given(ev.Allocated(officer=OWNER), at=2).given(PAUSE, at=3)
    found = named(scene, 90)
    assert (found["first-action"], found["monthly"]) == ("standing", "standing")
    late = Scene().given(ev.Allocated(officer=OWNER), at=2).given(PAUSE, at=5)
    assert named(late, 90)["first-action"] == "breached"


def test_what_is_not_for_the_risk_is_not_waited_for() -> None:
    """Nor is anything in a case that is resolved."""
    assert "child-seen" in named(Scene(), 1)
    assert "child-seen" not in named(Scene().given(ev.RiskAssessed(risk="low"), at=0.5), 1)
    assert named(Scene().given(ev.Resolved(outcome="no crime"), at=0.5), 1) == {}


@settings(max_examples=100, deadline=None)
@given(histories())
def test_the_open_clocks_are_the_waits_of_the_stalls(history: Any) -> None:
    """Every wait by a standard that stalls count is an open clock, with the same instants, and no other is."""
    clocks = run(as_of(history, Axes(days(2))), LAWS)
    if clocks.outline.reported_at is None:
        return
    waits = {key: fact for key, fact in facts(clocks).items() if fact.kind == "wait" and len(key) == 2}
    numbers = {label: str(number) for number, label in clocks.children.labels.items()}
    listed = open_clocks(clocks, days(2))
    found = {(one["standard"], one["key"] or numbers.get(one["child"], "")): one for one in listed}
    assert len(found) == len(listed)
    assert found.keys() == waits.keys()
    for key, one in found.items():
        assert (one["since"], one["limit"]) == (waits[key].since, waits[key].limit)
        if one["due"] is not None:
            assert one["due"] == waits[key].due
            assert one["overdue_seconds"] == (days(2) - waits[key].due) // SECOND
    urgent = [one["due"] for one in found.values() if one["due"] is not None]
    assert urgent == sorted(urgent)
