"""What is refused: the impossible and the forbidden. Everything else happened, and is recorded.

``check`` looks at the state just before the new entry occurred. The same rules, applied again in the fold's
order, find the entries whose ground was later corrected or retracted away: ``domain.cases.flags`` names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.cases import events as ev
from domain.errors import Forbidden, Premature, Refused
from domain.identity import same_name
from domain.instant import DAY, to_datetime

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.cases.state import Case, Pause
    from domain.event import Entry, Event
    from domain.instant import Instant

INSPECTORATE = "inspectorate"
AUDITOR = "auditor"
_WHY_GIVEN = "a disclosure says why the case is given away"


def acts_as(entry: Entry, person: str | None) -> bool:
    """Say whether the entry is an act of ``person``, by themselves or through somebody else."""
    return same_name(entry.actor, person) or same_name(entry.event.on_behalf_of, person)


def for_the_inspectorate(event: Event) -> bool:
    """Say whether only the inspectorate can have done this: a referral, a verdict, a grade of its own."""
    judged = isinstance(event, (ev.Escalated, ev.EscalationAccepted, ev.EscalationRejected))
    return judged or (isinstance(event, ev.Graded) and event.by == INSPECTORATE)


def _refuse_unless(condition: object, message: str, *hints: str) -> None:
    if not condition:
        raise Refused(message, hints=hints)


def _forbid_unless(condition: object, message: str, *hints: str) -> None:
    if not condition:
        raise Forbidden(message, hints=hints)


_FOR_OWNERS = "somebody of the inspectorate records it, or somebody else with --on-behalf-of them"


def by_inspectorate(entry: Entry, owner: str | None = None) -> None:
    """Raise ``Forbidden`` unless the inspectorate acts, by itself or through somebody else.

    ``owner`` has the case, and so is not told to act as the inspectorate.
    """
    others = "give --role inspectorate, or --on-behalf-of who spoke for the inspectorate"
    _forbid_unless(
        entry.role == INSPECTORATE or entry.event.on_behalf_of,
        f"only the inspectorate does this, and {entry.actor} acts as {entry.role or 'nobody in particular'}",
        _FOR_OWNERS if acts_as(entry, owner) else others,
    )


def _reported(case: Case, _entry: Entry, event: ev.Reported) -> None:
    _refuse_unless(case.reported_at is None, f"case {event.reference} has been reported already")


def _allocated(case: Case, _entry: Entry, event: ev.Allocated) -> None:
    same = same_name(case.owner, event.officer) and event.team == case.team
    _refuse_unless(not same, f"the case is {event.officer}'s already")


def _returned(case: Case, _entry: Entry, _event: ev.Returned) -> None:
    _refuse_unless(case.owner, "the case is nobody's, so nobody can return it")


def _warrant_sought(case: Case, _entry: Entry, event: ev.WarrantSought) -> None:
    _refuse_unless(event.warrant not in case.warrants, f"warrant {event.warrant} has been sought already")


def _warrant_in(states: tuple[str, ...], message: str) -> Callable[[Case, Entry, Any], None]:
    def check(case: Case, _entry: Entry, event: ev.WarrantGranted) -> None:
        warrant = case.warrants.get(event.warrant)
        if warrant is None:
            raise Refused(f"warrant {event.warrant} had not been sought by then")
        if warrant.state not in states:
            never = "" if warrant.granted_at is not None else ", and was never granted"
            raise Refused(f"warrant {event.warrant} {message}: it is {warrant.state}{never}")

    return check


def _escalated(case: Case, entry: Entry, event: ev.Escalated) -> None:
    _refuse_unless(event.escalation not in case.escalations, f"escalation {event.escalation} exists already")
    by_inspectorate(entry, case.owner)
    _inspected_by_another(case, entry, event)


def _escalation_state(case: Case, name: str) -> str:
    escalation = case.escalations.get(name)
    if escalation is None:
        raise Refused(f"the case had no escalation {name} by then")
    return escalation.state


def _answered(case: Case, _entry: Entry, event: ev.EscalationAnswered) -> None:
    state = _escalation_state(case, event.escalation)
    _refuse_unless(state in {"open", "rejected"}, f"escalation {event.escalation} has been {state}")


def _verdict(case: Case, entry: Entry, event: ev.EscalationAccepted) -> None:
    state = _escalation_state(case, event.escalation)
    _refuse_unless(state == "answered", f"escalation {event.escalation} has no answer to judge: it is {state}")
    by_inspectorate(entry, case.owner)
    _judged_by_another(case, entry, event)


def _inspected_by_another(case: Case, entry: Entry, event: Event) -> None:
    _forbid_unless(
        not (for_the_inspectorate(event) and acts_as(entry, case.owner)),
        f"{case.owner} owns the case, and an owner cannot act as the inspectorate in it",
        _FOR_OWNERS,
    )


def _judged_by_another(case: Case, entry: Entry, event: ev.EscalationAccepted) -> None:
    answer = case.escalations.get(event.escalation)
    _forbid_unless(
        answer is None or not (acts_as(entry, answer.answered_by) or acts_as(entry, answer.answered_for)),
        f"{answer and answer.answered_by} gave the answer and cannot judge it",
    )
    _inspected_by_another(case, entry, event)


def _graded(case: Case, entry: Entry, event: ev.Graded) -> None:
    if event.by == INSPECTORATE:
        by_inspectorate(entry, case.owner)
        _inspected_by_another(case, entry, event)


def _open(case: Case, _entry: Entry, _event: Any) -> None:
    _refuse_unless(case.closure != "resolved", "the case is resolved", "longcase reopen REF --reason ...")


def _paused(case: Case, entry: Entry, event: ev.Paused) -> None:
    _open(case, entry, event)
    _refuse_unless(event.reason, "a pause needs a reason", "give --reason")
    if case.pause is not None:
        _review(case.pause, entry, event)


def _review(pause: Pause, entry: Entry, event: ev.Paused) -> None:
    """Raise ``Refused`` unless ``event``, which occurs while ``pause`` holds, is a review of it.

    A pause that is looked at again and goes on is recorded as a pause once more. It says something new: a
    later day on which to look, or who has taken it upon themselves now.
    """
    before, now = pause.review_on, event.review_on
    if now is None:
        hints = ("give --review-on DAY", "longcase resume REF ends the pause")
        raise Refused("the case is paused already, and a review says when to look again", hints=hints)
    if now == before and event.authorised_by == pause.authorised_by:
        raise Refused("the case is paused already, with this day of review and by the same authority")
    if before is not None and now < before:
        hint = "longcase correct REF N review_on=DAY puts a wrong day right"
        raise Refused(f"the pause is to be reviewed on {before}, and {now} is earlier", hints=(hint,))
    if now < _earliest_day(entry.occurred_at):
        raise Refused(f"{now} is before the day of the review itself")


def _earliest_day(at: Instant) -> str:
    """Return the day (YYYY-MM-DD) at an instant where it is earliest, twelve hours behind UTC.

    Rules know no time zone, and must not refuse a day that is today where the review takes place.
    """
    return to_datetime(at - DAY // 2).date().isoformat()


def _resumed(case: Case, _entry: Entry, _event: ev.Resumed) -> None:
    _refuse_unless(case.pause, "the case is not paused")


def _linked(case: Case, _entry: Entry, event: ev.Linked) -> None:
    _refuse_unless(event.other != case.reference, "a case cannot be linked to itself")
    already = f"the case is linked to {event.other} as {event.relation} already"
    _refuse_unless(event.relation not in case.linked.get(event.other, ()), already)


def _unlinked(case: Case, _entry: Entry, event: ev.Unlinked) -> None:
    _refuse_unless(event.other in case.linked, f"the case is not linked to {event.other}")
    if event.relation is not None:
        why = f"the case is not linked to {event.other} as {event.relation}"
        _refuse_unless(event.relation in case.linked[event.other], why)


def _closure_requested(case: Case, entry: Entry, event: ev.ClosureRequested) -> None:
    _open(case, entry, event)
    _refuse_unless(case.closure != "requested", f"{case.closure_requested_by} has asked for closure already")


def _decided_by_another(case: Case, entry: Entry, _event: Any) -> None:
    _forbid_unless(
        not (acts_as(entry, case.closure_requested_by) or acts_as(entry, case.closure_requested_for)),
        f"{case.closure_requested_by} asked for closure, and somebody else must decide",
    )


def _closure_refused(case: Case, entry: Entry, event: ev.ClosureRefused) -> None:
    _refuse_unless(case.closure == "requested", "nobody has asked for closure")
    _decided_by_another(case, entry, event)


def _resolved(case: Case, entry: Entry, event: ev.Resolved) -> None:
    _open(case, entry, event)
    _closed_by_another(case, entry, event)


def _closed_by_another(case: Case, entry: Entry, event: Any) -> None:
    _forbid_unless(
        not acts_as(entry, case.owner),
        f"{case.owner} owns the case, and an owner cannot close their own case",
        "longcase request-closure REF --outcome O, then let a supervisor resolve it",
    )
    _decided_by_another(case, entry, event)


def _reopened(case: Case, _entry: Entry, _event: ev.Reopened) -> None:
    _refuse_unless(case.closure == "resolved", "the case is not resolved")


def _restricted(_case: Case, _entry: Entry, event: ev.Restricted) -> None:
    _refuse_unless(event.to, "a restriction names at least one person who may still read the case")


def _unrestricted(case: Case, _entry: Entry, _event: ev.Unrestricted) -> None:
    _refuse_unless(case.record == "restricted", "the case is not restricted")


_RULES: dict[type, Callable[[Case, Entry, Any], None]] = {
    ev.Reported: _reported,
    ev.Allocated: _allocated,
    ev.Returned: _returned,
    ev.WarrantSought: _warrant_sought,
    ev.WarrantGranted: _warrant_in(("sought",), "cannot be granted"),
    ev.WarrantRefused: _warrant_in(("sought",), "cannot be refused"),
    ev.WarrantExecuted: _warrant_in(("granted",), "cannot be executed"),
    ev.WarrantWithdrawn: _warrant_in(("sought", "granted"), "cannot be withdrawn"),
    ev.Escalated: _escalated,
    ev.EscalationAnswered: _answered,
    ev.EscalationAccepted: _verdict,
    ev.EscalationRejected: _verdict,
    ev.Graded: _graded,
    ev.Paused: _paused,
    ev.Resumed: _resumed,
    ev.Linked: _linked,
    ev.Unlinked: _unlinked,
    ev.ClosureRequested: _closure_requested,
    ev.ClosureRefused: _closure_refused,
    ev.Resolved: _resolved,
    ev.Reopened: _reopened,
    ev.Restricted: _restricted,
    ev.Unrestricted: _unrestricted,
    ev.Disclosed: lambda _case, _entry, event: _refuse_unless(event.reason, _WHY_GIVEN, "give --reason"),
}


DECISIONS: dict[type, Callable[[Case, Entry, Any], None]] = {
    ev.ClosureRefused: _decided_by_another,
    ev.Resolved: _closed_by_another,
    ev.Reopened: _closed_by_another,
    ev.EscalationAccepted: _judged_by_another,
    ev.EscalationRejected: _judged_by_another,
    ev.Escalated: _inspected_by_another,
    ev.Graded: _inspected_by_another,
}
"""Who may not decide. Anybody may reopen a case; whoever takes a reopening back closes it again."""


def may_decide(case: Case, entry: Entry, decision: Event) -> None:
    """Raise ``Forbidden`` if whoever acts in ``entry`` may not take ``decision`` in the state ``case``.

    Only who they are counts here, and not whether the decision makes sense in that state.
    """
    DECISIONS[type(decision)](case, entry, decision)


def check(case: Case, entry: Entry) -> None:
    """Raise if ``entry`` cannot have happened, or is forbidden, in the state ``case``.

    The impossible is ``Refused``, or ``Premature`` before the report; what only a rule about who may act is
    against is ``Forbidden``.
    """
    if case.reported_at is None and type(entry.event) is not ev.Reported:
        raise Premature("the case had not been reported by then")
    rule = _RULES.get(type(entry.event))
    if rule is not None:
        rule(case, entry, entry.event)
