"""The Merkle tree over the leaves of the entries (RFC 9162): what is kept of it, and the rest worked out.

The leaf of the entry at position P is the tree's leaf number P - 1. A store keeps every eighth level, as far as
its subtrees are whole: the leaves themselves, with the entries; a node for each 256 of them; one for each 256 of
those. What lies between, and what is at the right edge, is worked out from 255 of them at most. See
docs/adr/0081.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.entry import HEIGHT
from transparency.tree import NodeId, node_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.reader import LedgerReader

_WIDTH: Final = 1 << HEIGHT
_LEAVES: Final = "SELECT leaf FROM entry WHERE position > ? AND position <= ? ORDER BY position"
_NODES: Final = "SELECT hash FROM node WHERE level = ? AND number >= ? AND number < ? ORDER BY number"


class MissingNode(LookupError):
    """A part of the tree that must be in the store is not there: the store is damaged."""


class StoredNode(NamedTuple):
    """A row of the table ``node``: which whole subtree, and its hash."""

    level: int
    number: int
    hash: bytes


class Kept(NamedTuple):
    """Nodes of one kept level that stand side by side: from ``start`` until before ``end``."""

    level: int
    start: int
    end: int


class LedgerTree:
    """Gives the nodes of the tree over a ledger, as ``transparency.tree.NodeReader`` asks for them."""

    def __init__(self, reader: LedgerReader) -> None:
        """Read through ``reader``."""
        self._reader = reader

    def size(self) -> int:
        """Return how many leaves the tree has now: the last position."""
        return self._reader.head()[0]

    def read(self, places: Sequence[NodeId]) -> list[bytes]:
        """Return the nodes at these places, of whole subtrees; raise ``MissingNode`` if one is not there.

        Those that lie in one stretch of 256 kept nodes are read together.
        """
        below = [_below(*place) for place in places]
        stretches: dict[tuple[int, int], Kept] = {}
        for one in below:
            key = (one.level, one.start >> HEIGHT)
            before = stretches.get(key, one)
            stretches[key] = Kept(one.level, min(before.start, one.start), max(before.end, one.end))
        found = {key: (stretch.start, self.kept(stretch)) for key, stretch in stretches.items()}
        return [_cut(one, *found[one.level, one.start >> HEIGHT]) for one in below]

    def kept(self, stretch: Kept) -> list[bytes]:
        """Return the nodes that are kept in a stretch, in order; raise ``MissingNode`` if one is not there."""
        level, start, end = stretch
        query, parameters = (_NODES, (level, start, end)) if level else (_LEAVES, (start, end))
        found = [row[0] for row in self._reader.rows(query, parameters)]
        if len(found) != end - start:
            what = (
                f"the nodes {start:,} to {end - 1:,} at level {level}" if level else f"the leaves up to {end:,}"
            )
            raise MissingNode(f"of the tree {what} are not all there: the store is damaged")
        return found


def _below(level: int, number: int) -> Kept:
    """Return the kept nodes that a node is worked out from; they lie in one stretch of 256."""
    within = level % HEIGHT
    return Kept(level - within, number << within, (number + 1) << within)


def _cut(one: Kept, start: int, nodes: list[bytes]) -> bytes:
    return node_over(nodes[one.start - start : one.end - start])


def grown(before: int, leaves: Sequence[bytes], kept: Callable[[Kept], Sequence[bytes]]) -> Iterator[StoredNode]:
    """Yield the nodes that became whole when ``leaves`` were added to a tree of ``before``, the lowest first.

    ``kept`` returns what was there before of a stretch: 255 leaves, or nodes of one level, at most.
    """
    level, new = 0, list(leaves)
    while before >> HEIGHT != (before + len(new)) >> HEIGHT:
        start = before & -_WIDTH
        nodes = [*kept(Kept(level, start, before)), *new] if start != before else new
        level, before = level + HEIGHT, before >> HEIGHT
        new = [node_over(nodes[at : at + _WIDTH]) for at in range(0, len(nodes) - _WIDTH + 1, _WIDTH)]
        yield from (StoredNode(level, before + at, node) for at, node in enumerate(new))
