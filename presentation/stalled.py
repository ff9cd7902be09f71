"""Why a case is stalled, in one sentence for each cause; and a stalled case under the names of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.cases.children import UNNAMED
from domain.duration import in_words
from domain.instant import SECOND
from projections.fields import Item, copied, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.stalled import Cause, Stalled

FIELDS: Final = fields("reference category risk owner team age_seconds causes harm open")
"""What an item holds, in the order of the contract."""

FLAT: Final = (
    *FIELDS[:6],
    *fields("open cause standard child unnamed since due overdue_seconds explanation"),
)
"""What an item holds that is about one cause, in the order of the contract."""

BRIEF: Final = (*FIELDS[:5], *fields("open cause standard overdue_seconds explanation more_causes"))
"""What an item holds that is a case with its first cause alone, in the order of the contract."""

NO_NAMES: Final[Mapping[int, str]] = {}
"""Where no child is named."""

_SENTENCES: Final = {
    "child-missing": "the case was closed, and a child is missing still",
    "child-detained": "the case was closed, and a child is in custody still",
    "attempts-only": "nothing but failed contacts since it was allocated",
    "owner-unavailable": "its owner {key} is absent or has left",
    "owner-unaccredited": "its owner {key} is not accredited for {limit}",
    "warrant-expiring": "warrant {key} is about to lapse, and was not executed",
    "warrant-lapsed": "warrant {key} lapsed, and was never executed",
    "escalation-unanswered": "the inspectorate's escalation {key} is unanswered",
    "pause-unreviewed": "paused, and the day to look at it again is past",
}
_NAMELESS: Final = {
    "warrant-expiring": "a warrant is about to lapse, and was not executed",
    "warrant-lapsed": "a warrant lapsed, and was never executed",
    "escalation-unanswered": "an escalation by the inspectorate is unanswered",
}
NAMING: Final = frozenset(_NAMELESS)
"""The causes whose sentence has the name of a warrant or an escalation, which is text of the case."""

_NO_REVIEW: Final = "paused, and no day ahead is set to look at it again"


def explanation(cause: Cause, rulebooks: RulebookVersions, name: str | None = None, *, named: bool = True) -> str:
    """Return why a case is stalled, in one sentence, with the standard and its limit where there is one.

    ``name`` is that of the child that it is about, if whoever asks may read it. Without ``named`` the sentence
    does not say which warrant or escalation it is about.
    """
    sentence = _sentence(cause, rulebooks, named=named)
    if not cause.child:
        return sentence
    return f"{'children not named' if cause.child == UNNAMED else name or 'a child'}: {sentence}"


def _sentence(cause: Cause, rulebooks: RulebookVersions, *, named: bool) -> str:
    if cause.cause == "pause-unreviewed" and cause.due == cause.since:
        return _NO_REVIEW
    given = _SENTENCES.get(cause.cause) if named else _NAMELESS.get(cause.cause, _SENTENCES.get(cause.cause))
    sentence = _unmet(cause, rulebooks) if given is None else given.format(key=cause.key, limit=cause.limit)
    return f"{sentence} ({cause.standard}, {in_words(cause.limit)})" if cause.standard else sentence


def _unmet(cause: Cause, rulebooks: RulebookVersions) -> str:
    """Return what has not been done, in the words of the rulebook in force when the wait began."""
    found = next((one for one in rulebooks.at(cause.since).standards if one.id == cause.standard), None)
    if found is None:
        return f"{cause.standard}: not done"
    return found.unmet or f"{found.title}: not done"


def item(
    case: Stalled,
    as_at: Instant,
    rulebooks: RulebookVersions,
    names: Mapping[int, str] = NO_NAMES,
    *,
    named: bool = True,
) -> dict[str, Any]:
    """Return a stalled case under the names of the contract; instants are microseconds UTC.

    ``names`` are those of its children, by number, as far as whoever asks may read them. Whoever may not read the
    case is shown it without ``named``, and no name of a child, a warrant or an escalation.
    """
    causes = [(one, names.get(one.child) if named else None) for one in case.causes]
    return {
        **copied(case, FIELDS[:5]),
        "age_seconds": max(0, (as_at if case.closed_at is None else case.closed_at) - case.reported_at) // SECOND,
        "causes": [cause_item(one, as_at, rulebooks, name, named=named) for one, name in causes],
        "harm": [{"kind": kind, "at": at} for kind, at in case.harms],
        "open": case.closed_at is None,
    }


def by_cause(items: Iterable[Item]) -> Iterator[Item]:
    """Yield an item for each cause of stalled cases, in their order, with what is said of the case; not harm."""
    for case in items:
        whose = {name: case[name] for name in FLAT[:7]}
        yield from (whose | cause for cause in case["causes"])


def in_brief(items: Iterable[Item]) -> Iterator[Item]:
    """Yield each stalled case with its first cause, overdue for longest, and how many more it has."""
    for case in items:
        first, *more = case["causes"]
        told = case | first | {"more_causes": len(more)}
        yield {name: told[name] for name in BRIEF}


def cause_item(
    cause: Cause, as_at: Instant, rulebooks: RulebookVersions, name: str | None, *, named: bool
) -> dict[str, Any]:
    """Return a cause under the names of the contract; ``name`` and ``named`` are as for ``explanation``."""
    return {
        "cause": cause.cause,
        "standard": cause.standard or None,
        "child": name,
        "unnamed": cause.child == UNNAMED,
        "since": cause.since,
        "due": cause.due,
        "overdue_seconds": (as_at - cause.due) // SECOND,
        "explanation": explanation(cause, rulebooks, name, named=named),
    }
