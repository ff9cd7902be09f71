"""For whom clocks run where a report without a name tells a child apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.events import ActionRecorded, Reported
from domain.deadlines.clocks import Clocks, run
from domain.deadlines.standards import Laws
from domain.rulebook.default import default_rulebook
from tests.domain.scene import REFERENCE, Scene

if TYPE_CHECKING:
    from domain.event import Entry

LAWS = Laws([(0, default_rulebook())])
REPORT = Reported(reference=REFERENCE, category="child-abuse", children=2)


def entries(*kinds: str) -> list[Entry]:
    """Return a case of two children with an action an hour."""
    scene = Scene(reported=False).given(REPORT, at=0)
    for hour, kind in enumerate(kinds, start=1):
        scene.given(ActionRecorded(kind=kind), at=hour)
    return scene.entries


def waiting(clocks: Clocks, standard: str) -> list[int]:
    return sorted(clock.child for (name, _), clock in clocks.running.items() if name == standard)


def test_a_clock_that_runs_for_all_runs_for_each_of_two_from_then_on() -> None:
    """Since when it ran for all; what only the report of one set going, for each since its own report."""
    clocks = run(entries("missing-reported", "missing-reported"), LAWS)
    assert waiting(clocks, "child-seen") == waiting(clocks, "missing-graded") == [-1, 3]
    started = {(name, clock.child): clock.started_by for (name, _), clock in clocks.running.items()}
    assert started["child-seen", 3] == started["child-seen", -1] == 1
    assert (started["missing-graded", -1], started["missing-graded", 3]) == (2, 3)


def test_clocks_that_went_another_way_have_no_part_in_it() -> None:
    """A child is told apart by the entries of its own clocks, not by those of a copy."""
    first, second, seen = entries("missing-reported", "missing-reported", "child-seen")[1:]
    clocks = run(entries()[:1], LAWS)
    clocks.take(first)
    other = clocks.copy()
    other.take(seen)
    clocks.take(second)
    assert waiting(clocks, "child-seen") == [-1, 3]
    other.take(second)
    assert waiting(other, "child-seen") == []
