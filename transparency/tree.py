"""The Merkle tree of RFC 9162: hashes, the frontier that leaves are added to, roots, proofs made and checked.

A node is the hash of a whole subtree: level 0 is the leaves, and node ``(level, number)`` stands over the leaves
from ``number * 2**level`` until before ``(number + 1) * 2**level``. Whole subtrees never change, so that nodes
are only ever added. Where they are kept is not known here: a ``NodeReader`` gives them.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from transparency.encoding import HASH_BYTES
from transparency.errors import NotVerified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""


class NodeId(NamedTuple):
    """Which whole subtree a node is the hash of."""

    level: int
    number: int


class TreeNode(NamedTuple):
    """The hash of a whole subtree, with its place."""

    place: NodeId
    digest: bytes


class NodeReader(Protocol):
    """Gives nodes from wherever they are kept: a table, tiles, memory."""

    def read(self, places: Sequence[NodeId]) -> Sequence[bytes]:
        """Return the nodes at these places, in this order; raises if one is not there."""
        ...


class TreeHead(NamedTuple):
    """How many leaves a tree has, and its root."""

    size: int
    root: bytes


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others (RFC 9162, section 2.1.1)."""
    return sha256(b"\1" + left + right).digest()


def node_over(nodes: Sequence[bytes]) -> bytes:
    """Return the hash of the whole subtree over nodes of one level, of which there are a power of two."""
    while len(nodes) > 1:
        pairs = iter(nodes)
        nodes = [node_hash(*pair) for pair in zip(pairs, pairs, strict=True)]
    return nodes[0]


class Frontier(NamedTuple):
    """All that is needed of a tree to add leaves to it: the roots of its whole subtrees, the largest first.

    It does not change: whoever adds leaves keeps the new one once they are stored, and the old one if not.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """Return the root of the tree as it is."""
        return _root_of(self.peaks)

    def with_leaves(self, leaves: Iterable[bytes]) -> tuple[Frontier, list[TreeNode]]:
        """Return the frontier after some leaf hashes, and every node that became whole, leaves included."""
        size, peaks = self.size, list(self.peaks)
        added: list[TreeNode] = []
        for leaf in leaves:
            level, index, digest = 0, size, leaf
            added.append(TreeNode(NodeId(level, index), digest))
            while index & 1:
                level, index, digest = level + 1, index >> 1, node_hash(peaks.pop(), digest)
                added.append(TreeNode(NodeId(level, index), digest))
            peaks.append(digest)
            size += 1
        return Frontier(size, tuple(peaks)), added


def frontier_at(reader: NodeReader, size: int) -> Frontier:
    """Read the frontier of a tree of ``size`` leaves from its nodes."""
    return Frontier(size, tuple(reader.read(list(_whole(0, size)))))


def root_at(reader: NodeReader, size: int) -> bytes:
    """Work out the root that the tree had when it had ``size`` leaves."""
    return frontier_at(reader, size).root


def inclusion_proof(reader: NodeReader, index: int, size: int) -> tuple[bytes, ...]:
    """Make the proof that a leaf is in the tree of ``size`` leaves, from its sibling up (RFC 9162, 2.1.3.1).

    Raises ``ValueError`` if there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    return _roots(reader, _beside_leaf(index, size))


def consistency_proof(reader: NodeReader, old: int, new: int) -> tuple[bytes, ...]:
    """Make the proof that the first ``old`` leaves of ``new`` are still the same (RFC 9162, 2.1.4.1).

    It is empty from a tree without leaves, which every tree goes on from. Raises ``ValueError`` if ``old`` is
    the larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not go on from one of {old}")
    return _roots(reader, _beside_tree(old, new) if old else [])


def check_inclusion(leaf: bytes, index: int, head: TreeHead, proof: Sequence[bytes]) -> None:
    """Check that a leaf, given by its hash, is at ``index`` in a tree (RFC 9162, 2.1.3.2).

    Raises ``NotVerified``.
    """
    if not 0 <= index < head.size:
        raise NotVerified(f"a tree of {head.size} leaves has none at {index}")
    _check_lengths([leaf, *proof])
    inner = (index ^ (head.size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count():
        raise NotVerified(f"the proof has {len(proof)} hashes, and not as many as it must have")
    if _climbed(leaf, index, inner, proof) != head.root:
        raise NotVerified("the proof does not lead to the root")


def check_consistency(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    """Check that a tree goes on from an older one that had leaves (RFC 9162, 2.1.4.2).

    From a tree without leaves there is nothing to prove, and whoever asks says so before. Raises ``NotVerified``.
    """
    if not 1 <= old.size <= new.size:
        raise NotVerified(f"a tree of {new.size} leaves cannot be proved to go on from one of {old.size}")
    if old.size == new.size:
        if proof or old.root != new.root:
            raise NotVerified("two trees of one size are the same tree, and need no proof")
        return
    _check_lengths(proof)
    if _both_roots(old, new.size, proof) != (old.root, new.root):
        raise NotVerified("the proof does not lead from the old root to the new one")


def _check_lengths(hashes: Sequence[bytes]) -> None:
    """Refuse hashes of another length: two that are run together could be read as two others."""
    if any(len(one) != HASH_BYTES for one in hashes):
        raise NotVerified(f"a hash has {HASH_BYTES} bytes")


def _climbed(digest: bytes, index: int, inner: int, proof: Sequence[bytes]) -> bytes:
    """Return the root above a node that has siblings on both sides for ``inner`` levels, then on the left."""
    for height, sibling in enumerate(proof):
        on_the_right = height < inner and not (index >> height) & 1
        digest = node_hash(digest, sibling) if on_the_right else node_hash(sibling, digest)
    return digest


def _both_roots(old: TreeHead, new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the old and of the new tree to which a proof leads."""
    level = (old.size & -old.size).bit_length() - 1
    whole = old.size == 1 << level
    first, path = (old.root, proof) if whole else (b"".join(proof[:1]), proof[1:])
    index = (old.size - 1) >> level
    inner = (index ^ ((new_size - 1) >> level)).bit_length()
    if len(path) != inner + (index >> inner).bit_count():
        raise NotVerified(f"the proof has {len(proof)} hashes, and not as many as it must have")
    before = first
    for height, sibling in enumerate(path):
        if height >= inner or (index >> height) & 1:
            before = node_hash(sibling, before)
    return before, _climbed(first, index, inner, path)


def _beside_leaf(index: int, size: int) -> list[range]:
    """Return the ranges of leaves whose roots prove one leaf, the smallest first."""
    start, end = 0, size
    beside: list[range] = []
    while end - start > 1:
        split = start + _largest_whole(end - start)
        if index < split:
            beside.append(range(split, end))
            end = split
        else:
            beside.append(range(start, split))
            start = split
    return beside[::-1]


def _beside_tree(old: int, new: int) -> list[range]:
    """Return the ranges of leaves whose roots prove that a tree goes on from its first ``old`` leaves."""
    start, end = 0, new
    beside: list[range] = []
    while old != end:
        split = start + _largest_whole(end - start)
        if old <= split:
            beside.append(range(split, end))
            end = split
        else:
            beside.append(range(start, split))
            start = split
    if start:
        beside.append(range(start, end))
    return beside[::-1]


def _largest_whole(count: int) -> int:
    """Return the largest power of two that is smaller than ``count``, which is over 1."""
    return 1 << ((count - 1).bit_length() - 1)


def _whole(start: int, end: int) -> Iterator[NodeId]:
    """Yield the whole subtrees that leaves from ``start`` until before ``end`` consist of, the largest first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield NodeId(level, start >> level)
        start += 1 << level


def _roots(reader: NodeReader, ranges: Sequence[range]) -> tuple[bytes, ...]:
    """Return the root over each range of leaves, from one reading of all the nodes needed."""
    places: list[NodeId] = []
    ends = [0]
    for leaves in ranges:
        places.extend(_whole(leaves.start, leaves.stop))
        ends.append(len(places))
    nodes = reader.read(places) if places else ()
    return tuple(_root_of(nodes[start:end]) for start, end in pairwise(ends))


def _root_of(peaks: Sequence[bytes]) -> bytes:
    """Return the root over subtrees that stand side by side, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root
