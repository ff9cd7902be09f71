"""What Longcase needs of a recorder, whatever database is behind it: one suite that each of them must pass.

A subclass gives the fixture ``recorder``. Where another library's recorder differs, its subclass overrides
the test and asserts the difference, so that each one is known and stays known.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from domain.identity import case_stream
from ledger.entry import StoredEntry, leaf_text
from ledger.tree import LedgerTree, MissingNode
from tests.transparency import naive_tree
from transparency.tree import NodeId, consistency_proof, inclusion_proof, leaf_hash, root_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ONE, TWO = case_stream("one"), case_stream("two")
_numbers = iter(range(1, 1 << 60))


def row(
    stream: bytes,
    version: int,
    *,
    topic: str = "case.reopened",
    command: bytes | None = None,
    occurred_at: int | None = None,
    payload: bytes = b"{}",
) -> StoredEntry:
    """Return an entry to be stored, with a command id of its own unless one is given."""
    command_id = next(_numbers).to_bytes(16, "big") if command is None else command
    return StoredEntry(0, stream, version, topic, 1, "PS 0088", "", occurred_at, 0, command_id, b"", b"", payload)


def rows(stream: bytes, count: int) -> list[StoredEntry]:
    """Return the first entries of a stream."""
    return [row(stream, version + 1) for version in range(count)]


def leaves(recorder: Any) -> list[bytes]:
    """Return the texts of the leaves of all entries, in order."""
    return [leaf_text(one) for one in recorder.select_notifications(None, 1 << 20)]


def nodes(recorder: Any) -> list[tuple[int, int, bytes]]:
    """Return the nodes of the tree that are kept."""
    found: list[tuple[int, int, bytes]] = recorder.rows(
        "SELECT level, number, hash FROM node ORDER BY level, number"
    )
    return found


def assert_tree(recorder: Any, sizes: Iterable[int]) -> None:
    """Assert that the tree of a ledger is the naive one over its leaves, at each of these sizes."""
    there, tree = leaves(recorder), LedgerTree(recorder)
    assert tree.size() == len(there)
    assert nodes(recorder) == [
        (8, number, naive_tree.root(there[number << 8 : (number + 1) << 8])) for number in range(len(there) >> 8)
    ]
    for size in sizes:
        assert root_at(tree, size) == naive_tree.root(there[:size])


def versions(found: Any) -> list[int]:
    return [one.originator_version for one in found]


def positions(found: Any) -> list[int]:
    return [one.id for one in found]


class RecorderContract:
    """The contract itself; ``recorder`` is empty at the beginning of each test."""

    @pytest.fixture
    def recorder(self) -> Iterator[Any]:
        raise NotImplementedError

    def test_positions_begin_at_one_and_have_no_gaps(self, recorder: Any) -> None:
        """Also after a batch that was refused."""
        assert list(recorder.insert_events(rows(ONE, 2))) == [1, 2]
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(TWO, 1), row(ONE, 2)])
        assert list(recorder.insert_events([row(TWO, 1)])) == [3]
        assert positions(recorder.select_notifications(None, 10)) == [1, 2, 3]

    def test_an_empty_batch_takes_no_position(self, recorder: Any) -> None:
        """Nothing in, nothing out."""
        assert list(recorder.insert_events([])) == []
        assert list(recorder.insert_events(rows(ONE, 1))) == [1]

    def test_a_batch_is_recorded_whole_or_not_at_all(self, recorder: Any) -> None:
        """The last of three is refused, and the first two are not there."""
        recorder.insert_events(rows(ONE, 1))
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(TWO, 1), row(TWO, 2), row(ONE, 1)])
        assert recorder.select_events(UUID(bytes=TWO)) == []
        assert recorder.max_notification_id() == 1

    def test_a_version_is_given_once(self, recorder: Any) -> None:
        """Two writers who both saw version 1 do not both write version 2."""
        recorder.insert_events(rows(ONE, 2))
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(ONE, 2)])

    def test_a_version_is_given_once_within_a_batch(self, recorder: Any) -> None:
        """A batch is no way round."""
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(ONE, 1), row(ONE, 1)])
        assert recorder.max_notification_id() is None

    def test_a_version_follows_the_one_before(self, recorder: Any) -> None:
        """A stream has no gaps either."""
        recorder.insert_events(rows(ONE, 1))
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(ONE, 3)])

    def test_a_command_is_recorded_once_in_the_whole_ledger(self, recorder: Any) -> None:
        """In any stream, in any batch."""
        command = b"c" * 16
        recorder.insert_events([row(ONE, 1, command=command)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(TWO, 1, command=command)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(TWO, 1, command=b"d" * 16), row(TWO, 2, command=b"d" * 16)])
        assert recorder.max_notification_id() == 1

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({}, [1, 2, 3, 4, 5]),
            ({"gt": 2}, [3, 4, 5]),
            ({"lte": 2}, [1, 2]),
            ({"gt": 1, "lte": 4}, [2, 3, 4]),
            ({"gt": 5}, []),
            ({"lte": 0}, []),
            ({"desc": True}, [5, 4, 3, 2, 1]),
            ({"limit": 2}, [1, 2]),
            ({"desc": True, "limit": 1}, [5]),
            ({"gt": 1, "lte": 4, "desc": True, "limit": 2}, [4, 3]),
        ],
    )
    def test_a_stream_is_read_by_versions(
        self, recorder: Any, arguments: dict[str, Any], expected: list[int]
    ) -> None:
        """After ``gt``, to ``lte``, forwards or backwards, so many; and none of another stream."""
        recorder.insert_events([*rows(ONE, 3), *rows(TWO, 4)])
        recorder.insert_events([row(ONE, 4), row(ONE, 5)])
        assert versions(recorder.select_events(UUID(bytes=ONE), **arguments)) == expected

    def test_an_unknown_stream_is_empty(self, recorder: Any) -> None:
        """No error: that is for whoever asks."""
        assert list(recorder.select_events(UUID(bytes=TWO))) == []

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"start": None, "limit": 10}, [1, 2, 3, 4, 5]),
            ({"start": 1, "limit": 2}, [1, 2]),
            ({"start": 3, "limit": 10}, [3, 4, 5]),
            ({"start": 3, "limit": 10, "inclusive_of_start": False}, [4, 5]),
            ({"start": None, "limit": 10, "stop": 2}, [1, 2]),
            ({"start": 2, "limit": 10, "stop": 4, "inclusive_of_start": False}, [3, 4]),
            ({"start": None, "limit": 10, "topics": ["case.paused"]}, [2, 5]),
            ({"start": 3, "limit": 10, "topics": ["case.paused", "case.reopened"]}, [3, 4, 5]),
            ({"start": None, "limit": 1, "topics": ["case.paused"]}, [2]),
            ({"start": None, "limit": 10, "topics": ["case.paused"], "stop": 4}, [2]),
            ({"start": 6, "limit": 10}, []),
        ],
    )
    def test_the_ledger_is_read_by_positions(
        self, recorder: Any, arguments: dict[str, Any], expected: list[int]
    ) -> None:
        """From ``start``, to ``stop``, of the topics, so many."""
        recorder.insert_events([row(ONE, 1), row(ONE, 2, topic="case.paused"), row(TWO, 1)])
        recorder.insert_events([row(ONE, 3), row(TWO, 2, topic="case.paused")])
        assert positions(recorder.select_notifications(**arguments)) == expected

    def test_what_is_read_is_what_was_recorded(self, recorder: Any) -> None:
        """Stream, version, topic and every byte of the payload."""
        payload = bytes(range(256))
        recorder.insert_events([row(ONE, 1, topic="case.paused", payload=payload)])
        for found in (recorder.select_events(UUID(bytes=ONE)), recorder.select_notifications(1, 1)):
            assert found[0].originator_id == UUID(bytes=ONE)
            assert (found[0].originator_version, found[0].topic) == (1, "case.paused")
            assert bytes(found[0].state) == payload

    def test_the_last_position_of_an_empty_ledger_is_none(self, recorder: Any) -> None:
        """And then it is the last."""
        assert recorder.max_notification_id() is None
        recorder.insert_events(rows(ONE, 3))
        assert recorder.max_notification_id() == 3


class OurContract(RecorderContract):
    """What our own recorders promise beyond that; ``recorder`` has a ``clock`` that tests set."""

    def test_recorded_at_is_the_clocks_and_never_goes_back(self, recorder: Any) -> None:
        """Whatever happens to the clock, a later position was recorded later or at the same instant."""
        recorder.clock.at(1_000)
        recorder.insert_events([row(ONE, 1)])
        recorder.clock.at(400)
        recorder.insert_events([row(ONE, 2)])
        recorder.clock.at(2_000)
        recorder.insert_events([row(ONE, 3)])
        assert [one.recorded_at for one in recorder.stream(ONE)] == [1_000, 1_000, 2_000]

    def test_what_occurred_at_recording_occurred_when_the_ledger_took_it(self, recorder: Any) -> None:
        """And what occurred at another time keeps that, before 1970 too."""
        recorder.clock.at(1_000)
        recorder.insert_events([row(ONE, 1), row(ONE, 2, occurred_at=-5), row(ONE, 3, occurred_at=0)])
        assert [one.occurred_at for one in recorder.stream(ONE)] == [1_000, -5, 0]

    def test_a_transaction_that_fails_leaves_nothing(self, recorder: Any) -> None:
        """Several batches in one transaction are one."""
        with pytest.raises(ZeroDivisionError), recorder.transaction():
            self._fail_after(recorder, rows(ONE, 2), rows(TWO, 2))
        assert recorder.max_notification_id() is None
        assert list(recorder.insert_events(rows(TWO, 1))) == [1]

    @staticmethod
    def _fail_after(recorder: Any, *batches: list[StoredEntry]) -> None:
        for batch in batches:
            recorder.append(batch)
        raise ZeroDivisionError

    def test_a_transaction_sees_what_it_appended(self, recorder: Any) -> None:
        """And commits it at its end."""
        with recorder.transaction():
            assert list(recorder.append(rows(ONE, 2))) == [1, 2]
            assert recorder.head()[0] == 2
            assert list(recorder.append([row(ONE, 3)])) == [3]
        assert len(recorder.stream(ONE)) == 3

    def test_there_are_no_subscriptions(self, recorder: Any) -> None:
        """That part of the library's interface is refused, in words that say what there is instead."""
        with pytest.raises(NotImplementedError, match="no subscriptions to a ledger: wait says"):
            recorder.subscribe(gt=1)

    def test_an_entry_is_found_by_its_command(self, recorder: Any) -> None:
        """Or is not there."""
        recorder.insert_events([row(ONE, 1, command=b"c" * 16)])
        found = recorder.by_command(b"c" * 16)
        assert (found.position, found.stream) == (1, ONE)
        assert recorder.by_command(b"d" * 16) is None

    def test_every_entry_carries_its_leaf_hash(self, recorder: Any) -> None:
        """Of the header and the payload as they are stored."""
        recorder.insert_events(rows(ONE, 3))
        assert all(one.leaf == leaf_hash(leaf_text(one)) for one in recorder.stream(ONE))

    def test_every_entry_has_a_salt_of_its_own(self, recorder: Any) -> None:
        """Whether they came together or not: two equal payloads have two commitments."""
        recorder.insert_events(rows(ONE, 3))
        recorder.insert_events([row(ONE, 4)])
        found = {one.salt for one in recorder.stream(ONE)}
        assert (len(found), {len(salt) for salt in found}) == (4, {32})

    @pytest.mark.parametrize("batches", [[255, 1, 1], [256], [1, 255, 256], [257, 300], [100, 700]])
    def test_the_tree_is_that_over_the_leaves(self, recorder: Any, batches: list[int]) -> None:
        """However the entries came: a node for each 256 entries, and the root and the proofs of every size."""
        for number, count in enumerate(batches):
            recorder.insert_events(rows(case_stream(f"batch {number}"), count))
        last = sum(batches)
        assert_tree(recorder, range(1, last + 1, 31))
        there, tree = leaves(recorder), LedgerTree(recorder)
        assert inclusion_proof(tree, 250, last) == tuple(naive_tree.inclusion(250, there))
        assert consistency_proof(tree, 129, last) == tuple(naive_tree.consistency(129, there))
        assert tree.read([NodeId(3, 2), NodeId(0, 17)]) == [naive_tree.root(there[16:24]), leaf_hash(there[17])]

    def test_what_fails_leaves_no_node(self, recorder: Any) -> None:
        """A node is there with its entries, or not at all."""
        recorder.insert_events(rows(ONE, 200))
        with pytest.raises(ZeroDivisionError), recorder.transaction():
            self._fail_after(recorder, rows(TWO, 100))
        assert nodes(recorder) == []
        recorder.insert_events(rows(TWO, 100))
        assert_tree(recorder, [256, 300])

    def test_entries_that_are_put_back_have_their_tree(self, recorder: Any) -> None:
        """The same as of those that were appended, from whole rows."""
        with recorder.transaction():
            recorder.append(rows(ONE, 600))
            there = recorder.stream(ONE)
            kept = nodes(recorder)
            recorder.connection.execute("ROLLBACK")
            recorder.connection.execute("BEGIN")
            for part in (there[:100], there[100:300], there[300:]):
                recorder.put_back(part)
        assert (recorder.stream(ONE), nodes(recorder)) == (there, kept)
        assert_tree(recorder, [1, 256, 512, 600])

    def test_a_node_that_is_not_there_is_said_so(self, recorder: Any) -> None:
        """A tree with a hole gives no proof."""
        recorder.insert_events(rows(ONE, 3))
        with pytest.raises(MissingNode, match="not all there: the store is damaged"):
            LedgerTree(recorder).read([NodeId(2, 0)])

    def test_checkpoints_are_kept_in_their_order(self, recorder: Any) -> None:
        """A later one is of no fewer entries, and of no more than there are; each as it was given."""
        recorder.clock.at(1_000)
        recorder.insert_events(rows(ONE, 3))
        assert recorder.checkpoints() == []
        assert [recorder.keep_checkpoint(size, f"log\n{size}\n\n— é\n") for size in (0, 2, 2)] == [1, 2, 3]
        for size in (1, 4):
            with pytest.raises(OperationalError, match="longcase: a checkpoint is the next, of no fewer"):
                recorder.keep_checkpoint(size, "a note")
        found = recorder.checkpoints()
        assert [one[:2] for one in found] == [(1, 0), (2, 2), (3, 2)]
        assert (found[1].size, found[1].note) == (2, "log\n2\n\n— é\n")
        assert recorder.checkpoints(after=2) == found[2:]

    def test_a_checkpoint_gets_more_signatures_after_a_later_one(self, recorder: Any) -> None:
        """A witness without a network answers late: another form of a size that is there is kept, and found."""
        recorder.insert_events(rows(ONE, 3))
        for size in (1, 3, 1):
            recorder.keep_checkpoint(size, f"log\n{size}\n\n— é\n")
        assert [one[:2] for one in recorder.checkpoints(0, 2)] == [(1, 1), (2, 3)]
        assert [one[:2] for one in recorder.checkpoints_from(1)] == [(1, 1), (3, 1), (2, 3)]
        assert [one[:2] for one in recorder.last_checkpoints(2)] == [(2, 3), (3, 1)]
        assert recorder.newest_checkpoint().number == 2
        with pytest.raises(OperationalError, match="longcase: a checkpoint is the next, of no fewer entries"):
            recorder.keep_checkpoint(2, "a note")

    def test_streams_are_read_whole_since_a_position(self, recorder: Any) -> None:
        """All of every stream that has a new entry, and nothing after the position read until."""
        recorder.insert_events([*rows(ONE, 2), *rows(TWO, 1)])
        recorder.insert_events([row(TWO, 2), row(TWO, 3)])
        first, second = sorted([(ONE, [1, 2]), (TWO, [1, 2])])
        with closing(recorder.streams_since(0, 4)) as found:
            assert [(one.stream, one.version) for one in found] == [
                (stream, version) for stream, numbers in (first, second) for version in numbers
            ]
        with closing(recorder.streams_since(3, 5)) as found:
            assert [(one.stream, one.version) for one in found] == [(TWO, 1), (TWO, 2), (TWO, 3)]

    def test_streams_are_read_whole_in_the_order_in_which_they_begin(self, recorder: Any) -> None:
        """Those that begin between two positions, and nothing after the position read until."""
        recorder.insert_events([*rows(TWO, 2), *rows(ONE, 1)])
        recorder.insert_events([row(ONE, 2), row(TWO, 3)])
        read = {
            span: list(recorder.streams_begun(*span)) for span in ((0, 5, 5), (0, 2, 4), (1, 5, 5), (3, 5, 5))
        }
        assert {span: [(one.stream, one.version) for one in found] for span, found in read.items()} == {
            (0, 5, 5): [(TWO, 1), (TWO, 2), (TWO, 3), (ONE, 1), (ONE, 2)],
            (0, 2, 4): [(TWO, 1), (TWO, 2)],
            (1, 5, 5): [(ONE, 1), (ONE, 2)],
            (3, 5, 5): [],
        }

    def test_a_stream_and_the_position_at_which_it_begins_lead_to_each_other(self, recorder: Any) -> None:
        """What is not there is left out."""
        recorder.insert_events([*rows(TWO, 2), *rows(ONE, 1)])
        assert recorder.streams_at([3, 1, 9]) == [ONE, TWO]
        assert recorder.streams_at([]) == []
        assert sorted(recorder.first_positions([ONE, TWO, bytes(16)])) == [1, 3]
