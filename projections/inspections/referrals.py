"""The cases that an inspection referred back: when, how long each answer took, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.cases import events as ev
from domain.identity import same_name
from domain.instant import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry
    from projections.views.timeline import Item

REFERRAL_FIELDS = (
    "reference",
    "escalation",
    "concern",
    "immediate",
    "state",
    "escalated_at",
    "answered_at",
    "answer_seconds",
    "settled_at",
    "waiting_seconds",
    "answers",
    "withheld",
)
"""What an item holds for each referral back."""


def referrals(believed: Iterable[Entry], reference: str, inspection: str, as_at: Instant) -> list[Item]:
    """Return the referrals of one case in one inspection, from what is believed of it, in order.

    A referral waits until an answer is accepted. ``waiting_seconds`` runs from the referral to then, or to
    ``as_at`` (microseconds, UTC); each answer's ``answer_seconds`` from the referral, or from the rejection
    before it.
    """
    found: dict[str, Item] = {}
    for entry in believed:
        _apply(found, entry, reference, inspection)
    return [_finished(one, as_at) for one in found.values()]


def _apply(found: dict[str, Item], entry: Entry, reference: str, inspection: str) -> None:
    event = entry.event
    if isinstance(event, ev.Escalated):
        if same_name(event.inspection, inspection):
            found[event.escalation] = _new(event, reference, entry.occurred_at)
        return
    one = found.get(getattr(event, "escalation", ""))
    if one is None:
        return
    match event:
        case ev.EscalationAnswered():
            _answered(one, entry.occurred_at)
        case ev.EscalationAccepted():
            _judged(one, "accepted", entry.occurred_at)
        case ev.EscalationRejected():
            _judged(one, "rejected", entry.occurred_at)
        case _:
            pass


def _new(event: ev.Escalated, reference: str, at: Instant) -> Item:
    return {
        "reference": reference,
        "escalation": event.escalation,
        "concern": event.concern,
        "immediate": event.immediate,
        "state": "open",
        "escalated_at": at,
        "answered_at": None,
        "answer_seconds": None,
        "settled_at": None,
        "waiting_seconds": None,
        "answers": [],
        "withheld": False,
    }


def _answered(one: Item, at: Instant) -> None:
    answers: list[Item] = one["answers"]
    asked: Any = answers[-1]["verdict_at"] if answers else None
    seconds = (at - (one["escalated_at"] if asked is None else asked)) // SECOND
    answers.append({"answered_at": at, "answer_seconds": seconds, "verdict": None, "verdict_at": None})
    one["state"] = "answered"
    if one["answered_at"] is None:
        one["answered_at"], one["answer_seconds"] = at, seconds


def _judged(one: Item, verdict: str, at: Instant) -> None:
    one["state"] = verdict
    one["settled_at"] = at if verdict == "accepted" else None
    if one["answers"]:
        one["answers"][-1] |= {"verdict": verdict, "verdict_at": at}


def _finished(one: Item, as_at: Instant) -> Item:
    until = as_at if one["settled_at"] is None else one["settled_at"]
    return {**one, "waiting_seconds": (until - one["escalated_at"]) // SECOND}


def counts(found: Iterable[Item]) -> dict[str, int]:
    """Return how many referrals there were, and how many came to what.

    ``accepted``, ``rejected``, ``answered`` (and not judged) and ``unanswered`` are the states, which add up
    to ``count``; ``rejections`` counts every answer that was ever rejected.
    """
    all_of_them = list(found)
    states = [one["state"] for one in all_of_them]
    verdicts = [answer["verdict"] for one in all_of_them for answer in one["answers"]]
    return {
        "count": len(all_of_them),
        "cases": len({one["reference"] for one in all_of_them}),
        "immediate": sum(one["immediate"] for one in all_of_them),
        "accepted": states.count("accepted"),
        "rejected": states.count("rejected"),
        "answered": states.count("answered"),
        "unanswered": states.count("open"),
        "rejections": verdicts.count("rejected"),
    }
