"""The command that does what a case waits for, as it is typed: found by what meets its standard in the rulebook.

What only whoever types it knows stands in capitals, as in the help: ``OFFICER``, ``KIND``.
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Final

from domain.deadlines.names import ACTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.rulebook.versions import RulebookVersions
    from projections.queries.stalled import Cause

BY_EVENT: Final[Mapping[str, str]] = {
    "activity": "act {case} KIND",
    "risk-assessed": "assess {case} RISK",
    "allocated": "allocate {case} OFFICER",
    "returned": "return {case} --reason TEXT",
    "warrant-sought": "warrant seek {case}",
    "warrant-granted": "warrant grant {case}{warrant}",
    "warrant-refused": "warrant refuse {case}{warrant}",
    "warrant-executed": "warrant execute {case}{warrant}",
    "warrant-withdrawn": "warrant withdraw {case}{warrant}",
    "escalated": "escalate {case} --concern TEXT",
    "escalation-answered": "answer {case} {escalation} --text TEXT",
    "escalation-accepted": "accept {case} {escalation}",
    "escalation-rejected": "reject {case} {escalation} --reason TEXT",
    "graded": "grade {case} GRADE --by WHOSE",
    "paused": "pause {case} --review-on DAY --reason TEXT",
    "resumed": "resume {case}",
    "linked": "link {case} OTHER --as RELATION",
    "unlinked": "unlink {case} OTHER",
    "closure-requested": "request-closure {case} --outcome TEXT",
    "closure-refused": "refuse-closure {case} --grounds TEXT",
    "resolved": "resolve {case} --outcome TEXT",
    "reopened": "reopen {case} --reason TEXT",
    "restricted": "restrict {case} --to ACTOR",
    "unrestricted": "unrestrict {case}",
    "disclosed": "disclose {case} --to WHOM --output FILE",
}
"""The command that records an event, by the name under which a rulebook knows it."""

NOT_TYPED: Final = frozenset(("reported", "reported-as-crime"))
"""What a rulebook can name and no command records in a case that is there."""

_ACT: Final = "act {{case}} {}{{child}}"
_BY_CAUSE: Final[Mapping[str, tuple[str, ...]]] = {
    "owner-unavailable": (BY_EVENT["allocated"],),
    "owner-unaccredited": (BY_EVENT["allocated"],),
    "pause-unreviewed": (BY_EVENT["resumed"], BY_EVENT["paused"]),
    "child-missing": (_ACT.format("found"),),
    "child-detained": (_ACT.format("released"), _ACT.format("transferred")),
}
"""What ends a wait that no standard asks for."""


def meeting(
    reference: str, cause: Cause, rulebooks: RulebookVersions, child: str | None = None, *, named: bool = True
) -> list[str]:
    """Return the commands any of which does what is waited for, in the order of the rulebook.

    ``child`` is the name of the child that it is about. Without ``named`` neither that nor the warrant or the
    escalation stands in them.
    """
    key = quote(cause.key) if cause.key and named else ""
    parts = {
        "case": quote(reference),
        "warrant": f" --warrant {key}" if key else "",
        "escalation": key or "E",
        "child": f" --child {quote(child)}" if child and named else "",
    }
    return list(dict.fromkeys(f"longcase {form.format(**parts)}" for form in _forms(cause, rulebooks)))


def _forms(cause: Cause, rulebooks: RulebookVersions) -> Iterable[str]:
    """Return how what meets the standard is recorded, by the rulebook in force when the wait began."""
    if not cause.standard:
        return _BY_CAUSE.get(cause.cause, ())
    standards = rulebooks.at(cause.since).standards
    stops = next((one.stops for one in standards if one.id == cause.standard), ())
    return [form for name in stops if (form := _form(name)) is not None]


def _form(name: str) -> str | None:
    if not name.startswith(ACTION):
        return BY_EVENT.get(name)
    kind = quote(name.removeprefix(ACTION)).replace("{", "{{").replace("}", "}}")
    return _ACT.format(kind)
