"""The memory of a witness: made once, never back, refused where it is another's or has gone."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.transparency.logs import ORIGIN, TIME
from tests.witness.witnesses import TREES, note
from transparency.tree import TreeHead
from transparency.witnessing import NOTHING_SEEN
from witness.errors import StateError
from witness.state import SeenCheckpoint, WitnessState, create_state

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> WitnessState:
    create_state(tmp_path / "seen.db")
    return WitnessState(tmp_path / "seen.db")


def seen(size: int, tree: int = 0, origin: str = ORIGIN) -> SeenCheckpoint:
    return SeenCheckpoint(origin, *TREES[tree].head(size), note(size, tree).decode(), TIME)


def test_what_is_kept_is_read(state: WitnessState) -> None:
    """The last of each log, and each by its size."""
    assert state.heads([ORIGIN]) == {}
    assert state.latest() == []
    assert state.keep(seen(3), NOTHING_SEEN)
    assert state.keep(seen(5), TREES[0].head(3))
    assert state.keep(seen(2, origin="another"), NOTHING_SEEN)
    assert state.heads([ORIGIN, "unknown"]) == {ORIGIN: TREES[0].head(5)}
    assert state.latest() == [seen(2, origin="another"), seen(5)]
    assert state.at_size(ORIGIN, 3) == seen(3)
    assert state.at_size(ORIGIN, 4) is None


def test_the_same_again_is_kept_anew(state: WitnessState) -> None:
    """With the time and the lines of the last cosignature."""
    state.keep(seen(3), NOTHING_SEEN)
    later = seen(3)._replace(at=TIME + 60, note="later")
    assert state.keep(later, TREES[0].head(3))
    assert state.last(ORIGIN) == later


@pytest.mark.parametrize("after", [NOTHING_SEEN, TREES[0].head(2), TREES[1].head(3), TreeHead(3, bytes(32))])
def test_only_after_the_last(state: WitnessState, after: TreeHead) -> None:
    """What was decided by another head than the last is not kept."""
    state.keep(seen(3), NOTHING_SEEN)
    assert not state.keep(seen(5), after)
    assert state.last(ORIGIN) == seen(3)


@pytest.mark.parametrize("other", [seen(2), seen(3, 1)])
def test_the_file_itself_refuses_to_go_back(state: WitnessState, other: SeenCheckpoint) -> None:
    """A smaller tree, or another of the same size, is refused by the file even if the program would keep it."""
    state.keep(seen(3), NOTHING_SEEN)
    with pytest.raises(sqlite3.IntegrityError):
        state.keep(other, TREES[0].head(3))
    assert state.latest() == [seen(3)]


@pytest.mark.parametrize("statement", ["DELETE FROM cosigned", "DELETE FROM fork", "UPDATE fork SET note = ''"])
def test_the_file_itself_keeps_everything(state: WitnessState, tmp_path: Path, statement: str) -> None:
    """Nothing that was cosigned, and nothing that proves a fork, is removed."""
    state.keep(seen(3), NOTHING_SEEN)
    state.keep_fork(seen(3, 1))
    with (
        closing(sqlite3.connect(tmp_path / "seen.db")) as connection,
        pytest.raises(sqlite3.IntegrityError),
    ):
        connection.execute(statement)
    assert (state.latest(), state.forks(ORIGIN)) == ([seen(3)], [seen(3, 1)])


def test_what_is_no_fork_is_not_kept_as_one(state: WitnessState) -> None:
    """The same tree, and a size of which nothing was cosigned, prove nothing."""
    state.keep(seen(3), NOTHING_SEEN)
    assert not state.keep_fork(seen(3))
    assert not state.keep_fork(seen(2, 1))
    assert state.forks(ORIGIN) == []


def test_the_file_is_for_its_owner(state: WitnessState, tmp_path: Path) -> None:
    """It is made with the mode 0600, and never over another."""
    assert stat.S_IMODE((tmp_path / "seen.db").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        create_state(tmp_path / "seen.db")


def test_a_memory_that_has_gone(state: WitnessState, tmp_path: Path) -> None:
    """No new one is made in its place: it would cosign anything."""
    (tmp_path / "seen.db").unlink()
    with pytest.raises(StateError):
        state.heads([ORIGIN])
    with pytest.raises(StateError):
        WitnessState(tmp_path / "seen.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no database, but long enough to be one" * 100])
def test_a_memory_that_is_none(tmp_path: Path, content: bytes) -> None:
    """An empty file, and one of another kind, are refused."""
    (tmp_path / "seen.db").write_bytes(content)
    with pytest.raises(StateError):
        WitnessState(tmp_path / "seen.db")


def test_a_newer_memory(state: WitnessState, tmp_path: Path) -> None:
    """A later version may know of what this one does not."""
    with closing(sqlite3.connect(tmp_path / "seen.db")) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(StateError, match="newer version"):
        state.latest()


def test_a_commit_is_on_the_disk(state: WitnessState) -> None:
    """The removal of the journal is waited for too."""
    with state._connected() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
