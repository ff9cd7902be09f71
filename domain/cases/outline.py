"""What the lists show of a case and its clocks go by: whose it is, how grave, since when, open or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.cases import events as ev
from domain.cases.state import Outline, Pause
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.event import Entry


def _reported(outline: Outline, entry: Entry, event: ev.Reported) -> None:
    outline.reference = event.reference
    outline.category = event.category
    outline.reported_at = entry.occurred_at


def _risk_assessed(outline: Outline, _entry: Entry, event: ev.RiskAssessed) -> None:
    outline.risk = event.risk


def _allocated(outline: Outline, entry: Entry, event: ev.Allocated) -> None:
    if not same_name(outline.owner, event.officer):
        outline.owned_since = entry.occurred_at
    outline.ownership = "allocated"
    outline.owner = event.officer
    outline.team = event.team
    outline.allocated_by = event.on_behalf_of or entry.actor


def _returned(outline: Outline, _entry: Entry, _event: ev.Returned) -> None:
    outline.ownership = "returned"
    outline.owner = outline.owned_since = outline.allocated_by = None


def _paused(outline: Outline, entry: Entry, event: ev.Paused) -> None:
    begun = outline.pause
    since, reviewed = (entry.occurred_at, 0) if begun is None else (begun.since, begun.reviewed + 1)
    outline.pause = Pause(event.reason, event.authorised_by, event.review_on, since, reviewed)


def _resumed(outline: Outline, _entry: Entry, _event: ev.Resumed) -> None:
    outline.pause = None


def _closure_requested(outline: Outline, entry: Entry, _event: ev.ClosureRequested) -> None:
    if outline.closed_at is None:
        outline.closure_asked_at = entry.occurred_at


def _closure_refused(outline: Outline, _entry: Entry, _event: ev.ClosureRefused) -> None:
    outline.closure_asked_at = None


def _escalation(state: str) -> Callable[[Outline, Entry, Any], None]:
    """Return how an escalation comes to be in a state; one that is accepted is settled."""

    def apply(outline: Outline, entry: Entry, event: ev.Escalated) -> None:
        others = tuple(one for one in outline.escalated if one[0] != event.escalation)
        one = (event.escalation, state, entry.occurred_at)
        outline.escalated = others if state == "accepted" else (*others, one)

    return apply


def _resolved(outline: Outline, entry: Entry, _event: ev.Resolved) -> None:
    outline.closed_at = entry.occurred_at
    outline.closure_asked_at = None


def _reopened(outline: Outline, _entry: Entry, _event: ev.Reopened) -> None:
    outline.closed_at = outline.closure_asked_at = None


def _restricted(outline: Outline, _entry: Entry, _event: ev.Restricted) -> None:
    outline.record = "restricted"


def _unrestricted(outline: Outline, _entry: Entry, _event: ev.Unrestricted) -> None:
    outline.record = "normal"


_CHANGES: Final[dict[type, Callable[[Outline, Entry, Any], None]]] = {
    ev.Reported: _reported,
    ev.RiskAssessed: _risk_assessed,
    ev.Allocated: _allocated,
    ev.Returned: _returned,
    ev.Paused: _paused,
    ev.Resumed: _resumed,
    ev.Escalated: _escalation("open"),
    ev.EscalationAnswered: _escalation("answered"),
    ev.EscalationAccepted: _escalation("accepted"),
    ev.EscalationRejected: _escalation("rejected"),
    ev.ClosureRequested: _closure_requested,
    ev.ClosureRefused: _closure_refused,
    ev.Resolved: _resolved,
    ev.Reopened: _reopened,
    ev.Restricted: _restricted,
    ev.Unrestricted: _unrestricted,
}


def take(outline: Outline, entry: Entry, activity: str | None) -> None:
    """Change an outline by the next entry that is believed; ``activity`` is what it counts as, if as any."""
    event = entry.event
    change = _CHANGES.get(type(event))
    if change is not None:
        change(outline, entry, event)
    if activity is not None:
        outline.last_activity = activity
        outline.last_activity_at = entry.occurred_at
