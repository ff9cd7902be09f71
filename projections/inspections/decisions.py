"""What of a case waits for somebody's decision: who asked, since when, and who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases import events as ev
from domain.deadlines.decisions import ANSWER, CLOSURE, CONCERN, PAUSED
from domain.deadlines.stalls import end_of
from domain.instant import SECOND
from projections.views.clocks.clock_states import due_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Entry, Event
    from domain.instant import Instant
    from projections.views.live_case import LiveCase
    from projections.views.timeline import Item

RETURNED: Final = "returned"
UNALLOCATED: Final = "unallocated"
GRADE: Final = "grade-missing"

DECIDES: Final = {
    CLOSURE: "supervisor",
    PAUSED: "supervisor",
    RETURNED: "supervisor",
    UNALLOCATED: "supervisor",
    ANSWER: "inspectorate",
    GRADE: "inspectorate",
    CONCERN: "owner",
}
"""Whose decision each is."""

WHOSE: Final = ("supervisor", "inspectorate", "owner")
_RAISED: Final = (ev.Escalated, ev.EscalationRejected)


def items(case: LiveCase) -> Iterator[Item]:
    """Yield what of a case waits for a decision, under the names of the contract, with texts that may be read."""
    now = case.case
    if now.closure_asked_at is not None:
        asked = _last(case, ev.ClosureRequested)
        due, outcome = _decided_by(case), case.text(now.requested_outcome)
        yield _item(case, CLOSURE, now.closure_asked_at, asked, due=due, text=outcome)
    for name, state, since in now.escalated:
        what, kinds = (ANSWER, (ev.EscalationAnswered,)) if state == "answered" else (CONCERN, _RAISED)
        asked = _last(case, *kinds, escalation=name)
        yield _item(case, what, since, asked, escalation=case.text(name), text=state)
    if now.closed_at is not None:
        return
    if now.pause is not None:
        zone = case.clocks.law_at(now.pause.since).book.calendar.zone
        due = None if now.pause.review_on is None else end_of(now.pause.review_on, zone)
        yield _item(case, PAUSED, now.pause.since, _last(case, ev.Paused), due=due)
    if now.owner is None:
        kind = RETURNED if now.ownership == RETURNED else UNALLOCATED
        asked = _last(case, ev.Returned if kind == RETURNED else ev.Reported)
        yield _item(case, kind, asked.occurred_at if asked else now.reported_at or 0, asked)


def grade_item(case: LiveCase, inspection: str, since: Instant) -> Item:
    """Return that a case drawn at an instant has no grade in an inspection."""
    return _item(case, GRADE, since, None, inspection=inspection)


def _decided_by(case: LiveCase) -> Instant | None:
    """Return when the closure asked for must be decided, by the standards that say so; ``None`` if none does."""
    clocks = case.clocks.running.values()
    dues = (due_of(one) for one in clocks if CLOSURE in one.ready.starts and "resolved" in one.ready.stops)
    return min((due for due in dues if due is not None), default=None)


def _last(case: LiveCase, *kinds: type[Event], escalation: str | None = None) -> Entry | None:
    """Return the last entry of these kinds that is believed, of one escalation if one is given."""
    for entry in reversed(case.believed):
        if isinstance(entry.event, kinds) and getattr(entry.event, "escalation", None) == escalation:
            return entry
    return None


def _item(case: LiveCase, kind: str, since: Instant, asked: Entry | None, **more: object) -> Item:
    as_at = case.axes.as_at
    return {
        "since": since,
        "waiting_seconds": max(0, as_at - since) // SECOND,
        **case.common(),
        "waits_for": kind,
        "decides": DECIDES[kind],
        "asked_by": None if asked is None else asked.actor,
        "asked_for": None if asked is None else asked.event.on_behalf_of,
        "escalation": None,
        "inspection": None,
        "due": None,
        "text": None,
        "open": case.case.closed_at is None,
        **more,
    }
