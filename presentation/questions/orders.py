"""The order in which a list is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence


def order_of(text: str, allowed: Sequence[str]) -> tuple[str, bool]:
    """Return the field to sort by, and whether downwards, as a leading - says.

    Raises ``UsageProblem`` for a field that is not ``allowed``.
    """
    field = text.removeprefix("-")
    if field not in allowed:
        hint = f"sort by one of {', '.join(allowed)}; a leading - turns the order round"
        raise UsageProblem(f"--sort: {field!r} cannot be sorted by", hints=(hint,))
    return field, text.startswith("-")
