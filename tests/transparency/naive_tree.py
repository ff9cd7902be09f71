"""The tree of RFC 9162 as its text has it, by recursion over all leaves; it shares nothing with the package."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of section 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = largest_below(len(leaves))
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = largest_below(len(leaves))
    if index < split:
        return [*inclusion(index, leaves[:split]), root(leaves[split:])]
    return [*inclusion(index - split, leaves[split:]), root(leaves[:split])]


def consistency(old: int, leaves: Sequence[bytes], *, complete: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if old == len(leaves):
        return [] if complete else [root(leaves)]
    split = largest_below(len(leaves))
    if old <= split:
        return [*consistency(old, leaves[:split], complete=complete), root(leaves[split:])]
    return [*consistency(old - split, leaves[split:], complete=False), root(leaves[:split])]


def largest_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power
