"""What each event does to a case's state: parallel states side by side, and nothing else moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from domain.cases import events as ev
from domain.cases.fold import APPLY, activity
from domain.cases.history import History, project_history
from domain.cases.state import Case, Escalation, GradeGiven, Link, Pause, PauseOver, Step, Warrant
from domain.codec import topics
from tests.clock import hours
from tests.domain.scene import DESK, OWNER, REFERENCE, SERGEANT, Scene, entry

if TYPE_CHECKING:
    from domain.event import Event

ALLOCATED = ev.Allocated(officer=OWNER, team="Hydra")
SOUGHT = ev.WarrantSought(warrant="W1", court="magistrates")
ESCALATED = ev.Escalated(escalation="E1", concern="no strategy discussion", immediate=True, inspection="2016")

# Events given first, the event, and every field of the state that it changes.
CHANGES: dict[str, tuple[list[Event], Event, dict[str, Any]]] = {
    "case.risk-assessed": ([], ev.RiskAssessed(risk="high"), {"risk": "high"}),
    "case.allocated": (
        [],
        ALLOCATED,
        {
            "ownership": "allocated",
            "owner": OWNER,
            "team": "Hydra",
            "owned_since": hours(1),
            "allocated_by": SERGEANT,
        },
    ),
    "case.returned": (
        [ALLOCATED],
        ev.Returned(officer=OWNER),
        {"ownership": "returned", "owner": None, "owned_since": None, "allocated_by": None},
    ),
    "case.action-recorded": (
        [],
        ev.ActionRecorded(kind="child-seen", outcome="safe"),
        {"steps": {"child-seen": Step(1, hours(1), "safe")}},
    ),
    "case.warrant-sought": (
        [],
        SOUGHT,
        {"warrants": {"W1": Warrant("search", "sought", hours(1), hours(1), None, "magistrates")}},
    ),
    "case.warrant-granted": (
        [SOUGHT],
        ev.WarrantGranted(warrant="W1"),
        {"warrants": {"W1": Warrant("search", "granted", hours(2), hours(1), hours(2), "magistrates")}},
    ),
    "case.warrant-refused": (
        [SOUGHT],
        ev.WarrantRefused(warrant="W1"),
        {"warrants": {"W1": Warrant("search", "refused", hours(2), hours(1), None, "magistrates")}},
    ),
    "case.warrant-executed": (
        [SOUGHT, ev.WarrantGranted(warrant="W1")],
        ev.WarrantExecuted(warrant="W1"),
        {"warrants": {"W1": Warrant("search", "executed", hours(3), hours(1), hours(2), "magistrates")}},
    ),
    "case.warrant-withdrawn": (
        [SOUGHT],
        ev.WarrantWithdrawn(warrant="W1"),
        {"warrants": {"W1": Warrant("search", "withdrawn", hours(2), hours(1), None, "magistrates")}},
    ),
    "case.escalated": (
        [],
        ESCALATED,
        {
            "escalations": {"E1": Escalation(ESCALATED.concern, True, "open", hours(1), hours(1), "2016")},
            "escalated": (("E1", "open", hours(1)),),
        },
    ),
    "case.escalation-answered": (
        [ESCALATED],
        ev.EscalationAnswered(escalation="E1", text="held today"),
        {
            "escalations": {
                "E1": Escalation(
                    ESCALATED.concern, True, "answered", hours(2), hours(1), "2016", answered_by=SERGEANT
                )
            },
            "escalated": (("E1", "answered", hours(2)),),
        },
    ),
    "case.escalation-accepted": (
        [ESCALATED],
        ev.EscalationAccepted(escalation="E1"),
        {
            "escalations": {"E1": Escalation(ESCALATED.concern, True, "accepted", hours(2), hours(1), "2016")},
            "escalated": (),
        },
    ),
    "case.escalation-rejected": (
        [ESCALATED],
        ev.EscalationRejected(escalation="E1"),
        {
            "escalations": {"E1": Escalation(ESCALATED.concern, True, "rejected", hours(2), hours(1), "2016")},
            "escalated": (("E1", "rejected", hours(2)),),
        },
    ),
    "case.graded": (
        [],
        ev.Graded(by="force", grade="good", topic="risk"),
        {"grades": [GradeGiven("force", "good", "risk", None, hours(1))]},
    ),
    "case.paused": (
        [],
        ev.Paused(authorised_by=SERGEANT, review_on="2016-03-01", reason="abroad"),
        {"pause": Pause("abroad", SERGEANT, "2016-03-01", hours(1))},
    ),
    "case.resumed": (
        [ev.Paused(authorised_by=SERGEANT, reason="abroad")],
        ev.Resumed(),
        {"pause": None, "pauses": [PauseOver("abroad", SERGEANT, None, hours(1), hours(2))]},
    ),
    "case.linked": (
        [],
        ev.Linked(other="CSE-0083", relation="sibling"),
        {"linked": {"CSE-0083": {"sibling": Link(hours(1))}}},
    ),
    "case.unlinked": (
        [ev.Linked(other="CSE-0083", relation="sibling")],
        ev.Unlinked(other="CSE-0083"),
        {"linked": {}},
    ),
    "case.closure-requested": (
        [],
        ev.ClosureRequested(outcome="charged"),
        {
            "closure": "requested",
            "closure_requested_by": SERGEANT,
            "requested_outcome": "charged",
            "closure_asked_at": hours(1),
        },
    ),
    "case.closure-refused": (
        [ev.ClosureRequested(outcome="charged")],
        ev.ClosureRefused(),
        {"closure": "open", "closure_requested_by": None, "requested_outcome": None, "closure_asked_at": None},
    ),
    "case.resolved": (
        [ev.ClosureRequested(outcome="charged")],
        ev.Resolved(outcome="convicted"),
        {
            "closure": "resolved",
            "closure_requested_by": None,
            "requested_outcome": None,
            "outcome": "convicted",
            "closed_at": hours(2),
            "closure_asked_at": None,
        },
    ),
    "case.reopened": (
        [ev.Resolved(outcome="convicted")],
        ev.Reopened(reason="a further child"),
        {"closure": "open", "outcome": None, "closed_at": None},
    ),
    "case.restricted": (
        [],
        ev.Restricted(to=(SERGEANT,)),
        {"record": "restricted", "restricted_to": (SERGEANT,)},
    ),
    "case.unrestricted": (
        [ev.Restricted(to=(SERGEANT,))],
        ev.Unrestricted(),
        {"record": "normal", "restricted_to": ()},
    ),
    "case.disclosed": ([], ev.Disclosed(recipient="the court", reason="ordered"), {}),
}

COUNTS = {
    "case.risk-assessed",
    "case.action-recorded",
    "case.warrant-sought",
    "case.warrant-granted",
    "case.warrant-refused",
    "case.warrant-executed",
    "case.warrant-withdrawn",
    "case.escalation-answered",
    "case.resolved",
    "case.reopened",
}


def as_dict(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in case.__struct_fields__}


def test_every_case_event_has_its_effect_described_here() -> None:
    """A new event comes with a row in the table above."""
    amending = {"case.entry-corrected", "case.entry-retracted"}
    named = {topic for topic in topics() if topic.startswith("case.")}
    assert set(CHANGES) | amending | {"case.reported"} == named
    assert {cast("type[Event]", kind).TOPIC for kind in APPLY} == named


@pytest.mark.parametrize("topic", sorted(CHANGES))
def test_an_event_changes_its_own_part_of_the_state_and_no_other(topic: str) -> None:
    """States are parallel: a grade never moves ownership, a pause never moves closure."""
    before, event, changes = CHANGES[topic]
    scene = Scene().given(*before)
    expected = as_dict(msgspec.structs.replace(scene.state(), version=len(before) + 2, **changes))
    scene.given(event)
    if topic in COUNTS:
        expected["last_activity_at"] = scene.entries[-1].occurred_at
        expected["last_activity"] = getattr(event, "kind", None) if topic == "case.action-recorded" else None
        expected["last_activity"] = expected["last_activity"] or scene.entries[-1].name
    assert as_dict(scene.state()) == expected


def test_a_report_opens_the_case() -> None:
    """The first entry carries what is known at the door."""
    event = ev.Reported(
        reference=REFERENCE,
        category="missing",
        source="school",
        summary="s",
        children=2,
        ages=(9, 11),
        crime_reference="06/1",
    )
    case = Scene(reported=False).given(event, at=0, actor=DESK).state()
    assert (case.reference, case.category, case.source, case.summary) == (
        REFERENCE,
        "missing",
        "school",
        "s",
    )
    assert (case.children, case.crime_reference, case.reported_at) == (2, "06/1", hours(0))
    assert (case.ownership, case.closure, case.record) == ("unallocated", "open", "normal")
    assert (case.last_activity, case.last_activity_at) == ("reported", hours(0))


def test_a_reallocation_to_another_officer_begins_their_ownership_and_keeps_the_cases_age() -> None:
    """``owned_since`` is the owner's, ``reported_at`` the case's."""
    case = Scene().given(ALLOCATED, ev.Allocated(officer="DC 2206")).state()
    assert (case.owner, case.owned_since, case.reported_at) == ("DC 2206", hours(2), hours(0))


def test_a_move_to_another_team_with_the_same_owner_keeps_their_ownership() -> None:
    """Moving desks does not restart the owner's time."""
    case = Scene().given(ALLOCATED, ev.Allocated(officer=OWNER, team="Orion")).state()
    assert (case.team, case.owned_since) == ("Orion", hours(1))


def test_steps_are_counted_and_remember_the_last() -> None:
    """Two visits are two, and the outcome shown is the later one's."""
    first = ev.ActionRecorded(kind="child-seen", outcome="not in")
    second = ev.ActionRecorded(kind="child-seen", outcome="safe")
    case = Scene().given(second, at=9).given(first, at=4).state()
    assert case.steps == {"child-seen": Step(2, hours(9), "safe")}


@pytest.mark.parametrize(
    "event", [ev.ClosureRequested(outcome="x"), ev.ClosureRefused()], ids=["request", "refusal"]
)
def test_a_resolved_case_stays_resolved_until_it_is_reopened(event: Event) -> None:
    """A request or a refusal that turns out to be later than the resolution opens nothing."""
    case = Scene().given(ev.Resolved(outcome="charged"), event).state()
    assert (case.closure, case.outcome, case.closed_at) == ("resolved", "charged", hours(1))


def test_reopening_leaves_nobody_asking_for_closure() -> None:
    """With the resolution between them retracted, an old request does not live on."""
    scene = Scene().given(ev.ClosureRequested(outcome="x"), ev.Resolved(outcome="x"), ev.Reopened())
    case = scene.given(ev.EntryRetracted(entry=3)).state()
    assert (case.closure, case.closure_requested_by, case.requested_outcome) == ("open", None, None)


def test_an_action_whose_kind_does_not_count_is_a_step_and_no_activity() -> None:
    """A failed contact is on the record, and the case is as idle as before."""
    case = Scene().given(ev.ActionRecorded(kind="contact-attempted", counts=False)).state()
    assert case.steps["contact-attempted"].count == 1
    assert (case.last_activity, case.last_activity_at) == ("reported", hours(0))


@pytest.mark.parametrize("topic", sorted(set(topics()) - COUNTS - {"case.reported"}))
def test_paperwork_is_no_activity(topic: str) -> None:
    """Whatever is not listed as work cannot set the idle clock back."""
    if topic in CHANGES:
        assert activity(entry(2, CHANGES[topic][1], hours(1))) is None


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        (ev.WarrantExecuted(warrant="W9"), {"warrants": {"W9": Warrant("search", "executed", hours(1))}}),
        (
            ev.EscalationAccepted(escalation="E9"),
            {"escalations": {"E9": Escalation("", False, "accepted", hours(1), hours(1))}},
        ),
        (ev.Unlinked(other="X"), {"linked": {}, "links": {}}),
        (ev.Unlinked(other="X", relation="sibling"), {"linked": {}, "links": {}}),
        (ev.Resumed(), {"pause": None}),
    ],
)
def test_the_fold_is_total(event: Event, fields: dict[str, object]) -> None:
    """What was recorded is applied even where its ground was retracted."""
    case = Scene().given(event).state()
    assert {name: getattr(case, name) for name in fields} == fields


def test_no_two_states_share_what_can_change() -> None:
    """A state's containers are its own."""
    first, second = Case(), Case()
    first.linked["a"] = {"b": Link(0)}
    first.warrants["W"] = Warrant("search", "sought", 0)
    assert (second.linked, second.warrants) == ({}, {})


def test_a_history_without_entries_is_no_case() -> None:
    """An empty stream has the state of nothing."""
    assert project_history(None, []).case() == History().case() == Case()


def test_a_pause_that_is_reviewed_goes_on_since_it_began_and_is_kept_when_it_is_over() -> None:
    """Each review gives the reason, the authority and the day anew."""
    again = ev.Paused(authorised_by="DI 7", reason="still abroad", review_on="2016-04-01")
    first = ev.Paused(authorised_by=SERGEANT, reason="abroad", review_on="2016-03-01")
    scene = Scene().given(first, again)
    assert scene.state().pause == Pause("still abroad", "DI 7", "2016-04-01", hours(1), 1)
    scene.given(ev.Resumed(), first)
    assert scene.state().pauses == [PauseOver("still abroad", "DI 7", "2016-04-01", hours(1), hours(3), 1)]
    assert scene.state().pause == Pause("abroad", SERGEANT, "2016-03-01", hours(4))


def test_nothing_is_resumed_or_closed_by_itself() -> None:
    """Years after the day of review the case is paused, and closure is asked for and not given."""
    halted = ev.Paused(authorised_by=SERGEANT, reason="abroad", review_on="2016-03-01")
    case = Scene().given(halted, ev.ClosureRequested(outcome="charged")).state(as_at=100_000)
    assert case.pause is not None
    assert (case.closure, case.pauses) == ("requested", [])
    resolved = Scene().given(halted, ev.Resolved(outcome="charged")).state()
    assert resolved.pause is not None


def test_relations_to_one_case_stand_side_by_side() -> None:
    """Each since it was first said; ``links`` has the one that was said last of those that stand."""
    first, second = ev.Linked(other="X", relation="same-suspect"), ev.Linked(other="X", relation="same-child")
    case = Scene().given(first, second, first).state()
    assert case.linked == {"X": {"same-child": Link(hours(2)), "same-suspect": Link(hours(1))}}
    assert case.links == {"X": "same-suspect"}
    case = Scene().given(first, second, ev.Unlinked(other="X", relation="same-child")).state()
    assert (case.linked, case.links) == ({"X": {"same-suspect": Link(hours(1))}}, {"X": "same-suspect"})
    assert Scene().given(first, second, ev.Unlinked(other="X")).state().linked == {}
