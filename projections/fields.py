"""Items under the names of the contract: which fields there are, in which order, and how they are copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Item = dict[str, Any]
"""What a view shows of one thing: plain values under the contract's names, instants in microseconds UTC."""


def fields(names: str) -> tuple[str, ...]:
    """Return the names in a text, in their order."""
    return tuple(names.split())


def copied(source: object, names: Iterable[str]) -> Item:
    """Return the attributes of ``source`` that have these names, under them."""
    return {name: getattr(source, name) for name in names}
