"""A registered offender: the last visit, the next, and whether the neighbourhood team was told."""

from __future__ import annotations

from domain.cases.events import RiskAssessed
from domain.rulebook.default import default_rulebook
from projections.views.visits import FIELDS, item, place, standards
from tests.clock import hours
from tests.projections.live_view import act, live_case, scene_of

DAY = 24.0
HIGH = (0.0, RiskAssessed(risk="high"))
VISIT = (10 * DAY, act("offender-visited"))


def test_the_standards_of_visits_are_those_that_a_visit_meets() -> None:
    """Whatever a force calls them."""
    assert [one.id for one in standards([default_rulebook()])] == ["offender-visit"]


def test_what_is_told_of_an_offender_never_visited() -> None:
    """Due three months after the report, by the risk; never told to the team."""
    found = item(live_case(scene_of("offender-management", HIGH), 20 * DAY))
    assert tuple(found) == FIELDS
    assert (found["visited_at"], found["visits"], found["limit"]) == (None, 0, "3mo")
    assert found["due"] == hours(90 * DAY - 1)  # 12 May, in summer time
    assert (found["overdue"], found["overdue_seconds"]) == (False, -(70 * 24 - 1) * 3_600)
    assert found["briefed_at"] is None


def test_a_visit_sets_the_next_one() -> None:
    """And is overdue from the instant on which it is due."""
    scene = scene_of("offender-management", HIGH, VISIT, (11 * DAY, act("neighbourhood-briefed")))
    found = item(live_case(scene, 150 * DAY))
    assert (found["visited_at"], found["visits"]) == (hours(10 * DAY), 1)
    assert (found["overdue"], found["briefed_at"]) == (True, hours(11 * DAY))
    assert found["due"] == hours(100 * DAY - 1)


def test_a_higher_risk_makes_the_visit_due_sooner() -> None:
    """The limit follows the risk as it is now."""
    scene = scene_of("offender-management", HIGH, VISIT, (12 * DAY, RiskAssessed(risk="very high")))
    assert item(live_case(scene, 13 * DAY))["limit"] == "1mo"


def test_the_highest_risk_stands_first_then_what_is_due_first() -> None:
    """Whatever their order was."""
    late = item(live_case(scene_of("offender-management", HIGH), 20 * DAY)) | {"reference": "A"}
    soon = item(live_case(scene_of("offender-management", HIGH, VISIT), 20 * DAY)) | {"reference": "B"}
    low = item(live_case(scene_of("offender-management"), 20 * DAY)) | {"reference": "C"}
    assert [one["reference"] for one in sorted((low, soon, late), key=place)] == ["A", "B", "C"]
