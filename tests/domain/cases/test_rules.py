"""What is refused: the impossible and the forbidden, each with the words that say why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from domain.cases.rules import acts_as
from domain.errors import Forbidden, Premature
from domain.identity import same_name
from tests.clock import hours
from tests.domain.scene import INSPECTOR, OWNER, REFERENCE, REPORT, SERGEANT, Scene, entry

if TYPE_CHECKING:
    from domain.event import Event

ALLOCATED = ev.Allocated(officer=OWNER, team="Hydra")
SOUGHT = ev.WarrantSought(warrant="W1")
GRANTED = ev.WarrantGranted(warrant="W1")
EXECUTED = ev.WarrantExecuted(warrant="W1")
ESCALATED = ev.Escalated(escalation="E1", concern="c")
ANSWERED = ev.EscalationAnswered(escalation="E1", text="t")
ASKED = ev.ClosureRequested(outcome="charged")
RESOLVED = ev.Resolved(outcome="charged")
PAUSED = ev.Paused(authorised_by=SERGEANT, reason="abroad")
HALTED = ev.Paused(authorised_by=SERGEANT, reason="abroad", review_on="2016-03-01")
LINKED = ev.Linked(other="CSE-0083", relation="sibling")


def looked(day: str, by: str = SERGEANT) -> ev.Paused:
    """Return a review of a pause, until another day."""
    return ev.Paused(authorised_by=by, reason="still abroad", review_on=day)


# What was recorded before, the event, and what the refusal says.
IMPOSSIBLE = [
    ([], REPORT, "has been reported already"),
    ([ALLOCATED], ALLOCATED, "the case is DC 1417's already"),
    ([ALLOCATED], ev.Allocated(officer="dc1417", team="Hydra"), "the case is dc1417's already"),
    ([], ev.Returned(), "the case is nobody's, so nobody can return it"),
    ([SOUGHT], SOUGHT, "warrant W1 has been sought already"),
    ([], GRANTED, "warrant W1 had not been sought by then"),
    ([SOUGHT, GRANTED], GRANTED, "warrant W1 cannot be granted: it is granted"),
    ([], ev.WarrantRefused(warrant="W1"), "warrant W1 had not been sought by then"),
    ([SOUGHT, GRANTED], ev.WarrantRefused(warrant="W1"), "warrant W1 cannot be refused: it is granted"),
    ([], EXECUTED, "warrant W1 had not been sought by then"),
    ([SOUGHT], EXECUTED, "warrant W1 cannot be executed: it is sought, and was never granted"),
    ([SOUGHT, GRANTED, EXECUTED], EXECUTED, "warrant W1 cannot be executed: it is executed"),
    ([], ev.WarrantWithdrawn(warrant="W1"), "warrant W1 had not been sought by then"),
    (
        [SOUGHT, GRANTED, EXECUTED],
        ev.WarrantWithdrawn(warrant="W1"),
        "warrant W1 cannot be withdrawn: it is executed",
    ),
    ([], ANSWERED, "the case had no escalation E1 by then"),
    ([ESCALATED, ANSWERED], ANSWERED, "escalation E1 has been answered"),
    (
        [ESCALATED, ANSWERED, ev.EscalationAccepted(escalation="E1")],
        ANSWERED,
        "escalation E1 has been accepted",
    ),
    ([RESOLVED], PAUSED, "the case is resolved"),
    ([PAUSED], PAUSED, "the case is paused already, and a review says when to look again"),
    ([HALTED], HALTED, "the case is paused already, with this day of review and by the same authority"),
    ([HALTED], looked("2016-02-28", "DI 7"), "reviewed on 2016-03-01, and 2016-02-28 is earlier"),
    ([PAUSED], looked("2016-02-10"), "2016-02-10 is before the day of the review itself"),
    ([HALTED], ev.Paused(authorised_by="DI 7", review_on="2016-04-01"), "a pause needs a reason"),
    ([], ev.Paused(authorised_by=SERGEANT), "a pause needs a reason"),
    ([], ev.Resumed(), "the case is not paused"),
    ([], ev.Linked(other=REFERENCE, relation="same"), "a case cannot be linked to itself"),
    ([LINKED], LINKED, "the case is linked to CSE-0083 as sibling already"),
    ([], ev.Unlinked(other="CSE-0083"), "the case is not linked to CSE-0083"),
    ([], ev.Unlinked(other="CSE-0083", relation="sibling"), "the case is not linked to CSE-0083"),
    (
        [LINKED],
        ev.Unlinked(other="CSE-0083", relation="related"),
        "the case is not linked to CSE-0083 as related",
    ),
    ([RESOLVED], ASKED, "the case is resolved"),
    ([ASKED], ASKED, "PS 0088 has asked for closure already"),
    ([], ev.ClosureRefused(), "nobody has asked for closure"),
    ([RESOLVED], RESOLVED, "the case is resolved"),
    ([], ev.Reopened(), "the case is not resolved"),
    ([], ev.Restricted(to=()), "a restriction names at least one person"),
    ([], ev.Unrestricted(), "the case is not restricted"),
]


@pytest.mark.parametrize(("before", "event", "words"), IMPOSSIBLE)
def test_the_impossible_is_refused(before: list[Event], event: Event, words: str) -> None:
    """It cannot have happened in the state just before it."""
    Scene().given(*before).refuses(event, words, actor="PS 7", role="inspectorate")


INSPECTORATES = [
    ([], ESCALATED),
    ([ESCALATED, ANSWERED], ev.EscalationAccepted(escalation="E1")),
    ([ESCALATED, ANSWERED], ev.EscalationRejected(escalation="E1")),
    ([], ev.Graded(by="inspectorate", grade="inadequate")),
]


@pytest.mark.parametrize(("before", "event"), INSPECTORATES)
def test_only_the_inspectorate_speaks_for_the_inspectorate(before: list[Event], event: Event) -> None:
    """In its role, or on behalf of somebody who is named."""
    scene = Scene().given(*before)
    error = scene.refuses(
        event, "only the inspectorate does this, and DC 9 acts as detective", actor="DC 9", role="detective"
    )
    assert isinstance(error, Forbidden)
    assert "--role inspectorate" in error.hints[0]
    Scene().given(*before).when(event, actor=INSPECTOR, role="inspectorate")


def test_the_forces_own_grade_needs_no_inspector() -> None:
    """Grading oneself is allowed; the two are shown beside each other."""
    Scene().when(ev.Graded(by="force", grade="good"))


def test_an_escalation_is_raised_once_and_judged_only_when_answered() -> None:
    """A verdict needs an answer that has not been judged yet."""
    inspector = partial(Scene.refuses, actor=INSPECTOR, role="inspectorate")
    accepted = ev.EscalationAccepted(escalation="E1")
    inspector(Scene().given(ESCALATED), ESCALATED, "escalation E1 exists already")
    inspector(Scene(), accepted, "the case had no escalation E1 by then")
    inspector(Scene().given(ESCALATED), accepted, "escalation E1 has no answer to judge: it is open")
    judged = Scene().given(ESCALATED, ANSWERED, accepted)
    inspector(judged, ev.EscalationRejected(escalation="E1"), "no answer to judge: it is accepted")


def test_a_rejected_answer_is_answered_again() -> None:
    """The force tries again until the inspectorate is satisfied."""
    scene = Scene().given(ESCALATED, ANSWERED, ev.EscalationRejected(escalation="E1")).when(ANSWERED)
    assert scene.state().escalations["E1"].state == "answered"


def test_nobody_judges_their_own_answer() -> None:
    """Not even in the inspectorate's role, nor in other spelling."""
    scene = Scene().given(ESCALATED).given(ANSWERED, actor="DI 5")
    accepted = ev.EscalationAccepted(escalation="E1")
    error = scene.refuses(accepted, "DI 5 gave the answer and cannot judge it", actor="di5", role="inspectorate")
    assert isinstance(error, Forbidden)


SPELLINGS = ["DC 1417", "dc1417", " Dc  1417 ", "dC\u00a01417"]


@pytest.mark.parametrize("name", SPELLINGS)
def test_an_owner_cannot_close_their_own_case_in_any_spelling(name: str) -> None:
    """Spaces and capitals make nobody else."""
    error = Scene().given(ALLOCATED).refuses(RESOLVED, "an owner cannot close their own case", actor=name)
    assert isinstance(error, Forbidden)


@pytest.mark.parametrize("name", SPELLINGS)
def test_an_owner_cannot_close_their_own_case_through_somebody_else(name: str) -> None:
    """A clerk who acts on the owner's behalf closes nothing either."""
    event = ev.Resolved(outcome="charged", on_behalf_of=name)
    Scene().given(ALLOCATED).refuses(event, "an owner cannot close their own case", actor="clerk")


@pytest.mark.parametrize("event", [RESOLVED, ev.ClosureRefused()], ids=["resolve", "refuse"])
def test_whoever_asked_for_closure_does_not_decide(event: Event) -> None:
    """Asking and deciding are two people's."""
    words = "DC 9 asked for closure, and somebody else must decide"
    error = Scene().given(ASKED, actor="DC 9").refuses(event, words, actor="dc9")
    assert isinstance(error, Forbidden)
    Scene().given(ASKED, actor="DC 9").when(event, actor=SERGEANT)


def test_somebody_else_resolves_the_case_even_unasked() -> None:
    """A supervisor needs no request."""
    assert Scene().given(ALLOCATED).when(RESOLVED).state().closure == "resolved"


def test_nothing_happens_to_a_case_before_its_report() -> None:
    """Neither by the clock nor in an empty stream."""
    event = ev.RiskAssessed(risk="low")
    words = "the case had not been reported by then"
    assert isinstance(Scene(reported=False).refuses(event, words), Premature)
    assert isinstance(Scene().refuses(event, words, at=-1), Premature)
    Scene().when(event, at=0)


def test_guards_look_at_the_state_when_it_occurred() -> None:
    """A late entry is judged by its own time, not by what was typed first."""
    scene = Scene().given(SOUGHT, at=5).given(GRANTED, at=10)
    scene.refuses(EXECUTED, "and was never granted", at=8)
    scene.refuses(SOUGHT, "has been sought already", at=5)
    scene.when(EXECUTED, at=10)


@pytest.mark.parametrize(
    "event", [ALLOCATED, ev.Graded(by="force", grade="good"), ev.ActionRecorded(kind="found")]
)
def test_what_happened_to_a_resolved_case_is_recorded_and_flagged(event: Event) -> None:
    """Record reality, flag the irregular."""
    scene = Scene().given(RESOLVED).when(event, actor=INSPECTOR, role="inspectorate")
    assert scene.flags() == {3: ["after-resolution"]}


@pytest.mark.parametrize(
    "event",
    [
        ESCALATED,
        ev.EscalationAnswered(escalation="E1", text="held"),
        ev.EscalationAccepted(escalation="E1"),
        ev.EscalationRejected(escalation="E1"),
        ev.Graded(by="inspectorate", grade="good"),
    ],
)
def test_the_inspectorate_looks_at_resolved_cases_too(event: Event) -> None:
    """Its own acts, and the answers that it asked for, are regular after the resolution."""
    scene = Scene().given(RESOLVED).given(event, actor=INSPECTOR, role="inspectorate")
    assert "after-resolution" not in scene.flags().get(3, [])


def test_two_identifiers_name_one_person_whatever_their_case_and_spacing() -> None:
    """Nobody is nobody, not even themselves."""
    assert same_name("DC 1417", "dc\t1417")
    assert not same_name("DC 1417", "DC 141")
    assert not same_name(None, None)
    assert not same_name("", None)


def test_an_act_is_that_of_whoever_does_it_and_of_whoever_it_is_done_for() -> None:
    """Both count, and nobody counts as neither."""
    deed = entry(1, ev.Resumed(on_behalf_of="DI 5"), hours(0), actor="clerk")
    assert acts_as(deed, "CLERK")
    assert acts_as(deed, "di5")
    assert not acts_as(deed, "PS 1")
    assert not acts_as(deed, None)


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (PAUSED, looked("2016-02-12")),
        (HALTED, looked("2016-04-01")),
        (HALTED, looked("2016-03-01", "DI 7")),
    ],
)
def test_a_pause_is_reviewed_with_a_later_day_or_by_another_authority(before: Event, event: Event) -> None:
    """It goes on, and says who says so."""
    Scene().given(before).when(event)
