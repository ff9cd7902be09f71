"""A missing child: reported, graded, found, spoken to within 72 hours or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.views.missing import FIELDS, items, place
from tests.clock import hours
from tests.projections.live_view import act, live_case, scene_of

if TYPE_CHECKING:
    from projections.views.live_case import LiveCase
    from projections.views.timeline import Item

REPORTED = (1.0, act("missing-reported"))
GRADED = (2.0, act("missing-graded", "medium risk"))
FOUND = (50.0, act("found"))


def only(case: LiveCase) -> Item:
    """Return the one child that is listed of a case."""
    (found,) = items(case)
    return found


def test_what_is_told_of_one_who_is_missing() -> None:
    """Reported and graded, and nothing yet that could be late."""
    found = only(live_case(scene_of("missing", REPORTED, GRADED, ages=(13,)), 30))
    assert tuple(found) == FIELDS
    assert (found["state"], found["missing_at"], found["graded_at"]) == ("missing", hours(1), hours(2))
    assert (found["graded"], found["ages"], found["episodes"]) == ("medium risk", [13], 1)
    assert (found["found_at"], found["due"], found["in_time"]) == (None, None, None)


@pytest.mark.parametrize(
    ("spoken", "as_at", "state", "in_time"),
    [
        (None, 121.9, "found", None),
        (None, 122, "found", False),
        (60, 121, "spoken to", True),
        (122, 200, "spoken to", True),
        (123, 200, "spoken to", False),
    ],
)
def test_spoken_to_within_72_hours_or_not(
    spoken: float | None, as_at: float, state: str, in_time: bool | None
) -> None:
    """Open until the limit has run out, and then no for ever, even if somebody speaks to the child later."""
    scene = scene_of("missing", REPORTED, FOUND)
    if spoken is not None:
        scene.given(act("return-interview"), at=spoken)
    found = only(live_case(scene, as_at))
    assert (found["state"], found["due"], found["in_time"]) == (state, hours(122), in_time)
    assert found["spoken_to_at"] == (None if spoken is None else hours(spoken))


def test_the_last_time_is_told_and_all_are_counted() -> None:
    """A report of one who is missing already is the same time; after the return it is another."""
    scene = scene_of("missing", REPORTED, (3, act("missing-reported")), FOUND, (51, act("return-interview")))
    scene.given(act("missing-reported"), at=90)
    found = only(live_case(scene, 100))
    assert (found["state"], found["episodes"], found["missing_at"]) == ("missing", 2, hours(90))
    assert (found["graded_at"], found["found_at"], found["in_time"]) == (None, None, None)


def test_a_child_that_was_spoken_to_is_not_missing() -> None:
    """Even if nobody wrote down that it was found; and found twice is found once."""
    scene = scene_of("missing", REPORTED, (9, act("return-interview")))
    assert only(live_case(scene, 20))["state"] == "spoken to"
    twice = scene_of("missing", REPORTED, FOUND, (55, act("found")))
    assert only(live_case(twice, 60))["found_at"] == hours(50)


def test_a_late_entry_is_in_what_is_known_now_alone() -> None:
    """As known before it was recorded, the child was missing still."""
    scene = scene_of("missing", REPORTED).given(act("found"), at=50, recorded=80)
    assert only(live_case(scene, 60))["state"] == "found"
    assert only(live_case(scene, 60, 60))["state"] == "missing"


def test_a_restricted_case_tells_no_text() -> None:
    """That it was graded is told, how is not."""
    found = only(live_case(scene_of("missing", REPORTED, GRADED, ages=(13,)), 30, readable=False))
    assert (found["graded_at"], found["graded"], found["ages"], found["withheld"]) == (hours(2), None, [], True)


def test_those_still_missing_stand_first() -> None:
    """Then those found whom nobody spoke to, then the others."""
    spoken = scene_of("missing", REPORTED, FOUND, (51, act("return-interview")))
    back, gone = scene_of("missing", REPORTED, FOUND), scene_of("missing", (40, act("missing-reported")))
    found = sorted((only(live_case(one, 60)) for one in (spoken, back, gone)), key=place)
    assert [one["state"] for one in found] == ["missing", "found", "spoken to"]
