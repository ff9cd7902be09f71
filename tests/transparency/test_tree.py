"""The tree: what it gives is what RFC 9162 says, for every leaf and every size, and nothing else is taken."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency import naive_tree
from tests.transparency.logs import Nodes, nodes_of, small_log
from transparency.encoding import MOST_HASHES
from transparency.errors import NotVerified
from transparency.tree import (
    EMPTY_ROOT,
    Frontier,
    NodeId,
    TreeHead,
    check_consistency,
    check_inclusion,
    consistency_proof,
    frontier_at,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 40
LOG = small_log(300)


def test_known_answers() -> None:
    """The roots over the leaves 'leaf 0', 'leaf 1', ... are these for ever."""
    roots = {size: root_at(LOG.nodes, size).hex() for size in (0, 1, 2, 7, 256)}
    assert roots == {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "30e7ae800dede55dce8f47d2cbf1651934297739e399eb0b691ec8dfe036d86d",
        2: "7f51487b03e235e842946253ed1d43616f8deda1e18ef11a78e0f82450c48d5b",
        7: "954ce981bb39ce58395a3f598f582cdb439fe0bcf3179e01751dd8450d1e0622",
        256: "c98210d1704e1416ee4be4d60baf5b4680e3da1fccc4397aa062864f0fb4ed84",
    }


@pytest.mark.parametrize("size", [*range(MOST), 63, 64, 65, 255, 256, 257])
def test_the_root_is_that_of_the_recursion(size: int) -> None:
    """The root at a size is that over its leaves alone, from the nodes of a larger tree too."""
    assert root_at(LOG.nodes, size) == naive_tree.root(LOG.leaves[:size])
    assert frontier_at(LOG.nodes, size) == Frontier().with_leaves(map(leaf_hash, LOG.leaves[:size]))[0]


@pytest.mark.parametrize("size", [*range(1, MOST), 255, 256, 257])
def test_every_leaf_has_the_proof_of_the_recursion(size: int) -> None:
    """The proof of every leaf is as the text says it, and holds for that leaf alone."""
    head = LOG.head(size)
    for index, leaf in enumerate(LOG.leaves[:size]):
        proof = inclusion_proof(LOG.nodes, index, size)
        assert list(proof) == naive_tree.inclusion(index, LOG.leaves[:size])
        check_inclusion(leaf_hash(leaf), index, head, proof)


@pytest.mark.parametrize("size", [*range(1, MOST), 256])
def test_every_older_size_has_the_proof_of_the_recursion(size: int) -> None:
    """The proof from every older size is as the text says it, and holds."""
    for old in range(1, size + 1):
        proof = consistency_proof(LOG.nodes, old, size)
        assert list(proof) == naive_tree.consistency(old, LOG.leaves[:size])
        check_consistency(LOG.head(old), LOG.head(size), proof)


batches = st.lists(st.lists(st.binary(max_size=3), max_size=9), max_size=9)


@given(batches)
def test_leaves_may_be_added_in_any_batches(added: list[list[bytes]]) -> None:
    """Frontier and nodes are the same however the leaves come, and an older frontier stays what it was."""
    leaves = [leaf for batch in added for leaf in batch]
    frontiers, nodes = [Frontier()], Nodes()
    for batch in added:
        frontier, new = frontiers[-1].with_leaves(map(leaf_hash, batch))
        assert nodes.keys().isdisjoint(node.place for node in new)
        nodes.update(new)
        frontiers.append(frontier)
    assert frontiers[-1].root == naive_tree.root(leaves)
    assert nodes == nodes_of(leaves)
    for before, after in pairwise(frontiers):
        assert before.root == naive_tree.root(leaves[: before.size])
        assert before.size <= after.size


@given(batches)
def test_nodes_are_the_whole_subtrees(added: list[list[bytes]]) -> None:
    """Every subtree that is whole has its node, and no other has."""
    leaves = [leaf for batch in added for leaf in batch]
    whole = {
        NodeId(level, number): naive_tree.root(leaves[number << level : (number + 1) << level])
        for level in range(len(leaves).bit_length())
        for number in range(len(leaves) >> level)
    }
    assert nodes_of(leaves) == whole


def altered(data: bytes, at: int, bits: int) -> bytes:
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]


def altered_proof(proof: Sequence[bytes], at: int, bits: int) -> list[bytes]:
    joined = altered(b"".join(proof), at, bits)
    return [joined[start : start + 32] for start in range(0, len(joined), 32)]


def test_no_byte_of_an_inclusion_proof_can_be_another() -> None:
    """A proof in which one byte of the leaf, the path or the root is another is refused."""
    leaf, head, proof = leaf_hash(LOG.leaves[5]), LOG.head(13), inclusion_proof(LOG.nodes, 5, 13)
    for at in range(32):
        refused_inclusion(altered(leaf, at, 1), 5, head, proof)
        refused_inclusion(leaf, 5, head._replace(root=altered(head.root, at, 0x80)), proof)
    for at in range(32 * len(proof)):
        refused_inclusion(leaf, 5, head, altered_proof(proof, at, 0x10))


def test_no_byte_of_a_consistency_proof_can_be_another() -> None:
    """A proof in which one byte of a root or the path is another is refused, from every older size."""
    new = LOG.head(13)
    for size in range(1, 13):
        old, proof = LOG.head(size), consistency_proof(LOG.nodes, size, 13)
        for at in range(32):
            refused_consistency(old._replace(root=altered(old.root, at, 1)), new, proof)
            refused_consistency(old, new._replace(root=altered(new.root, at, 1)), proof)
        for at in range(32 * len(proof)):
            refused_consistency(old, new, altered_proof(proof, at, 0x10))


@given(st.data())
def test_a_proof_holds_for_nothing_else(data: st.DataObject) -> None:
    """It shows no other leaf, no other index, and no other tree; nor does one with a hash more or less."""
    size = data.draw(st.integers(2, len(LOG.leaves)))
    index, other = data.draw(st.permutations(range(min(size, 50))))[:2] if size < 50 else (size - 1, size // 3)
    leaf, head, proof = leaf_hash(LOG.leaves[index]), LOG.head(size), inclusion_proof(LOG.nodes, index, size)
    refused_inclusion(leaf, other, head, proof)
    refused_inclusion(leaf_hash(LOG.leaves[other]), index, head, proof)
    refused_inclusion(leaf, index, LOG.head(size - 1), proof)
    refused_inclusion(leaf, index, head, proof[:-1])
    refused_inclusion(leaf, index, head, [*proof, leaf])
    refused_inclusion(leaf, index, head, [proof[0] + b"".join(proof[1:2]), *proof[2:]] if proof[1:] else [])
    refused_consistency(
        LOG.head(other + 1)._replace(root=leaf), head, consistency_proof(LOG.nodes, other + 1, size)
    )


def refused_inclusion(leaf: bytes, index: int, head: TreeHead, proof: Sequence[bytes]) -> None:
    with pytest.raises(NotVerified):
        check_inclusion(leaf, index, head, proof)


def refused_consistency(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    with pytest.raises(NotVerified):
        check_consistency(old, new, proof)


def test_hashes_that_are_run_together_are_no_hash() -> None:
    """Two hashes of 31 and 33 bytes hash as two of 32 would, and are refused."""
    left, right = leaf_hash(LOG.leaves[0]), leaf_hash(LOG.leaves[1])
    head = TreeHead(2, node_hash(left, right))
    moved = left + right[:1], right[1:]
    assert node_hash(*moved) == head.root
    refused_inclusion(moved[0], 0, head, [moved[1]])
    refused_inclusion(left[:31], 0, head, [left[31:] + right])


def test_a_longer_hash_is_none_in_a_consistency_proof() -> None:
    """What hashes to the same root from a node of another length is refused."""
    old, new = LOG.head(2), LOG.head(4)
    (right,) = consistency_proof(LOG.nodes, 2, 4)
    moved = TreeHead(2, old.root + right[:1])
    assert node_hash(moved.root, right[1:]) == new.root
    refused_consistency(moved, new, [right[1:]])


def test_what_is_not_there_has_no_proof() -> None:
    """There is no leaf after the last, and no tree goes on from a larger one."""
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="has none"):
            inclusion_proof(LOG.nodes, index, size)
        refused_inclusion(leaf_hash(b""), index, LOG.head(size), [])
    with pytest.raises(ValueError, match="does not go on"):
        consistency_proof(LOG.nodes, 4, 3)
    refused_consistency(LOG.head(4), LOG.head(3), [])


def test_every_tree_goes_on_from_none() -> None:
    """From a tree without leaves the proof is empty, and shows nothing."""
    assert consistency_proof(LOG.nodes, 0, 3) == ()
    refused_consistency(TreeHead(0, EMPTY_ROOT), LOG.head(3), [])


class SameLeaves:
    """The nodes of a tree of any size whose leaves are all the same."""

    def read(self, places: Sequence[NodeId]) -> list[bytes]:
        return [self.node(place.level) for place in places]

    def node(self, level: int) -> bytes:
        digest = leaf_hash(b"same")
        for _ in range(level):
            digest = node_hash(digest, digest)
        return digest


@given(st.integers(1, 2**62), st.data())
def test_the_largest_trees_have_short_proofs(size: int, data: st.DataObject) -> None:
    """In a tree of up to 2**62 leaves every proof holds, and has 63 hashes at most."""
    nodes = SameLeaves()
    head = TreeHead(size, root_at(nodes, size))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    proof = inclusion_proof(nodes, index, size)
    check_inclusion(leaf_hash(b"same"), index, head, proof)
    grown = consistency_proof(nodes, old, size)
    check_consistency(TreeHead(old, root_at(nodes, old)), head, grown)
    assert max(len(proof), len(grown)) <= MOST_HASHES
