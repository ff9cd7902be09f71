"""What flags are called, and what of them may be told to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.restrictions import WITHHELD
from domain.event import CLOCK_CONFIRMED

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDLESS = frozenset(
    {
        "actor-absent",
        "actor-left",
        "actor-not-enrolled",
        "after-resolution",
        "child-detained",
        "child-missing",
        CLOCK_CONFIRMED,
        "corrected",
        "corrected-by-another",
        "deputy-absent",
        "former-owner",
        "ground-amended",
        "late",
        "no-reason",
        "not-by-the-inspectorate",
        "owner-absent",
        "owner-left",
        "owner-not-enrolled",
        "owner-unaccredited",
        "paused-by-owner",
        "retracted",
        "role-of-another-side",
        "warrant-lapsed",
    }
)
"""The flags that are no more than a name; an import brings others, as the file has them."""

_WORDY = frozenset({"forbidden", "unfounded"})
"""The flags that say why, and so may name what the case is about."""

NAMES = _WORDLESS | _WORDY
"""What flags are called; those that say why have that behind a colon."""

OF_REGISTER = frozenset(
    name
    for name in _WORDLESS
    if name.startswith(("actor-", "deputy-", "owner-")) or name == "role-of-another-side"
)
"""The flags that say what the register of officers said; of what an import brings it is not asked."""


def without_text(found: Iterable[str]) -> list[str]:
    """Return flags as those see them who may not read the case: by name alone, without a word of the case."""
    return [_without_text(flag) for flag in found]


def named(flag: str) -> str:
    """Return the name of a flag, without why."""
    return flag.partition(": ")[0]


def _without_text(flag: str) -> str:
    kind = named(flag)
    return flag if flag in _WORDLESS else f"{kind}: {WITHHELD}" if kind in _WORDY else WITHHELD
