"""Checkpoints of one log, from wherever: the same, one going on from the other, two histories, or not shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import ORIGIN, TIME, held, signed
from tests.witness.witnesses import KEYS, LOGS, TREES, note, request
from transparency.errors import MalformedText, NotVerified
from transparency.keys import ED25519
from transparency.witnessing import Submission
from witness.comparing import Consistency, compared, own_sighting, read_sighting
from witness.state import SeenCheckpoint

LOG_KEYS = LOGS[ORIGIN]


def findings(*files: bytes) -> list[str]:
    sightings = [read_sighting(str(number), data, LOG_KEYS) for number, data in enumerate(files)]
    return [one.finding.value for one in compared(sightings)]


def test_what_two_checkpoints_show() -> None:
    """Of one size they are the same or a split view; of two they need a proof."""
    assert findings(note(7), note(7)) == ["same"]
    assert findings(note(7), note(7, 1)) == ["split"]
    assert findings(note(7), note(9)) == ["unproven"]
    assert findings(note(0), note(9, 1)) == ["consistent"]
    assert findings(note(7)) == []


def test_a_request_has_the_proof() -> None:
    """It connects the tree of its old size with its own, whichever is given first."""
    assert findings(note(7), request(7, 9)) == ["consistent"]
    assert findings(request(7, 9), note(7)) == ["consistent"]
    assert findings(note(7, 1), request(7, 9)) == ["unproven"]
    assert findings(note(6), request(7, 9)) == ["unproven"]


def test_two_beginnings_of_one_tree() -> None:
    """Both are proved to be the beginning of a third, so the larger of them goes on from the smaller."""
    assert findings(note(5), note(9), request(5, 20), request(9, 20)) == [
        "consistent",
        *["consistent"] * 2,
        *["consistent"] * 2,
        "same",
    ]
    assert findings(note(5, 1), note(9), request(5, 20, 1), request(9, 20))[-1] == "split"


def test_a_proof_that_shows_nothing_proves_no_split() -> None:
    """A wrong proof may be a slip of whoever sent it; only two signatures prove something."""
    wrong = Submission(7, (bytes(32),) * 3, note(9)).to_bytes()
    assert findings(note(7), wrong) == ["unproven"]


def test_only_what_the_log_has_signed_counts() -> None:
    """Anybody could have made another root."""
    for data in (note(7, 0, KEYS["w1"]), signed(TREES[0].head(7), held(ORIGIN, ED25519, "x")), b"old 0\n\nx\n"):
        with pytest.raises((NotVerified, MalformedText)):
            read_sighting("file", data, LOG_KEYS)


def test_logs_are_not_compared_with_each_other() -> None:
    """Two logs have two histories."""
    other = held("other.example", ED25519, "other")
    data = signed(TREES[1].head(7), other, origin="other.example")
    sightings = [
        read_sighting(name, each, [*LOG_KEYS, other.public]) for name, each in (("a", note(7)), ("b", data))
    ]
    assert list(compared(sightings)) == []


def test_what_a_witness_has_seen() -> None:
    """Its own checkpoint is one of those compared."""
    own = own_sighting("own", SeenCheckpoint(ORIGIN, *TREES[0].head(7), note(7).decode(), TIME))
    (one,) = compared([own, read_sighting("other", note(7, 1), LOG_KEYS)])
    assert (one.first.source, one.second.source, one.finding) == ("own", "other", Consistency.SPLIT)


views = st.lists(st.tuples(st.integers(1, 12), st.sampled_from((0, 1))), min_size=2, max_size=6)
proofs = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.sampled_from((0, 1))), max_size=4)


@given(views, proofs)
def test_what_is_found_is_so(seen: list[tuple[int, int]], proved: list[tuple[int, int, int]]) -> None:
    """Nothing of two trees is ever found consistent, nothing of one tree a split view."""
    brought = [(size, tree) for size, tree in seen] + [(max(pair), tree) for *pair, tree in proved]
    files = [note(*one) for one in seen] + [request(*sorted(pair), tree) for *pair, tree in proved]
    trees = {str(number): tree for number, (_, tree) in enumerate(brought)}
    sightings = [read_sighting(str(number), data, LOG_KEYS) for number, data in enumerate(files)]
    for one in compared(sightings):
        alike = trees[one.first.source] == trees[one.second.source]
        sizes = (one.first.checkpoint.size, one.second.checkpoint.size)
        assert all(small <= large for small, large in pairwise(sizes))
        if one.finding in (Consistency.SAME, Consistency.CONSISTENT):
            assert alike
        if one.finding is Consistency.SPLIT:
            assert not alike
        assert (one.finding in (Consistency.SAME, Consistency.SPLIT)) == (sizes[0] == sizes[1])
