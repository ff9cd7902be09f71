"""The kinds of action, categories and relations of cases: data, so that a force adds its own without code."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from domain.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of action: its title and whether it counts as activity."""

    title: str
    counts: bool = True


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category of case: its title. Which accreditation its owner needs stands in the rulebook."""

    title: str


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a case is related to another: its title, and how the other is related to it where that differs."""

    title: str
    inverse: str | None = None


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All kinds, categories and relations in force."""

    kinds: dict[str, Kind] = {}
    categories: dict[str, Category] = {}
    relations: dict[str, Relation] = {}

    def kind(self, name: str) -> Kind:
        """Return the kind of that name; raise ``Refused`` with the nearest names if there is none."""
        return _named(self.kinds, name, "kind of action")

    def category(self, name: str) -> Category:
        """Return the category of that name; raise ``Refused`` with the nearest names if there is none."""
        return _named(self.categories, name, "category")

    def relation(self, name: str) -> Relation:
        """Return the relation of that name; raise ``Refused`` with the nearest names if there is none."""
        return _named(self.relations, name, "relation")

    def inverse(self, name: str) -> str:
        """Return how the other case is related to this one; a relation of no vocabulary is its own inverse."""
        found = self.relations.get(name)
        return name if found is None else found.inverse or name


def _named(known: Mapping[str, T], name: str, what: str) -> T:
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3) or sorted(known)
    raise Refused(f"there is no {what} {name!r}", hints=(f"did you mean: {', '.join(near)}",))


def read(text: str, name: str) -> Vocabulary:
    """Return the vocabulary of a TOML text; raise ``UsageProblem``, naming ``name``, if it is none."""
    from domain.toml import loads

    try:
        return msgspec.convert(loads(text), Vocabulary)
    except ValueError as error:  # ill-formed, out of bounds, or of another shape
        raise UsageProblem(f"{name} is no vocabulary: {error}") from error


def joined(first: Vocabulary, second: Vocabulary) -> Vocabulary:
    """Return both together; where both name something, the second one's meaning holds."""
    return Vocabulary(
        {**first.kinds, **second.kinds},
        {**first.categories, **second.categories},
        {**first.relations, **second.relations},
    )


def check_inverses(words: Vocabulary, name: str) -> None:
    """Raise ``UsageProblem``, naming ``name``, unless each relation is the inverse of its inverse."""
    for one in words.relations:
        other = words.inverse(one)
        if other not in words.relations or words.inverse(other) != one:
            hint = f'[relations.{other}] needs a title and inverse = "{one}"'
            why = f"{name}: relation {one} has the inverse {other}, whose inverse it is not"
            raise UsageProblem(why, hints=(hint,))
