"""A witness keeps before it answers, never goes back, never cosigns two histories, and keeps what proves one."""

from __future__ import annotations

import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import ORIGIN, TIME, HeldKey, signed
from tests.witness.witnesses import KEYS, LOGS, SIZE, TREES, QuickState, made, note, request
from transparency.cosignatures import open_checkpoint, with_cosignatures
from transparency.notes import parse_note
from transparency.witnessing import NOTHING_SEEN, Submission
from witness.errors import StateError

if TYPE_CHECKING:
    from transparency.tree import TreeHead

OWN = [KEYS["w1"].public, KEYS["w2"].public]


def test_what_is_answered_is_two_cosignatures(tmp_path: Path) -> None:
    """One of each algorithm, with the time of the clock, over the checkpoint that was sent."""
    answer = made(tmp_path).answer(request(0, 7))
    cosigned = with_cosignatures(parse_note(note(7)), answer.body, OWN)
    opened = open_checkpoint(cosigned.to_bytes(), LOGS[ORIGIN], OWN)
    assert {(each.key, each.time) for each in opened.cosignatures} == {(key, TIME) for key in OWN}


def test_what_is_kept_is_what_was_answered(tmp_path: Path) -> None:
    """The log's own lines that were verified and the witness's, and none of keys that are not known."""
    witness = made(tmp_path)
    stranger = HeldKey(KEYS["w1"].public._replace(name="stranger.example"), KEYS["w1"].private)
    sent = signed(TREES[0].head(7), KEYS["log"], KEYS["log2"], stranger)
    answer = witness.answer(Submission(0, (), sent).to_bytes())
    kept = witness.state.last(ORIGIN)
    assert kept is not None
    assert (kept.head, kept.at) == (TREES[0].head(7), TIME)
    lines = parse_note(kept.note.encode()).lines
    assert lines[:2] == parse_note(sent).lines[:2]
    assert "".join(map(str, lines[2:])) == answer.body


def test_a_key_that_signs_often_is_kept_once(tmp_path: Path) -> None:
    """Lines of one key, each of which verifies, cannot make a note that nobody reads."""
    witness = made(tmp_path)
    lines = [parse_note(note(7, 0, KEYS["log2"])).lines[0] for _ in range(100)]
    many = parse_note(note(7, 0, KEYS["log2"]))._replace(lines=tuple(dict.fromkeys(lines))).to_bytes()
    assert witness.answer(Submission(0, (), many).to_bytes()).accepted
    kept = witness.state.last(ORIGIN)
    assert kept is not None
    assert len(parse_note(kept.note.encode()).lines) == 3


steps = st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from((0, 0, 0, 1)), st.booleans())


@given(st.lists(steps, max_size=25))
def test_requests_in_any_order(asked: list[tuple[int, int, int, bool]]) -> None:
    """Growing, shorter, forked and repeated requests have the status of a model that knows the trees."""
    with tempfile.TemporaryDirectory() as folder:
        witness = made(Path(folder), state=QuickState)
        model = Model()
        for old, size, tree, from_last in asked:
            start = model.size if from_last else old
            answer = witness.answer(request(start, size, tree))
            assert answer.status == model.status(start, size, tree)
            assert witness.state.heads([ORIGIN]).get(ORIGIN, NOTHING_SEEN) == model.head()
            assert [fork.size for fork in witness.state.forks(ORIGIN)] == sorted(model.forks)


class Model:
    """What a witness has to answer, from what it has cosigned, without hashes and proofs."""

    def __init__(self) -> None:
        self.tree: int | None = None
        self.size = 0
        self.cosigned: set[int] = set()
        self.forks: set[int] = set()

    def head(self) -> TreeHead:
        return TREES[self.tree or 0].head(self.size) if self.size else NOTHING_SEEN

    def status(self, old: int, size: int, tree: int) -> int:
        status = self._status(old, size, tree)
        if status == 200:
            self.tree, self.size = (tree if size else self.tree), size
            self.cosigned.add(size)
        elif size in self.cosigned and size and tree != self.tree:
            self.forks.add(size)
        return status

    def _status(self, old: int, size: int, tree: int) -> int:
        if old > size:
            return 400
        if old != self.size:
            return 409
        return 200 if not old or tree == self.tree else 422


@pytest.mark.parametrize("threads", [2, 8])
def test_many_at_once(tmp_path: Path, threads: int) -> None:
    """Two histories of one log are brought by many at once: one of them is cosigned, and only grows."""
    witness = made(tmp_path)
    together = Barrier(threads)

    def bring(number: int) -> list[tuple[int, int]]:
        accepted, tree = [], number % 2
        together.wait()
        for size in range(1 + number % 3, 40, 3):
            known = witness.state.heads([ORIGIN]).get(ORIGIN, NOTHING_SEEN).size
            if known <= size and witness.answer(request(known, size, tree)).accepted:
                accepted.append((tree, size))
        return accepted

    with ThreadPoolExecutor(threads) as pool:
        found = [one for each in pool.map(bring, range(threads)) for one in each]
    assert found
    assert len({tree for tree, _ in found}) == 1
    assert witness.state.heads([ORIGIN])[ORIGIN].size == max(size for _, size in found)


def test_somebody_else_was_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was decided by a head that is not the last any more is decided again, and is not cosigned."""
    witness = made(tmp_path)
    other, asked = made(tmp_path), request(0, 7, 1)
    cosigned = witness._cosigned

    def slow(*args: object) -> object:
        monkeypatch.undo()
        other.answer(request(0, 9))
        return cosigned(*args)  # type: ignore[arg-type]  # whatever it was called with

    monkeypatch.setattr(witness, "_cosigned", slow)
    answer = witness.answer(asked)
    assert (answer.status, answer.body) == (409, "9\n")
    assert witness.state.heads([ORIGIN]) == {ORIGIN: TREES[0].head(9)}


def test_an_answer_that_was_lost(tmp_path: Path) -> None:
    """The same request again says the size, and from there it is cosigned again; in files at once."""
    witness = made(tmp_path)
    witness.answer(request(0, 7))
    asked = request(7, 13)
    assert witness.answer(asked).status == 200
    assert (witness.answer(asked).status, witness.answer(asked).body) == (409, "13\n")
    assert witness.answer(request(13, 13)).status == 200
    assert witness.answer_again(asked).status == 200
    assert witness.answer_again(request(7, 13, 1)).status == 409
    assert witness.answer_again(request(7, 12)).status == 409


def test_a_fork_is_kept(tmp_path: Path) -> None:
    """Another checkpoint of a size that was cosigned is kept if the log signed it, the first of each."""
    witness = made(tmp_path)
    for old, size in ((0, 5), (5, 9)):
        witness.answer(request(old, size))
    assert witness.fork_of(witness.answer(request(9, 9))) is None
    for size in (9, 5, 5, 7):
        answer = witness.answer(request(9, size, 1))
        cosigned = witness.fork_of(answer)
        assert (cosigned.head if cosigned else None) == (None if size == 7 else TREES[0].head(size))
    assert [(fork.head, fork.note) for fork in witness.state.forks(ORIGIN)] == [
        (TREES[1].head(size), note(size, 1).decode()) for size in (5, 9)
    ]


def test_a_clock_that_went_back(tmp_path: Path) -> None:
    """A cosignature says that its tree is the largest seen by then: no larger one has an earlier time."""
    made(tmp_path).answer(request(0, 7))
    for old, size in ((7, 9), (7, 7)):
        with pytest.raises(StateError, match="60 seconds behind"):
            made(tmp_path, clock=lambda: TIME - 60).answer(request(old, size))
        assert made(tmp_path).answer(request(7, 7)).accepted
    assert made(tmp_path).answer(request(7, 9)).accepted


def test_a_later_time_meanwhile(tmp_path: Path) -> None:
    """Where the last checkpoint was cosigned again meanwhile, at a later time, the time is taken anew."""
    witness = made(tmp_path)
    witness.answer(request(0, 7))
    times = iter((TIME, TIME + 5, TIME + 5))
    slow = made(tmp_path, clock=lambda: next(times))
    cosigned = slow._cosigned

    def overtaken(*args: object) -> object:
        slow._cosigned = cosigned  # type: ignore[method-assign]  # only the first time
        made(tmp_path, clock=lambda: TIME + 5).answer(request(7, 7))
        return cosigned(*args)  # type: ignore[arg-type]  # whatever it was called with

    slow._cosigned = overtaken  # type: ignore[assignment,method-assign]  # as above
    assert slow.answer(request(7, 9)).accepted
    last = witness.state.last(ORIGIN)
    assert last is not None
    assert (last.size, last.at) == (9, TIME + 5)


@pytest.mark.parametrize("time", [0, -1])
def test_a_clock_that_cannot_be(tmp_path: Path, time: int) -> None:
    """A cosignature says when it was made; where that cannot be said, none is made."""
    with pytest.raises(StateError):
        made(tmp_path, clock=lambda: time).answer(request(0, 7))
    assert made(tmp_path).state.heads([ORIGIN]) == {}


def test_nothing_is_answered_that_was_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory cannot be written, nothing leaves the witness, and it has seen what it had seen."""
    witness = made(tmp_path)
    witness.answer(request(0, 7))
    (tmp_path / "seen.db").chmod(0o600)
    connection = sqlite3.connect(tmp_path / "seen.db", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("witness.state.PATIENCE", 0.01)
    with pytest.raises((sqlite3.OperationalError, StateError)):
        witness.answer(request(7, 9))
    connection.close()
    assert witness.state.heads([ORIGIN]) == {ORIGIN: TREES[0].head(7)}
    assert SIZE > 9
