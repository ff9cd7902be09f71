"""A case's state: parallel states side by side, never one status word, and the fold that makes it.

The state is the fold of what is believed, in order of (``occurred_at``, version): see ``domain.cases.belief``.
The fold is total. What has been recorded is applied even if it should not have happened; the rules in
``domain.cases.rules`` say what to refuse beforehand and what to flag afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.cases import events as ev
from domain.cases.children import MOVING, names_a_child
from domain.cases.outline import take
from domain.cases.state import Case, Escalation, GradeGiven, Link, PauseOver, Step, Warrant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.event import Entry, Event


def _reported(case: Case, _entry: Entry, event: ev.Reported) -> None:
    case.summary = event.summary
    case.source = event.source
    case.children = event.children
    case.ages = event.ages
    case.named.report(event)
    case.crime_reference = event.crime_reference


def _action_recorded(case: Case, entry: Entry, event: ev.ActionRecorded) -> None:
    _step(case.steps, entry, event)
    if event.child is None and event.kind not in MOVING and not case.named.labels:
        return  # (most actions are about all children, of whom nothing else is kept)
    concerned = case.named.take(entry, event)
    if names_a_child(event) or (len(concerned) == 1 and concerned[0] in case.named.not_named):
        _step(case.steps_by_child.setdefault(concerned[0], {}), entry, event)


def _step(steps: dict[str, Step], entry: Entry, event: ev.ActionRecorded) -> None:
    step = steps.get(event.kind)
    if step is None:
        steps[event.kind] = Step(1, entry.occurred_at, event.outcome)
    else:
        step.count += 1
        step.last_at = entry.occurred_at
        step.outcome = event.outcome


def _warrant_sought(case: Case, entry: Entry, event: ev.WarrantSought) -> None:
    at = entry.occurred_at
    case.warrants[event.warrant] = Warrant(event.kind, "sought", at, sought_at=at, court=event.court)


def _warrant_moved(state: str) -> Callable[[Case, Entry, Any], None]:
    def apply(case: Case, entry: Entry, event: ev.WarrantExecuted) -> None:
        at = entry.occurred_at
        warrant = case.warrants.setdefault(event.warrant, Warrant("search", state, at))
        warrant.state = state
        warrant.since = at
        if state == "granted":
            warrant.granted_at = at

    return apply


def _escalated(case: Case, entry: Entry, event: ev.Escalated) -> None:
    case.escalations[event.escalation] = Escalation(
        event.concern, event.immediate, "open", entry.occurred_at, entry.occurred_at, event.inspection
    )


def _escalation_moved(state: str) -> Callable[[Case, Entry, Any], None]:
    def apply(case: Case, entry: Entry, event: ev.EscalationAnswered) -> None:
        at = entry.occurred_at
        escalation = case.escalations.setdefault(
            event.escalation, Escalation("", immediate=False, state=state, since=at, escalated_at=at)
        )
        escalation.state = state
        escalation.since = at
        if state == "answered":
            escalation.answered_by = entry.actor
            escalation.answered_for = event.on_behalf_of

    return apply


def _graded(case: Case, entry: Entry, event: ev.Graded) -> None:
    case.grades.append(GradeGiven(event.by, event.grade, event.topic, event.inspection, entry.occurred_at))


def _pause_over(case: Case, entry: Entry, _event: ev.Resumed) -> None:
    over = case.pause
    if over is not None:
        given = over.reason, over.authorised_by, over.review_on
        case.pauses.append(PauseOver(*given, over.since, entry.occurred_at, over.reviewed))


def _linked(case: Case, entry: Entry, event: ev.Linked) -> None:
    standing = case.linked.setdefault(event.other, {})
    standing[event.relation] = standing.pop(event.relation, Link(entry.occurred_at))


def _unlinked(case: Case, _entry: Entry, event: ev.Unlinked) -> None:
    standing = case.linked.get(event.other, {})
    if event.relation is not None:
        standing.pop(event.relation, None)
    if event.relation is None or not standing:
        case.linked.pop(event.other, None)


def _closure_requested(case: Case, entry: Entry, event: ev.ClosureRequested) -> None:
    if case.closed_at is not None:
        return
    case.closure = "requested"
    case.closure_requested_by = entry.actor
    case.closure_requested_for = event.on_behalf_of
    case.requested_outcome = event.outcome


def _closure_refused(case: Case, _entry: Entry, _event: ev.ClosureRefused) -> None:
    if case.closed_at is not None:
        return
    case.closure = "open"
    case.closure_requested_by = case.closure_requested_for = case.requested_outcome = None


def _resolved(case: Case, _entry: Entry, event: ev.Resolved) -> None:
    case.closure = "resolved"
    case.closure_requested_by = case.closure_requested_for = case.requested_outcome = None
    case.outcome = event.outcome


def _reopened(case: Case, _entry: Entry, _event: ev.Reopened) -> None:
    case.closure = "open"
    case.closure_requested_by = case.closure_requested_for = case.requested_outcome = None
    case.outcome = None


def _restricted(case: Case, _entry: Entry, event: ev.Restricted) -> None:
    case.restricted_to = event.to


def _unrestricted(case: Case, _entry: Entry, _event: ev.Unrestricted) -> None:
    case.restricted_to = ()


def _no_change(_case: Case, _entry: Entry, _event: Any) -> None:
    """Do nothing: the outline says it all, or it acts through ``domain.cases.belief`` on the entry it names."""


APPLY: dict[type, Callable[[Case, Entry, Any], None]] = {
    ev.Reported: _reported,
    ev.RiskAssessed: _no_change,
    ev.Allocated: _no_change,
    ev.Returned: _no_change,
    ev.ActionRecorded: _action_recorded,
    ev.WarrantSought: _warrant_sought,
    ev.WarrantGranted: _warrant_moved("granted"),
    ev.WarrantRefused: _warrant_moved("refused"),
    ev.WarrantExecuted: _warrant_moved("executed"),
    ev.WarrantWithdrawn: _warrant_moved("withdrawn"),
    ev.Escalated: _escalated,
    ev.EscalationAnswered: _escalation_moved("answered"),
    ev.EscalationAccepted: _escalation_moved("accepted"),
    ev.EscalationRejected: _escalation_moved("rejected"),
    ev.Graded: _graded,
    ev.Paused: _no_change,
    ev.Resumed: _pause_over,
    ev.Linked: _linked,
    ev.Unlinked: _unlinked,
    ev.ClosureRequested: _closure_requested,
    ev.ClosureRefused: _closure_refused,
    ev.Resolved: _resolved,
    ev.Reopened: _reopened,
    ev.Restricted: _restricted,
    ev.Unrestricted: _unrestricted,
    ev.Disclosed: _no_change,
    ev.EntryCorrected: _no_change,
    ev.EntryRetracted: _no_change,
}
"""What each event changes of a case beside its outline, which is as it was before."""

_ACTIVE: frozenset[type[Event]] = frozenset(
    {
        ev.Reported,
        ev.RiskAssessed,
        ev.WarrantSought,
        ev.WarrantGranted,
        ev.WarrantRefused,
        ev.WarrantExecuted,
        ev.WarrantWithdrawn,
        ev.EscalationAnswered,
        ev.Resolved,
        ev.Reopened,
    }
)


ACTIVE_NAMES = frozenset(one.TOPIC.partition(".")[2] for one in _ACTIVE)
"""The names of what counts as activity, but for actions, whose kind is their name."""


def activity(entry: Entry) -> str | None:
    """Return the activity's name if the entry counts as work on the case, else ``None``.

    Paperwork about a case (allocating, grading, pausing, linking, disclosing, asking for closure, correcting)
    does not count, so that nobody can set the idle clock back with it; nor does an action whose kind did not.
    """
    event = entry.event
    if type(event) is ev.ActionRecorded:
        return event.kind if event.counts else None
    return entry.name if type(event) in _ACTIVE else None


def apply(case: Case, entry: Entry) -> None:
    """Change ``case`` by one entry that is believed, in order."""
    event = entry.event
    APPLY[type(event)](case, entry, event)
    take(case, entry, activity(entry))
    case.version = max(case.version, entry.version)


def fold(believed: Iterable[Entry]) -> Case:
    """Return the state after the given entries, which must be what is believed, in order."""
    case = Case()
    for entry in believed:
        apply(case, entry)
    return case
