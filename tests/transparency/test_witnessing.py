"""A witness: one status for each request, by what it has seen; it never goes back and never forks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import ORIGIN, HeldKey, held, keys, signed, small_log
from transparency.errors import MalformedText
from transparency.keys import ED25519
from transparency.tree import EMPTY_ROOT, Frontier, TreeHead, consistency_proof, leaf_hash
from transparency.witnessing import (
    LARGEST_REQUEST,
    SIZE,
    Submission,
    WitnessAnswer,
    cosigned_answer,
    decide,
    monitoring_path,
    parse_submission,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = keys()
LOG = small_log(30)
LOGS = {ORIGIN: [KEYS["log"].public, KEYS["log2"].public]}
SEEN = {ORIGIN: LOG.head(7)}
EMPTY = TreeHead(0, EMPTY_ROOT)
WRONG = TreeHead(13, bytes(32))


def body(
    old: int, head: TreeHead, proof: Sequence[bytes] | None = None, *by: HeldKey, origin: str = ORIGIN
) -> bytes:
    made = consistency_proof(LOG.nodes, old, head.size) if proof is None else proof
    return Submission(old, tuple(made), signed(head, *by or (KEYS["log"],), origin=origin)).to_bytes()


def answered(data: bytes, known: dict[str, TreeHead] | None = None) -> WitnessAnswer:
    return decide(data, LOGS, SEEN if known is None else known)


def empty_note(root: bytes) -> bytes:
    """Sign a tree without leaves that has a root, which no log of ours does."""
    from transparency.checkpoints import Checkpoint
    from transparency.notes import Note, signed_line

    text = Checkpoint(ORIGIN, 0, root).text
    return Note(text, (signed_line(text, KEYS["log"].public, KEYS["log"].private),)).to_bytes()


STATUSES = {
    "it goes on": (body(7, LOG.head(13)), 200),
    "it goes on, signed with both keys": (body(7, LOG.head(13), None, KEYS["log"], KEYS["log2"]), 200),
    "it is the same": (body(7, LOG.head(7)), 200),
    "no request": (b"", 400),
    "no checkpoint": (b"old 7\n\ntext\n\n\xe2\x80\x94 a.example AAAAAAAA\n", 400),
    "no signature": (body(7, LOG.head(13)).partition(b"\n\xe2\x80\x94")[0] + b"\n", 400),
    "the old size is larger": (body(14, LOG.head(13), []), 400),
    "an unknown log": (body(7, LOG.head(13), None, held("x.example", ED25519, "x"), origin="x.example"), 404),
    "an unknown key": (body(7, LOG.head(13), None, held(ORIGIN, ED25519, "x")), 403),
    "a bad signature": (body(7, LOG.head(13)).replace(b"\n13\n", b"\n12\n"), 403),
    "one of two is bad": (
        body(7, LOG.head(13), None, KEYS["log"]) + signed(LOG.head(12), KEYS["log2"]).split(b"\n\n")[1],
        403,
    ),
    "a witness alone has signed": (body(7, LOG.head(13), None, KEYS["w1"]), 403),
    "from an older size": (body(6, LOG.head(13)), 409),
    "from none": (body(0, LOG.head(13)), 409),
    "from a later size": (body(8, LOG.head(13)), 409),
    "to an older size": (body(6, LOG.head(6)), 409),
    "no proof": (body(7, LOG.head(13), []), 422),
    "another proof": (body(7, LOG.head(13), consistency_proof(LOG.nodes, 6, 13)), 422),
    "another root": (body(7, WRONG, consistency_proof(LOG.nodes, 7, 13)), 422),
    "another root at the same size": (body(7, WRONG._replace(size=7)), 422),
    "a proof for the same size": (body(7, LOG.head(7), [bytes(32)]), 422),
}


@pytest.mark.parametrize("name", STATUSES)
def test_one_status_for_each_request(name: str) -> None:
    """To a witness that has seen seven leaves, each request has the status of the specification."""
    data, status = STATUSES[name]
    answer = answered(data)
    assert answer.status == status
    assert (answer.accepted is not None) is (status == 200)
    assert bool(answer.body) is (status != 200)


FIRST = {
    "the first": (body(0, LOG.head(13)), 200),
    "the first is empty": (body(0, EMPTY), 200),
    "a proof from none": (body(0, LOG.head(13), [bytes(32)]), 422),
    "an empty tree with a root": (Submission(0, (), empty_note(bytes(32))).to_bytes(), 422),
    "from leaves": (body(7, LOG.head(13)), 409),
}


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("known", [{}, {ORIGIN: EMPTY}], ids=["never seen", "seen empty"])
def test_the_first_checkpoint_of_a_log(name: str, known: dict[str, TreeHead]) -> None:
    """A log that was never seen, or seen without leaves, begins from nothing and proves nothing."""
    data, status = FIRST[name]
    assert answered(data, known).status == status


def test_a_conflict_says_what_was_seen() -> None:
    """Whoever comes from another size is told the size that was seen last, and nothing else."""
    answer = answered(body(0, LOG.head(13)))
    assert (answer.body, answer.media_type) == ("7\n", SIZE)
    assert SIZE == "text/x.tlog.size"


requests = st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans())


@given(st.lists(requests, max_size=20))
def test_what_is_cosigned_only_grows(asked: list[tuple[int, int, bool]]) -> None:
    """Whatever is asked, in whatever order, what is accepted is one tree that never becomes smaller."""
    known = {ORIGIN: EMPTY}
    for old, size, fork in asked:
        head = forked_head(size) if fork else LOG.head(size)
        answer = answered(body(old, head, consistency_proof(LOG.nodes, min(old, size), size)), known)
        if answer.accepted:
            before, known[ORIGIN] = known[ORIGIN], head
            assert answer.accepted.checkpoint.head == head
            assert before.size == old <= size
            assert before == (forked_head(old) if fork else LOG.head(old))


def forked_head(size: int) -> TreeHead:
    grown, _ = Frontier().with_leaves(leaf_hash(b"fork %d" % number) for number in range(size))
    return TreeHead(size, grown.root)


@given(
    st.builds(
        Submission,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.binary(min_size=1),
    )
)
def test_a_request_is_read_as_it_is_written(submission: Submission) -> None:
    """The old size, up to 63 hashes, and the note byte by byte."""
    assert parse_submission(submission.to_bytes()) == submission


@pytest.mark.parametrize(
    "data",
    [
        b"old\n\nnote\n",
        b"old 07\n\nnote\n",
        b"new 7\n\nnote\n",
        b"old 7\nAAAA\n\nnote\n",
        b"old 7\nnote\n",
        b"old 7\r\n\r\nnote\n",
        b"old 7\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\nnote\n",
        b"old 7\n\n" + bytes(LARGEST_REQUEST),
    ],
)
def test_another_body_is_no_request(data: bytes) -> None:
    """A size without leading zeroes, 63 hashes at most, an empty line: nothing else, and nothing huge."""
    with pytest.raises(MalformedText):
        parse_submission(data)
    assert answered(data).status == 400


def test_what_is_answered_once_it_is_kept() -> None:
    """The answer to a log is the signature lines alone."""
    from transparency.notes import parse_note

    lines = parse_note(signed(LOG.head(7), KEYS["w1"], KEYS["w2"])).lines
    answer = cosigned_answer(lines)
    assert (answer.status, answer.body) == (200, "".join(map(str, lines)))


def test_where_monitors_look() -> None:
    """The last checkpoint of a log lies below the hash of its origin."""
    assert monitoring_path("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/checkpoint"
