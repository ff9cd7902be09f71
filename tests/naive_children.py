"""The children of a case in the slowest and most obvious way: a list of facts of its own for each of them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.rulebook.model import Standard
    from tests.naive import Fact

OTHERS = -1
"""Those whom no fact names."""

ABOUT_A_CHILD = {
    *("missing-reported", "missing-graded", "found", "return-interview", "child-seen", "detained"),
    *("detention-reviewed", "accommodation-requested", "released", "transferred"),
    *("police-protection", "police-protection-ended"),
}
WHO_ARE = {
    "missing-graded": "missing",
    "found": "missing",
    "return-interview": "returned",
    "detention-reviewed": "detained",
    "accommodation-requested": "detained",
    "released": "detained",
    "transferred": "detained",
}
"""Of whom such an action is told where it names nobody: those who are so, if any are."""

BEGIN = {"missing": {"missing-reported"}, "returned": {"found"}, "detained": {"detained"}}
END = {
    "missing": {"found", "return-interview"},
    "returned": {"return-interview", "missing-reported"},
    "detained": {"released", "transferred"},
}


def is_action(one: Fact) -> bool:
    return bool(one["topic"] == "case.action-recorded")


def name(one: Fact) -> str:
    """Return the name of the child that a fact is about, as names are compared."""
    return "".join(unicodedata.normalize("NFC", one.get("child") or "").split()).casefold()


def first_named(facts: Iterable[Fact]) -> dict[str, int]:
    """Return the version of the fact that named each child first."""
    found: dict[str, int] = {}
    for one in facts:
        if is_action(one) and name(one):
            found.setdefault(name(one), one["version"])
    return found


def nobody_is_left(facts: Sequence[Fact]) -> bool:
    """Say whether as many are named as the report says there are."""
    told = [max(one["children"], len(one["ages"])) for one in facts if one.get("children") is not None]
    return bool(first_named(facts)) and told[-1:] == [len(first_named(facts))]


def since(theirs: Iterable[Fact], state: str) -> int | None:
    """Return since when a child is in a state, by the facts about it."""
    found = None
    for one in theirs:
        if one.get("kind") in END[state]:
            found = None
        if one.get("kind") in BEGIN[state] and found is None:
            found = one["at"]
    return found


def everybody(facts: Sequence[Fact]) -> dict[int, list[Fact]]:
    """Return the facts about each child, whatever is not an action among them; the others too."""
    found: dict[int, list[Fact]] = {OTHERS: []}
    for place, one in enumerate(facts):
        before = facts[:place]
        if is_action(one) and name(one):
            number = first_named(facts)[name(one)]
            found.setdefault(number, list(found[OTHERS])).append(one)
            continue
        so = WHO_ARE.get(one.get("kind", "")) if is_action(one) else None
        seen = [child for child in found if child != OTHERS or not nobody_is_left(before)]
        those = [child for child in seen if so and since(found[child], so) is not None]
        if those and nobody_is_left(before):
            those.append(OTHERS)
        for child in those or found:
            found[child].append(one)
    return found


def histories(facts: Sequence[Fact]) -> dict[int, list[Fact]]:
    """Return the facts about each child that there is."""
    found = everybody(facts)
    if nobody_is_left(facts):
        del found[OTHERS]
    return found


def those(facts: Sequence[Fact], state: str) -> list[tuple[int, int]]:
    """Return who is in a state and since when; the number is 0 where nobody is named."""
    found = [(child, since(theirs, state)) for child, theirs in histories(facts).items()]
    return [(child if first_named(facts) else 0, at) for child, at in found if at is not None]


def of_standard(facts: list[Fact], editions: Sequence[Standard]) -> dict[int, list[Fact]]:
    """Return the facts by which a standard runs for each child, or for all together under 0."""
    every = {one for book in editions if book.per == "case" for one in (*book.starts, *book.stops, *book.ends)}
    kinds = {one.removeprefix("action:") for one in every if one.startswith("action:")}
    naming = [one for one in facts if is_action(one) and name(one)]
    if naming and (kinds & ABOUT_A_CHILD or any(one["kind"] in kinds for one in naming)):
        return histories(facts)
    return {0: facts}
