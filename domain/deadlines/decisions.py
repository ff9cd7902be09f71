"""What of a case waits for somebody's decision, whatever the rulebook says of it, so that lists can find it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.cases.state import Outline
    from domain.instant import Instant

CLOSURE: Final = "closure-requested"
ANSWER: Final = "answer-given"
CONCERN: Final = "concern-raised"
PAUSED: Final = "paused"
"""Closure is asked for; the inspectorate was answered; it has no answer, or rejected the last; it is paused."""

AWAITED: Final = (CLOSURE, ANSWER, CONCERN, PAUSED)


def awaited(outline: Outline) -> dict[str, tuple[Instant, int]]:
    """Return what is waited for, since when, and how many there are of it.

    Of several escalations that is the one that has waited for longest.
    """
    found: dict[str, tuple[Instant, int]] = {}
    if outline.closure_asked_at is not None:
        found[CLOSURE] = outline.closure_asked_at, 1
    if outline.pause is not None and outline.closed_at is None:
        found[PAUSED] = outline.pause.since, 1
    for _, state, since in outline.escalated:
        name = ANSWER if state == "answered" else CONCERN
        first, count = found.get(name, (since, 0))
        found[name] = min(since, first), count + 1
    return found
