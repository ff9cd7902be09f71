"""The commands of oversight: referrals back by the inspectorate, and the force's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.commands.cases import on_case, plain
from application.commands.rounds import check_round
from domain.cases import events as ev
from domain.identity import identifier

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.cases.state import Case
    from domain.event import Event
    from domain.instant import Instant


def escalate(
    app: Longcase,
    reference: str,
    concern: str,
    by: Envelope,
    *,
    immediate: bool = False,
    escalation: str | None = None,
    inspection: str | None = None,
) -> Receipt:
    """Record that the inspectorate referred the case back; without a name it is E1, E2 and so on.

    Raises ``NotFound`` for a round that there is not.
    """

    def event(_case: Case, history: History, _at: Instant) -> Event:
        count = sum(isinstance(entry.event, ev.Escalated) for entry in history.entries)
        name = identifier(escalation, "the escalation") if escalation else f"E{count + 1}"
        return ev.Escalated(
            escalation=name, concern=concern, immediate=immediate, inspection=inspection, **by.fields()
        )

    return on_case(app, reference, ev.Escalated, event, by, lambda _history, _entry: check_round(app, inspection))


def answer(app: Longcase, reference: str, escalation: str, text: str, by: Envelope) -> Receipt:
    """Record what the force did about a referral."""
    return plain(app, reference, ev.EscalationAnswered, by, escalation=escalation, text=text)


def accept(app: Longcase, reference: str, escalation: str, by: Envelope) -> Receipt:
    """Record that the inspectorate was satisfied with the answer."""
    return plain(app, reference, ev.EscalationAccepted, by, escalation=escalation)


def reject(app: Longcase, reference: str, escalation: str, by: Envelope) -> Receipt:
    """Record that the inspectorate was not satisfied with the answer."""
    return plain(app, reference, ev.EscalationRejected, by, escalation=escalation)
