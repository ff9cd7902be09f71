"""The Merkle tree of RFC 9162: its hashes, two proofs checked, and a tree grown from all its leaves."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from longcase_verify.problems import NotProved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EMPTY = sha256().digest()
"""The root of a tree without leaves."""

WIDTH = 256
"""How many hashes a tile has, one row of the tree over eight (C2SP tlog-tiles)."""


def leaf_hash(text: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + text).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two others."""
    return sha256(b"\1" + left + right).digest()


def over(row: Sequence[bytes]) -> bytes:
    """Return the root over hashes whose number is a power of two."""
    while len(row) > 1:
        row = [sha256(b"\1" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that a leaf is in a tree, by the steps of RFC 9162, 2.1.3.2. Raises ``NotProved``."""
    if not 0 <= index < size:
        raise NotProved(f"a tree of {size} entries has none at index {index}")
    _whole_hashes([leaf, root, *proof])
    here, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotProved("the proof is longer than the tree is high")
        if here & 1 or here == last:
            digest = node_hash(sibling, digest)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        here, last = here >> 1, last >> 1
    if last or digest != root:
        raise NotProved("the proof does not lead to the signed root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that a tree goes on from an older one, by the steps of RFC 9162, 2.1.4.2. Raises ``NotProved``.

    From a tree of no entries there is nothing to prove, and whoever asks says so before.
    """
    if not 1 <= old <= new:
        raise NotProved(f"a tree of {new} entries does not go on from one of {old}")
    if old == new:
        if proof or old_root != new_root:
            raise NotProved("two trees of one size are the same tree, and need no proof")
        return
    _whole_hashes([old_root, new_root, *proof])
    before, after = _replayed(old, new, old_root, proof)
    if before != old_root or after != new_root:
        raise NotProved("the proof does not lead from the old root to the new one")


def _replayed(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the old and the new root to which a proof leads."""
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise NotProved("the proof is empty")
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise NotProved("the proof is longer than the tree is high")
        if here & 1 or here == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise NotProved("the proof is shorter than the tree is high")
    return before, after


def _whole_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != len(EMPTY) for one in hashes):
        raise NotProved("a hash has 32 bytes")


class GrownTree:
    """A tree over all its leaves, of which it holds no more than 256 hashes for each eight levels.

    ``on_tile(level, number, hashes)`` is called with each tile as soon as it is full.
    """

    def __init__(self, on_tile: Callable[[int, int, Sequence[bytes]], None]) -> None:
        """Begin with no leaves."""
        self._on_tile = on_tile
        self._rows: list[list[bytes]] = [[]]
        self.size = 0

    def add(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes: as many as the tile that is being filled has space for, at most."""
        self.size += len(leaves)
        self._rows[0].extend(leaves)
        level = 0
        while len(self._rows[level]) == WIDTH:
            row = self._rows[level]
            self._on_tile(level, (self.size >> (8 * level + 8)) - 1, row)
            self._rows[level] = []
            level += 1
            if level == len(self._rows):
                self._rows.append([])
            self._rows[level].append(over(row))

    def root(self) -> bytes:
        """Return the root of the tree as it is."""
        peaks = [peak for row in reversed(self._rows) for peak in _peaks(row)]
        if not peaks:
            return EMPTY
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root

    def finish(self) -> None:
        """Hand over the tiles that are not full."""
        for level, row in enumerate(self._rows):
            if row:
                self._on_tile(level, self.size >> (8 * level + 8), row)


def _peaks(row: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the whole subtrees that a row consists of, the largest first."""
    found, at = [], 0
    while at < len(row):
        width = 1 << (len(row) - at).bit_length() - 1
        found.append(over(row[at : at + width]))
        at += width
    return found


def tile_name(level: int | str, number: int, width: int) -> str:
    """Return where a tile lies, or with the level ``entries`` its leaves (C2SP tlog-tiles)."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + ("" if width == WIDTH else f".p/{width}")


def tile_names(size: int) -> set[str]:
    """Return the names of all tiles and of all bundles of leaves of a tree of ``size`` leaves."""
    names, level = set(), 0
    while nodes := size >> (8 * level):
        for first in range(0, nodes, WIDTH):
            names.add(tile_name(level, first // WIDTH, min(WIDTH, nodes - first)))
            if level == 0:
                names.add(tile_name("entries", first // WIDTH, min(WIDTH, nodes - first)))
        level += 1
    return names
