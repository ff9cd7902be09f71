"""Reading a store against signed roots: whatever was changed is told, and the first bad entry named if it can be.

The store is changed as somebody who may write to its tables would, from a single byte to a whole new history with
leaves and nodes that fit.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ledger.entry import leaf_hash
from ledger.integrity.signed_roots import SignedRoot, read_again
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.tree import LedgerTree, StoredNode, grown
from tests.ledger.contract import ONE, TWO, row
from transparency.tree import root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.integrity.signed_roots import ReadAgain

ENTRIES = 600
SIGNED = (0, 1, 100, 300, 512, ENTRIES)


class Signed(NamedTuple):
    """A store that anybody may change, and the roots that it had."""

    recorder: Any
    roots: list[SignedRoot]

    def do(self, statement: str, *parameters: Any) -> None:
        self.recorder.connection.execute(statement, parameters)

    def read(self) -> ReadAgain:
        return read_again(self.recorder, self.roots)

    def failed(self) -> list[int]:
        return sorted(one.size for one in self.read().failed)

    def row(self, position: int) -> list[Any]:
        return list(self.recorder.rows("SELECT * FROM entry WHERE position = ?", (position,))[0])

    def replace(self, position: int, **values: Any) -> None:
        """Change an entry, and nothing else that would have to fit."""
        for name, value in values.items():
            self.do(f"UPDATE entry SET {name} = ? WHERE position = ?", value, position)

    def fit_leaves(self) -> None:
        """Work out every leaf anew."""
        for found in self.recorder.rows("SELECT * FROM entry ORDER BY position"):
            self.do("UPDATE entry SET leaf = ? WHERE position = ?", leaf_hash(found), found[0])

    def fit_all(self) -> None:
        """Work out every leaf and every node anew: the store is whole by itself."""
        self.fit_leaves()
        self.do("DELETE FROM node")
        leaves = [found[0] for found in self.recorder.rows("SELECT leaf FROM entry ORDER BY position")]
        for node in grown(0, leaves, lambda _: []):
            self.do("INSERT INTO node VALUES (?, ?, ?)", *node)

    def number_anew(self) -> None:
        """Close the gaps between positions, and between versions."""
        rows = self.recorder.rows("SELECT position, stream FROM entry ORDER BY position")
        versions: dict[bytes, int] = {}
        for at, (position, stream) in enumerate(rows, 1):
            versions[stream] = versions.get(stream, 0) + 1
            values = (at, versions[stream], position)
            self.do("UPDATE entry SET position = ?, version = ? WHERE position = ?", *values)


@pytest.fixture
def signed() -> Iterator[Signed]:
    recorder = SQLiteRecorder.in_memory(clock=iter(range(1, 1 << 40)).__next__)
    with closing(recorder):
        for number in range(ENTRIES):
            stream = (ONE, TWO)[number % 2]
            recorder.insert_events([row(stream, number // 2 + 1, payload=b'{"n":%d}' % number)])
        tree = LedgerTree(recorder)
        roots = [SignedRoot(f"checkpoint of {size}", size, root_at(tree, size)) for size in SIGNED]
        for name, kind in recorder.rows("SELECT name, type FROM sqlite_schema WHERE type = 'trigger'"):
            recorder.connection.execute(f"DROP {kind} {name}")
        yield Signed(recorder, roots)


def test_a_store_as_it_was_signed(signed: Signed) -> None:
    """Nothing is found, and the root is that of the tree; what was added since changes nothing."""
    found = signed.read()
    assert found == (ENTRIES, signed.roots[-1].root, (), 0, frozenset())
    signed.recorder.insert_events([row(ONE, ENTRIES // 2 + 1)])
    assert signed.read()[2:] == ((), 0, frozenset())


CHANGED: dict[str, Callable[[Signed], None]] = {
    "payload": lambda one: one.replace(301, payload=b'{"n":0}'),
    "header": lambda one: one.replace(301, actor="PS 0099"),
    "time": lambda one: one.replace(301, occurred_at=7),
    "salt": lambda one: one.replace(301, salt=bytes(32)),
    "leaf": lambda one: one.replace(301, leaf=bytes(32)),
    "case": lambda one: one.replace(301, stream=bytes(16), version=1),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_what_was_changed_in_an_entry(signed: Signed, kind: str) -> None:
    """The entry is named, with its case; the roots that were signed after it fail, and those before do not."""
    CHANGED[kind](signed)
    first = signed.read().defects[0]
    assert (first.kind, first.first, first.last) == ("entry", 301, 301)
    assert first.version is not None
    assert signed.failed() == ([] if kind == "leaf" else [512, ENTRIES])


@pytest.mark.parametrize("kind", sorted(CHANGED.keys() - {"leaf", "case"}))
def test_a_leaf_that_was_made_to_fit(signed: Signed, kind: str) -> None:
    """The tree that is kept has another node: the stretch of 256 is named, from the last root that holds."""
    CHANGED[kind](signed)
    signed.fit_leaves()
    (found,) = signed.read().defects
    assert (found.kind, found.first, found.last) == ("node", 301, 512)
    assert "another node" in found.reason
    assert signed.failed() == [512, ENTRIES]


@pytest.mark.parametrize("kind", sorted(CHANGED.keys() - {"leaf", "case"}))
def test_everything_that_was_made_to_fit(signed: Signed, kind: str) -> None:
    """Only the signed roots tell: it is between the last that holds and the first that does not."""
    CHANGED[kind](signed)
    signed.fit_all()
    found = signed.read().defects
    assert [(one.kind, one.first, one.last) for one in found] == [("root", 301, 512)]
    assert "cannot be told from the store (checkpoint of 512)" in found[0].reason
    assert signed.failed() == [512, ENTRIES]
    assert read_again(signed.recorder, []).defects == ()


def test_an_entry_that_is_gone(signed: Signed) -> None:
    """The gap is named, and no root after it can be had."""
    signed.do("DELETE FROM entry WHERE position IN (301, 302)")
    found = signed.read()
    first = found.defects[0]
    assert (first.kind, first.first, first.last) == ("missing", 301, 302)
    assert found.root is None
    assert signed.failed() == [512, ENTRIES]


def test_a_gap_wider_than_a_portion_is_read_past(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies after it is looked at too."""
    from ledger.integrity import tally

    monkeypatch.setattr(tally, "MANY", 50)
    signed.do("DELETE FROM entry WHERE position BETWEEN 101 AND 400")
    signed.replace(500, payload=b"{}")
    kinds = {one.kind: (one.first, one.last) for one in signed.read().defects if one.kind != "version"}
    assert kinds == {"missing": (101, 400), "entry": (500, 500)}


@pytest.mark.parametrize("count", [1, 10, ENTRIES])
def test_the_last_entries_are_gone(signed: Signed, count: int) -> None:
    """A signed root says that there were more; without one nothing is amiss."""
    signed.do("DELETE FROM entry WHERE position > ?", ENTRIES - count)
    signed.do("DELETE FROM node WHERE number >= ?", (ENTRIES - count) >> 8)
    found = signed.read()
    assert (found.defects[-1].kind, found.defects[-1].first) == ("short", ENTRIES - count + 1)
    assert ENTRIES in signed.failed()
    assert read_again(signed.recorder, []).defects == ()


def test_an_entry_that_is_gone_and_the_rest_moved_up(signed: Signed) -> None:
    """Positions and versions run on, and all fits: only the signed roots tell."""
    signed.do("DELETE FROM entry WHERE position = 301")
    signed.number_anew()
    signed.fit_all()
    found = signed.read().defects
    assert [(one.kind, one.first) for one in found] == [("root", 301), ("short", ENTRIES)]
    assert read_again(signed.recorder, []).defects == ()


def test_an_entry_that_was_put_in_between(signed: Signed) -> None:
    """Dated back, with everything after it moved down."""
    signed.do("UPDATE entry SET position = -position WHERE position > 300")
    signed.do("UPDATE entry SET position = 1 - position WHERE position < 0")
    new = [301, bytes(16), 1, "case.reopened", 1, "PS 1", "", 0, 301, bytes(16), bytes(32), bytes(32), b"{}"]
    signed.do(f"INSERT INTO entry VALUES ({', '.join('?' * 13)})", *new)
    signed.fit_all()
    assert signed.read().defects[0][:3] == ("root", 301, 512)


def test_two_entries_that_changed_places(signed: Signed) -> None:
    """Their leaves hold their positions: both are named."""
    for position, other in ((301, 0), (302, 301), (0, 302)):
        signed.do("UPDATE entry SET position = ? WHERE position = ?", other, position)
    found = signed.read().defects
    assert [(one.kind, one.first) for one in found if one.kind == "entry"] == [("entry", 301), ("entry", 302)]


def test_two_payloads_that_changed_places(signed: Signed) -> None:
    """With their salts."""
    one, other = signed.row(301), signed.row(303)
    signed.replace(301, salt=other[11], payload=other[12])
    signed.replace(303, salt=one[11], payload=one[12])
    assert [each.first for each in signed.read().defects] == [301, 303]


def test_an_order_that_cannot_be(signed: Signed) -> None:
    """A version that is not the next, and an entry recorded before the one in front, though all else fits."""
    signed.replace(301, recorded_at=1)
    signed.replace(400, version=1_000)
    signed.fit_all()
    kinds = [(one.kind, one.first) for one in signed.read().defects if one.kind != "root"]
    assert kinds == [("order", 301), ("version", 400), ("version", 402)]


def test_what_no_ledger_could_hold(signed: Signed) -> None:
    """A field of another type or length, and a header that is no text, are named like any other change."""
    signed.do("PRAGMA ignore_check_constraints = ON")
    signed.replace(301, salt=b"short")
    signed.replace(400, topic="a\nb")
    assert [(one.kind, one.first) for one in signed.read().defects] == [("entry", 301), ("entry", 400)]


def test_a_node_that_is_gone_or_another(signed: Signed) -> None:
    """The entries are as they were signed, and the tree that is kept is not over them."""
    signed.do("DELETE FROM node WHERE number = 0")
    signed.do("UPDATE node SET hash = zeroblob(32) WHERE number = 1")
    found = signed.read()
    assert [(one.kind, one.first, one.last) for one in found.defects] == [("node", 1, 256), ("node", 257, 512)]
    assert not found.failed


def test_more_defects_than_are_named(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further ones are counted."""
    from ledger.integrity import signed_roots

    monkeypatch.setattr(signed_roots, "MOST_DEFECTS", 5)
    signed.do("UPDATE entry SET payload = zeroblob(1) WHERE position > 100")
    found = signed.read()
    assert len(found.defects) == 5
    assert found.total >= ENTRIES - 100


def test_two_roots_of_one_size(signed: Signed) -> None:
    """A fork of a checkpoint that holds is a root that was never the store's."""
    fork = SignedRoot("a fork", 300, bytes(32))
    found = read_again(signed.recorder, [*signed.roots, fork])
    assert found.failed == {fork}
    assert [(one.kind, one.first) for one in found.defects] == [("fork", 0)]


@pytest.mark.parametrize("resigned", [SIGNED, SIGNED[:-1], (200, 400, ENTRIES)])
def test_what_was_signed_anew_says_nothing_against_what_is_kept_outside(
    signed: Signed, resigned: tuple[int, ...]
) -> None:
    """Whoever has the log's keys can sign any store: the stretch is told from the checkpoints outside alone."""
    outside = [one._replace(outside=True) for one in (signed.roots[2], signed.roots[-1])]
    signed.replace(outside[0].size + 1, payload=b'{"n":0}')
    signed.fit_all()
    tree = LedgerTree(signed.recorder)
    own = [SignedRoot(f"in the store, {size}", size, root_at(tree, size)) for size in resigned]
    found = read_again(signed.recorder, [*own, *outside])
    assert found.failed == {outside[-1]}
    assert [(one.kind, one.first, one.last) for one in found.defects] == [("root", outside[0].size + 1, ENTRIES)]
    assert ("two histories" in found.defects[0].reason) is (ENTRIES in resigned)


def test_the_rows_of_the_tree_are_those_that_are_kept(signed: Signed) -> None:
    """What the test works out anew is what the store has: else nothing here would be shown."""
    kept = [StoredNode(*found) for found in signed.recorder.rows("SELECT level, number, hash FROM node")]
    signed.fit_all()
    assert kept == [StoredNode(*found) for found in signed.recorder.rows("SELECT level, number, hash FROM node")]
