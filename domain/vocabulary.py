"""The kinds of action and the categories of case: data, so that a force adds its own without code."""

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


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All kinds and categories in force."""

    kinds: dict[str, Kind] = {}
    categories: dict[str, Category] = {}

    def kind(self, name: str) -> Kind:
        """Return the kind of that name; raise ``Refused`` with the nearest names if there is none."""
        return _named(self.kinds, name, "kind of action")

    def category(self, name: str) -> Category:
        """Return the category of that name; raise ``Refused`` with the nearest names if there is none."""
        return _named(self.categories, name, "category")


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
    return Vocabulary({**first.kinds, **second.kinds}, {**first.categories, **second.categories})
