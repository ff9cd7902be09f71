"""A child in custody: since when, where, and what was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.events import RiskAssessed
from projections.views.detained import FIELDS, items, place
from tests.clock import hours
from tests.projections.live_view import act, live_case, scene_of

if TYPE_CHECKING:
    from projections.views.live_case import LiveCase
    from projections.views.timeline import Item

HOUR = 3_600


def only(case: LiveCase) -> Item:
    """Return the one child that is listed of a case."""
    (found,) = items(case)
    return found


def test_what_is_told_of_a_detention() -> None:
    """Where, since when, charged, reviewed last, and that nobody asked for another bed."""
    scene = scene_of("child-in-custody", (1, act("detained", "cell")), (6, act("detention-reviewed")), ages=(15,))
    scene.given(act("charge"), at=7)
    found = only(live_case(scene, 10))
    assert tuple(found) == FIELDS
    assert (found["detained_at"], found["where"], found["held_seconds"]) == (hours(1), "cell", 9 * HOUR)
    assert (found["charged_at"], found["reviewed_at"]) == (hours(7), hours(6))
    assert found["accommodation_requested_at"] is None
    assert found["breached"] == ["child-accommodation"]
    assert (found["ages"], found["withheld"]) == ([15], False)


def test_a_review_that_is_late_is_named() -> None:
    """Six hours for the first, nine for each that follows."""
    scene = scene_of("child-in-custody", (0, act("detained")), (5, act("detention-reviewed")))
    assert only(live_case(scene, 13))["breached"] == []
    assert only(live_case(scene, 14))["breached"] == ["detention-review"]


def test_asking_for_accommodation_is_noted() -> None:
    """Once asked for it is no longer overdue."""
    scene = scene_of(
        "child-in-custody", (0, act("detained")), (1, act("charge")), (1.5, act("accommodation-requested"))
    )
    found = only(live_case(scene, 3))
    assert (found["accommodation_requested_at"], found["breached"]) == (hours(1.5), [])


def test_a_second_detention_begins_anew() -> None:
    """What was done in the first one does not count for it; one who is detained twice is so since the first."""
    scene = scene_of("child-in-custody", (0, act("detained", "cell 1")), (1, act("charge")), (2, act("released")))
    scene.given(act("detained", "cell 2"), at=30).given(act("detained", "cell 3"), at=31)
    found = only(live_case(scene, 33))
    assert (found["detained_at"], found["where"], found["charged_at"]) == (hours(30), "cell 2", None)


def test_a_restricted_case_tells_no_text() -> None:
    """Times are told; where, and of what age, are not."""
    scene = scene_of("child-in-custody", (0, act("detained", "cell")), ages=(15,))
    found = only(live_case(scene, 3, readable=False))
    assert (found["where"], found["ages"], found["withheld"]) == (None, [], True)
    assert found["detained_at"] == hours(0)


def test_the_highest_risk_stands_first_then_the_longest_held() -> None:
    """One that was not assessed stands between high and medium."""
    old = scene_of("child-in-custody", (1, act("detained")))
    new = scene_of("child-in-custody", (2, act("detained")))
    grave = scene_of("child-in-custody", (3, act("detained")), (4, RiskAssessed(risk="high")))
    mild = scene_of("child-in-custody", (0, act("detained")), (4, RiskAssessed(risk="medium")))
    found = sorted((only(live_case(one, 9)) for one in (mild, new, old, grave)), key=place)
    assert [one["detained_at"] for one in found] == [hours(3), hours(1), hours(2), hours(0)]
