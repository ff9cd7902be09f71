"""The children of a case in the slowest and most obvious way: a list of facts of its own for each of them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

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
MATTER = {
    "missing": {"missing-reported", "missing-graded", "found", "return-interview"},
    "detained": {"detained", "detention-reviewed", "accommodation-requested", "released", "transferred"},
}
"""What is told of one who is, or was, in a state."""


def is_action(one: Fact) -> bool:
    return bool(one["topic"] == "case.action-recorded")


def name(one: Fact) -> str:
    """Return the name of the child that a fact is about, as names are compared."""
    return "".join(unicodedata.normalize("NFC", one.get("child") or "").split()).casefold()


def nobody(version: int) -> str:
    """Return by what a child goes whom nobody named, and who was reported beside others by this fact."""
    return f"entry {version} (not named)"


def is_nobody(known_as: str) -> bool:
    return re.fullmatch(r"entry.*\(notnamed\)", known_as) is not None


def how_many(facts: Sequence[Fact]) -> int:
    """Return how many children there are by the report, 0 if it does not say."""
    told = [max(one["children"], len(one["ages"])) for one in facts if one.get("children") is not None]
    return int(told[-1]) if told else 0


class Told(NamedTuple):
    """What is told of each child: the facts about it, its number by its name, whom each action is about."""

    facts: dict[int, list[Fact]]
    numbers: dict[str, int]
    about: dict[int, list[int]]

    def nobody_is_left(self, many: int) -> bool:
        """Say whether as many are named as there are, and nobody goes by an entry."""
        return not any(map(is_nobody, self.numbers)) and len(self.numbers) in {many} - {0}

    def not_named(self) -> list[int]:
        """Return those whom nobody named: one who was reported beside others, and the others."""
        return [OTHERS, *(number for known_as, number in self.numbers.items() if is_nobody(known_as))]


def first_named(facts: Sequence[Fact]) -> dict[str, int]:
    """Return the version of the fact that each child goes by: the first that named it, or was of it alone."""
    return tell(facts).numbers


def nobody_is_left(facts: Sequence[Fact]) -> bool:
    """Say whether as many are named as the report says there are."""
    return tell(facts).nobody_is_left(how_many(facts))


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
    return tell(facts).facts


def tell(facts: Sequence[Fact]) -> Told:
    """Give each fact to the children whom it is about."""
    told = Told({OTHERS: []}, {}, {})
    reports: dict[str, int] = {}
    for place, one in enumerate(facts):
        many = how_many(facts[:place])
        if is_action(one) and name(one):
            number = told.numbers.setdefault(name(one), one["version"])
            about = [number]
            told.facts.setdefault(number, list(told.facts[OTHERS]))
        elif is_action(one) and (state := another(one, told, many)):
            number = told.numbers.setdefault("".join(nobody(one["version"]).split()), one["version"])
            about = [number]
            if first := began(told.facts[OTHERS], state):
                reports.setdefault(state, first)
            told.facts.setdefault(number, of_all(told.facts[OTHERS], reports))
        else:
            about = whom(one, told, many)
        for child in about:
            told.facts[child].append(one)
        told.about[one["version"]] = about
    return told


def another(one: Fact, told: Told, many: int) -> str | None:
    """Return in which state a fact without a name finds one child more, while one not named is in it already."""
    for state in ("missing", "detained"):
        those = [child for child in told.not_named() if since(told.facts[child], state) is not None]
        if those and one["kind"] in BEGIN[state] and 1 + len(told.numbers) < many:
            return state
    return None


def began(theirs: Sequence[Fact], state: str) -> int:
    """Return the version of the fact by which they last came into a state; 0 if none did."""
    found = 0
    for place, one in enumerate(theirs):
        if one.get("kind") in BEGIN[state] and since(theirs[:place], state) is None and is_action(one):
            found = one["version"]
    return found


def of_all(theirs: Sequence[Fact], reports: dict[str, int]) -> list[Fact]:
    """Return what is told of all: in a matter in which somebody came beside, what is before its first report."""
    found = []
    versions = [one["version"] for one in theirs]
    for place, one in enumerate(theirs):
        alone = {
            kind
            for state, version in reports.items()
            if version in versions[: place + 1]
            for kind in MATTER[state]
        }
        if not (is_action(one) and one["kind"] in alone):
            found.append(one)
    return found


def whom(one: Fact, told: Told, many: int) -> list[int]:
    """Return whom a fact without a name is about: who is so that it makes sense, else all."""
    so = WHO_ARE.get(one.get("kind", "")) if is_action(one) else None
    left = not told.nobody_is_left(many)
    so_since = {child: since(theirs, so) for child, theirs in told.facts.items()} if so else {}
    those = {child: at for child, at in so_since.items() if at is not None and (left or child != OTHERS)}
    nameless = [(those[child], place, child) for place, child in enumerate(told.not_named()) if child in those]
    if nameless and len(told.not_named()) > 1:
        return [min(nameless)[2]]
    if so == "returned" and not those and len(told.not_named()) > 1:
        gone = [(since(told.facts[child], "missing"), child) for child in told.not_named()]
        lost = [(at, place, child) for place, (at, child) in enumerate(gone) if at is not None]
        if lost:
            return [child for at, child in gone if at is None][:1] or [min(lost)[2]]
    if those and not left:
        return [*those, OTHERS]
    return list(those or told.facts)


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
    if kinds & ABOUT_A_CHILD and first_named(facts):
        return histories(facts)
    if any(one["kind"] in kinds for one in naming):
        return histories(facts)
    return {0: facts}
