"""What a case is, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presentation.phrases import elapsed
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.views.timeline import Item


def heading_parts(state: Item) -> list[str]:
    """Return what a case is in a few words each: what it is about, its risk, whose it is, how long it is open."""
    return [part for part in _parts(state) if part]


def _parts(state: Item) -> Iterator[str]:
    yield words_of(state["category"] or "")
    yield f"{state['risk']} risk" if state["risk"] else "risk not assessed"
    owner, team = state["ownership"]["owner"], state["ownership"]["team"]
    yield f"{owner}, {team}" if owner and team else owner or "nobody's"
    age = elapsed(state["age_seconds"])
    if state["closure"]["state"] == "resolved":
        yield f"resolved after {age}: {state['closure']['outcome']}"
    else:
        yield f"open {age}"
        yield f"idle {elapsed(state['idle_seconds'] or 0)}"
    yield "paused" if state["investigation"]["paused"] else ""
    yield "restricted" if state["record"]["state"] == "restricted" else ""
