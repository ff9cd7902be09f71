"""The tree of a ledger: laws of what is kept of it, and the levels that only large ledgers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.identity import case_stream
from ledger.entry import leaf_hash
from ledger.postgresql.recorder import PostgresRecorder
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.tree import Kept, LedgerTree, StoredNode, grown
from tests.clock import Clock
from tests.ledger.contract import assert_tree, nodes, rows
from transparency.tree import (
    Frontier,
    NodeId,
    TreeHead,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGE = (1 << 16) + 700
"""So many leaves that two levels are kept above them."""


def leaf(number: int) -> bytes:
    """Return a leaf that is no other's."""
    return number.to_bytes(32, "big")


LEAVES = [leaf(number) for number in range(LARGE)]
ALL = {node.place: node.digest for node in Frontier().with_leaves(LEAVES)[1]}
"""Every node of the tree over them, by the frontier, which keeps no table."""


@given(st.lists(st.integers(0, LARGE) | st.integers(0, 600), max_size=12))
@settings(max_examples=60)
def test_what_is_kept_is_every_eighth_level_whatever_comes_together(sizes: list[int]) -> None:
    """Each node once, the next of its level, as soon as its subtree is whole, and never another one."""
    kept: dict[tuple[int, int], bytes] = {}

    def there(stretch: Kept) -> Sequence[bytes]:
        assert stretch.end - stretch.start < 256
        if stretch.level == 0:
            return LEAVES[stretch.start : stretch.end]
        return [kept[stretch.level, number] for number in range(stretch.start, stretch.end)]

    size = 0
    for after in sorted(sizes):
        for level, number, node in grown(size, LEAVES[size:after], there):
            assert (level, number) not in kept
            assert number == sum(1 for other, _ in kept if other == level)
            kept[level, number] = node
        size = after
        assert len(kept) == (size >> 8) + (size >> 16)
    assert kept == {place: ALL[NodeId(*place)] for place in kept}


@given(st.lists(st.integers(0, 300), max_size=5))
@settings(max_examples=25, deadline=None)
def test_the_tree_of_a_store_is_the_naive_one_at_every_size(counts: list[int]) -> None:
    """However many entries came together."""
    recorder = SQLiteRecorder.in_memory(Clock())
    for number, count in enumerate(counts):
        recorder.insert_events(rows(case_stream(f"batch {number}"), count))
    total = sum(counts)
    assert_tree(recorder, {total, *range(1, total + 1, max(1, total // 9))})
    recorder.close()


@pytest.fixture
def in_memory() -> Iterator[SQLiteRecorder]:
    recorder = SQLiteRecorder.in_memory(Clock())
    yield recorder
    recorder.close()


@pytest.fixture
def on_server(story_url: str) -> Iterator[PostgresRecorder]:
    recorder = PostgresRecorder.open(story_url, Clock())
    yield recorder
    recorder.close()


@pytest.mark.parametrize("engine", ["in_memory", "on_server"])
def test_a_large_ledger_keeps_a_second_level(engine: str, request: pytest.FixtureRequest) -> None:
    """Its nodes are those of the frontier over its leaves, and proofs across both levels hold."""
    recorder = request.getfixturevalue(engine)
    with recorder.transaction():
        for number in range(LARGE // 1_000 + 1):
            recorder.append(rows(case_stream(f"case {number}"), min(1_000, LARGE - 1_000 * number)))
    there: list[bytes] = [row[0] for row in recorder.rows("SELECT leaf FROM entry ORDER BY position")]
    frontier, every = Frontier().with_leaves(there)
    digests = {node.place: node.digest for node in every}
    wanted = sorted((*place, digest) for place, digest in digests.items() if place.level in {8, 16})
    assert nodes(recorder) == [StoredNode(*one) for one in wanted]
    tree = LedgerTree(recorder)
    places = [NodeId(3, 8_191), NodeId(11, 30), NodeId(16, 0), NodeId(0, LARGE - 1), NodeId(9, 127)]
    assert tree.read(places) == [digests[place] for place in places]
    last: Any = recorder.select_notifications(LARGE, 1)[0]
    head = TreeHead(LARGE, frontier.root)
    check_inclusion(leaf_hash(last), LARGE - 1, head, inclusion_proof(tree, LARGE - 1, LARGE))
    check_inclusion(there[300], 300, head, inclusion_proof(tree, 300, LARGE))
    older = TreeHead(65_000, Frontier().with_leaves(there[:65_000])[0].root)
    check_consistency(older, head, consistency_proof(tree, 65_000, LARGE))
