"""What waits for somebody's decision, under the names of the contract, with the command that decides."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from domain.deadlines.decisions import ANSWER, CLOSURE, CONCERN, PAUSED
from presentation.commands import BY_EVENT
from presentation.phrases import day
from projections.fields import fields
from projections.inspections.decisions import GRADE, RETURNED, UNALLOCATED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

FIELDS: Final = fields(
    "since waiting_seconds reference category risk owner team waits_for decides asked_by asked_for escalation "
    "inspection due explanation command alternatives open"
)
"""What an item holds, in the order of the contract."""

_DECIDING: Final[Mapping[str, tuple[str, ...]]] = {
    CLOSURE: ("resolve {case}", BY_EVENT["closure-refused"]),
    PAUSED: (BY_EVENT["resumed"], BY_EVENT["paused"]),
    RETURNED: (BY_EVENT["allocated"],),
    UNALLOCATED: (BY_EVENT["allocated"],),
    ANSWER: (BY_EVENT["escalation-accepted"], BY_EVENT["escalation-rejected"]),
    CONCERN: (BY_EVENT["escalation-answered"],),
    GRADE: ("grade {case} GRADE --by inspectorate --inspection {inspection}",),
}
"""The commands any of which decides; a closure that is decided has the outcome that was asked for."""


def item(found: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Return what a view found, with a sentence and the commands; instants are microseconds UTC."""
    parts = {
        "case": quote(found["reference"]),
        "escalation": quote(found["escalation"] or "E"),
        "inspection": quote(found["inspection"] or "I"),
    }
    first, *others = (f"longcase {form.format(**parts)}" for form in _DECIDING[found["waits_for"]])
    told = {**found, "explanation": _sentence(found, zone), "command": first, "alternatives": others}
    return {name: told[name] for name in FIELDS}


def _sentence(found: Mapping[str, Any], zone: tzinfo) -> str:
    match found["waits_for"]:
        case "closure-requested":
            return "closure was asked for" + (f": {found['text']}" if found["text"] else "")
        case "paused":
            # (the pause lasts through its day of review, and is to be looked at from the midnight after it on)
            due = found["due"]
            return (
                "paused, without a day of review"
                if due is None
                else f"paused through {day(due - 1, zone).strip()}"
            )
        case "returned":
            return "given back, and nobody has it"
        case "unallocated":
            return "nobody has been given the case"
        case "grade-missing":
            return f"drawn for {found['inspection']}, and not graded by the inspectorate"
        case _:
            return _of_escalation(found)


def _of_escalation(found: Mapping[str, Any]) -> str:
    name = f"escalation {found['escalation']}" if found["escalation"] else "an escalation"
    if found["waits_for"] == ANSWER:
        return f"the answer to {name} was neither accepted nor rejected"
    return f"the answer to {name} was rejected" if found["text"] == "rejected" else f"{name} is unanswered"
