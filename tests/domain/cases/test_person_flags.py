"""What is irregular about who acted stays on show, whatever they amend: as an import or an old store has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from domain.event import Origin
from tests.clock import hours
from tests.domain.cases.test_decisions import (
    ACCEPTED,
    ALLOCATED,
    AMENDED,
    ANSWERED,
    ASKED,
    ESCALATED,
    OTHER,
    OVERTURNED,
    OWNS,
    RESOLVED,
    STOOD,
    WAYS_OUT,
    corrected,
    retracted,
)
from tests.domain.scene import DESK, INSPECTOR, OWNER, SERGEANT, Scene

if TYPE_CHECKING:
    from domain.event import Event

PAUSED = ev.Paused(authorised_by=OWNER, reason="abroad")


@pytest.mark.parametrize(("before", "amendment"), WAYS_OUT)
def test_a_closing_by_an_owner_is_forbidden_though_they_amended_the_allocation(
    before: list[Event], amendment: Event
) -> None:
    """Whether they amended it before they closed the case or afterwards."""
    first = Scene().given(*before).given(amendment, at=8, actor=OWNER).given(RESOLVED, at=9, actor=OWNER)
    assert first.flags()[len(before) + 3] == [f"forbidden: {STOOD}"]
    after = Scene().given(*before).given(RESOLVED, at=9, actor=OWNER).given(amendment, at=10, actor=OWNER)
    assert f"forbidden: {STOOD}" in after.flags()[len(before) + 2]


def test_an_owner_who_moves_the_report_or_the_closing_has_still_closed_their_own_case() -> None:
    """That it could not have happened then comes on top."""
    for amendment in (corrected(1, occurred_at=hours(50)), corrected(3, occurred_at=hours(0.5))):
        scene = Scene().given(ALLOCATED).given(RESOLVED, actor=OWNER).given(amendment, actor=OWNER)
        assert f"forbidden: {STOOD}" in scene.flags()[3]


@pytest.mark.parametrize(("before", "amendment"), OVERTURNED)
def test_an_amendment_of_a_decision_by_whom_it_binds_is_forbidden(before: list[Event], amendment: Event) -> None:
    """And stays so, whatever is amended afterwards."""
    scene = Scene().given(ALLOCATED).given(*before, actor=DESK).given(amendment, actor=OWNER)
    version = len(scene.entries)
    found = scene.flags()[version]
    assert found[-1].startswith("forbidden: entry ")
    assert found[-1].endswith(f"{AMENDED}: {OWNS}")
    assert scene.given(retracted(2), actor=OWNER).flags()[version] == found


def test_what_a_request_or_an_answer_rests_on_is_not_moved_away_either() -> None:
    """A reopening to after the request, an escalation to after the answer."""
    asked = Scene().given(RESOLVED, ev.Reopened()).given(ASKED, corrected(3, occurred_at=hours(3.5)), actor=OTHER)
    found = asked.given(RESOLVED, actor=OTHER).flags()[6]
    assert found[0].startswith("forbidden: DC 9 asked for closure, and somebody else must decide: so it stood")
    judged = Scene().given(
        ESCALATED, ANSWERED, ACCEPTED, corrected(2, occurred_at=hours(2.5)), actor=INSPECTOR, role="inspectorate"
    )
    assert judged.flags()[4][-1].startswith("forbidden: HMI 3 gave the answer and cannot judge it: so it stood")


def test_whoever_was_named_as_owner_before_and_closes_the_case_is_flagged() -> None:
    """By an allocation that somebody else took back, by a correction, or by one that is dated later."""
    back = Scene().given(ALLOCATED).given(retracted(2)).given(RESOLVED, actor=OWNER)
    named = Scene().given(ev.Allocated(officer=OTHER), corrected(2, officer=OWNER), corrected(2, officer=OTHER))
    dated = Scene().given(ALLOCATED, ev.Returned(officer=OWNER))
    dated.given(RESOLVED, at=0.5, recorded=9, actor=OWNER)
    for scene in (back, named.given(RESOLVED, actor=OWNER), dated):
        assert "former-owner" in scene.flags()[scene.entries[-1].version]


def test_whoever_has_a_case_after_they_closed_it_is_no_former_owner() -> None:
    """Though what tells of it was recorded before: it was known later."""
    early = ev.Resolved(outcome="x", origin=Origin("log", "c", 0, recorded_at=hours(1)))
    scene = Scene().given(ALLOCATED, at=20, recorded=20).given(early, at=1, recorded=30, actor=OWNER)
    assert 3 not in scene.flags()


def test_a_decision_that_somebody_else_s_amendment_allowed_is_flagged() -> None:
    """Of whoever asked for closure, and of whoever answered; what was never amended is not."""
    asked = Scene().given(ASKED, actor=OTHER).given(retracted(2)).given(RESOLVED, actor=OTHER)
    assert asked.flags()[4] == ["ground-amended"]
    assert Scene().given(ASKED, actor=OTHER).given(retracted(2)).given(RESOLVED).flags() == {
        2: ["retracted"],
        3: ["corrected-by-another"],
    }
    rejected = ev.EscalationRejected(escalation="E1")
    scene = Scene().given(ESCALATED, ANSWERED, rejected, role="inspectorate").given(ANSWERED, actor=INSPECTOR)
    scene.given(retracted(5), retracted(4), role="inspectorate")
    assert scene.given(ACCEPTED, actor=INSPECTOR, role="inspectorate").flags()[8] == ["ground-amended"]


@pytest.mark.parametrize(
    "amendment",
    [corrected(3, authorised_by="DI 7"), corrected(2, officer=OTHER), retracted(2)],
)
def test_a_pause_on_the_owner_s_authority_is_flagged_though_the_owner_amends_it(amendment: Event) -> None:
    """Somebody else who says that it was wrong is believed."""
    own = Scene().given(ALLOCATED, PAUSED).given(amendment, actor=OWNER)
    assert "paused-by-owner" in own.flags()[3]
    other = Scene().given(ALLOCATED, PAUSED).given(amendment, actor=SERGEANT)
    assert "paused-by-owner" not in other.flags().get(3, [])


def test_a_pause_on_another_s_authority_is_not_flagged_because_they_amend_something() -> None:
    """Who owned the case counts."""
    scene = Scene().given(ALLOCATED, ev.Paused(authorised_by=SERGEANT, reason="abroad"))
    assert scene.given(corrected(2, officer=OTHER), actor=SERGEANT).flags() == {2: ["corrected"]}


def test_what_is_amended_and_is_not_known_binds_nobody() -> None:
    """A retraction whose entry was known later flags nothing, and stops nothing."""
    scene = Scene().given(ALLOCATED).given(retracted(2), actor=OWNER).given(RESOLVED, actor=OWNER)
    scene.entries[1:2] = []
    assert scene.flags() == {}
