"""Whoever amends what binds them is bound all the same, and decisions are amended by those who may take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from domain.errors import Forbidden
from tests.clock import hours
from tests.domain.scene import DESK, INSPECTOR, OWNER, SERGEANT, Scene

if TYPE_CHECKING:
    from domain.event import Event

BOSS = "DI 0031"
OTHER = "DC 9"
CLERK = "PC 5150"
OWNS = "DC 1417 owns the case, and an owner cannot close their own case"
STOOD = f"{OWNS}: so it stood before their own correction or retraction"
AMENDED = "is amended by those who may decide that"
ALLOCATED = ev.Allocated(officer=OWNER)
RESOLVED = ev.Resolved(outcome="charged")
ASKED = ev.ClosureRequested(outcome="charged")
REFUSED = ev.ClosureRefused()
REOPENED = ev.Reopened()
ESCALATED = ev.Escalated(escalation="E1", concern="c")
ANSWERED = ev.EscalationAnswered(escalation="E1", text="t")
ACCEPTED = ev.EscalationAccepted(escalation="E1")


def retracted(entry: int, on_behalf_of: str | None = None) -> Event:
    """Return a retraction of an entry."""
    return ev.EntryRetracted(entry=entry, on_behalf_of=on_behalf_of, reason="a slip")


def corrected(entry: int, **values: object) -> Event:
    """Return a correction of an entry."""
    return ev.EntryCorrected(entry=entry, values=values, reason="a slip")


# What makes the owner own the case, and the owner's amendment of it.
WAYS_OUT = [
    ([ALLOCATED], retracted(2)),
    ([ALLOCATED], corrected(2, officer=OTHER)),
    ([ev.Allocated(officer=OTHER), ALLOCATED], corrected(3, occurred_at=hours(0.5))),
    ([ev.Allocated(officer=OTHER), ALLOCATED], corrected(2, occurred_at=hours(3.5))),
    ([ALLOCATED, ev.Returned(officer=OWNER), retracted(3)], retracted(4)),
    ([ALLOCATED, retracted(2), retracted(3)], retracted(4)),
    ([ev.Allocated(officer=OTHER), corrected(2, officer=OWNER)], retracted(3)),
]


@pytest.mark.parametrize(("before", "amendment"), WAYS_OUT)
def test_an_owner_who_amends_the_allocation_is_its_owner_still_when_the_case_is_closed(
    before: list[Event], amendment: Event
) -> None:
    """The amendment is recorded, for it may be right; somebody else closes the case."""
    scene = Scene().given(*before).when(amendment, at=8, actor="dc1417")
    assert scene.state().owner != OWNER
    assert isinstance(scene.refuses(RESOLVED, STOOD, at=9, actor=OWNER), Forbidden)
    scene.refuses(ev.Resolved(outcome="x", on_behalf_of=OWNER), STOOD, at=9, actor=CLERK)
    scene.when(RESOLVED, at=9, actor=BOSS)


def test_an_owner_by_their_own_correction_does_not_get_out_by_taking_it_back() -> None:
    """It is the record before each of their amendments that binds, and not only that before all of them."""
    scene = Scene().given(ev.Allocated(officer=OTHER)).when(corrected(2, officer=OWNER), actor=OWNER)
    scene.when(retracted(3), actor=OWNER).refuses(RESOLVED, STOOD, actor=OWNER)


def test_an_amendment_for_the_owner_is_the_owner_s() -> None:
    """Through whom it is made makes no difference."""
    scene = Scene().given(ALLOCATED).when(retracted(2, OWNER), actor=CLERK)
    scene.refuses(RESOLVED, STOOD, actor=OWNER)


def test_a_closing_that_is_dated_back_is_judged_by_the_record_as_it_stood() -> None:
    """To before the case was theirs, or to when it was."""
    scene = Scene().given(ALLOCATED, at=10).when(retracted(2), at=20, actor=OWNER)
    scene.refuses(RESOLVED, STOOD, at=5, actor=OWNER)
    scene.given(ev.Allocated(officer=OTHER), at=30)
    scene.refuses(RESOLVED, STOOD, at=15, actor=OWNER)
    scene.when(RESOLVED, at=40, actor=OWNER)


def test_what_others_record_afterwards_counts() -> None:
    """A retraction by somebody else, or a new owner, ends what binds; to have had the case stays on show."""
    by_another = Scene().given(ALLOCATED).when(retracted(2), actor=SERGEANT).when(RESOLVED, actor=OWNER)
    assert by_another.flags()[4] == ["former-owner"]
    moved = Scene().given(ALLOCATED).when(retracted(2), actor=OWNER).when(ev.Allocated(officer=OTHER))
    assert moved.when(RESOLVED, actor=OWNER).flags()[5] == ["former-owner"]


def test_whoever_takes_their_own_request_back_does_not_grant_it() -> None:
    """Nor refuse it; another request takes its place."""
    scene = Scene().given(ASKED, actor=SERGEANT).when(retracted(2), actor=SERGEANT)
    words = "PS 0088 asked for closure, and somebody else must decide: so it stood before"
    scene.refuses(RESOLVED, words, actor=SERGEANT)
    scene.when(ASKED, actor=OTHER).when(RESOLVED, actor=SERGEANT)


def test_whoever_takes_their_own_answer_back_does_not_judge_the_one_before() -> None:
    """Though they speak for the inspectorate."""
    rejected = ev.EscalationRejected(escalation="E1")
    scene = Scene().given(ESCALATED, ANSWERED, rejected).given(ANSWERED, actor=INSPECTOR)
    scene.when(retracted(5), actor=INSPECTOR)
    words = "HMI 3 gave the answer and cannot judge it: so it stood before"
    scene.refuses(retracted(4), words, actor=INSPECTOR, role="inspectorate")
    scene.when(retracted(4), actor="HMI 4", role="inspectorate")
    scene.refuses(ACCEPTED, words, actor=INSPECTOR, role="inspectorate")
    scene.when(ACCEPTED, actor="HMI 4", role="inspectorate")


# What others recorded after the case was given to its owner, and the owner's amendment of it.
OVERTURNED = [
    ([RESOLVED], corrected(3, outcome="no crime")),
    ([RESOLVED], corrected(3, occurred_at=hours(1.5))),
    ([RESOLVED], retracted(3)),
    ([RESOLVED, retracted(3)], retracted(4)),
    ([RESOLVED, corrected(3, outcome="x")], retracted(4)),
    ([RESOLVED, REOPENED], retracted(4)),
    ([RESOLVED, REOPENED], corrected(4, occurred_at=hours(2.5))),
]


@pytest.mark.parametrize(("before", "amendment"), OVERTURNED)
def test_an_owner_amends_no_resolution_and_no_reopening(before: list[Event], amendment: Event) -> None:
    """Nor an amendment of one; whoever may close the case may."""
    scene = Scene().given(ALLOCATED).given(*before, actor=DESK)
    assert isinstance(scene.refuses(amendment, f"{AMENDED}: {OWNS}", actor="dc1417"), Forbidden)
    scene.when(amendment, actor=BOSS)


def test_neither_who_was_the_owner_then_nor_who_is_now_amends_a_resolution() -> None:
    """By what is believed and by what stood before their own amendment."""
    scene = Scene().given(ALLOCATED, RESOLVED, REOPENED, ev.Allocated(officer=OTHER))
    for name in (OWNER, OTHER):
        scene.refuses(corrected(3, outcome="x"), "an owner cannot close their own case", actor=name)
    scene.when(retracted(5), actor=OTHER).when(corrected(2, officer=SERGEANT), actor=OWNER)
    for name in (OWNER, OTHER):
        scene.refuses(corrected(3, outcome="x"), "so it stood before their own", actor=name)


@pytest.mark.parametrize("decision", [REFUSED, RESOLVED], ids=["refuse", "resolve"])
def test_whoever_asked_for_closure_does_not_amend_the_answer(decision: Event) -> None:
    """Nor, once the case was closed and reopened, the reopening."""
    scene = Scene().given(ASKED, actor=OTHER).given(decision)
    words = f"{AMENDED}: DC 9 asked for closure"
    scene.refuses(retracted(3), words, actor=OTHER)
    scene.refuses(corrected(3, grounds="x"), words, actor=OTHER)
    if decision is RESOLVED:
        scene.given(REOPENED).refuses(retracted(4), words, actor=OTHER)
    scene.when(corrected(3, grounds="x"))


def test_whoever_gave_an_answer_does_not_amend_the_verdict() -> None:
    """Nor does anybody but the inspectorate."""
    scene = Scene().given(ESCALATED, ANSWERED).given(ACCEPTED, actor=INSPECTOR, role="inspectorate")
    words = f"{AMENDED}: PS 0088 gave the answer and cannot judge it"
    scene.refuses(retracted(4), words, actor=SERGEANT, role="inspectorate")
    scene.refuses(retracted(4), "only the inspectorate does this", actor=BOSS)
    scene.when(retracted(4), actor=INSPECTOR, role="inspectorate")


@pytest.mark.parametrize(
    ("event", "amendment"),
    [
        (ALLOCATED, corrected(2, officer=OTHER)),
        (ASKED, corrected(2, outcome="x")),
        (ev.Graded(by="force", grade="good"), corrected(2, grade="inadequate")),
    ],
)
def test_anybody_puts_right_what_is_no_decision(event: Event, amendment: Event) -> None:
    """A wrong name must not wait for the one who typed it."""
    Scene().given(event).when(amendment, actor=CLERK)
