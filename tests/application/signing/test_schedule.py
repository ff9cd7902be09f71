"""Checkpoints that a follower makes: so often, where there is something new; what goes wrong is told once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import OperationalError

from application.signing.checkpoints import begin_log
from application.signing.schedule import CheckpointSchedule
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.application.signing.logs import signer_in
from tests.ledger.contract import ONE, row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = 3_600.0


class Kept:
    """A store with a log, a schedule of an hour, and clocks that are set."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        self.now = 0.0
        self.path = str(folder / "store.db")
        create(self.path, {"zone": "UTC"}).close()
        self.ledger = self.opened()
        self.signer = signer_in(folder / "signer")
        begin_log(self.ledger, self.signer.keys)
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        self.begin()

    def begin(self) -> None:
        self.schedule = CheckpointSchedule(self.signer, HOUR, self.opened, self.told.append)

    def opened(self) -> SQLiteRecorder:
        return SQLiteRecorder.open(self.path, lambda: round(self.now * 1_000_000))

    def add(self) -> None:
        self.ledger.insert_events([row(ONE, self.ledger.version(ONE) + 1)])

    def after(self, seconds: float) -> list[int]:
        """Look after so many seconds; return of how many entries there are checkpoints."""
        self.now += seconds
        self.schedule.look(self.ledger)
        return [one.size for one in self.ledger.checkpoints()]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    store = Kept(tmp_path, monkeypatch)
    yield store
    store.ledger.close()


def test_one_an_hour_where_something_was_added(kept: Kept) -> None:
    """An entry waits for an hour at most, and one after a quiet night for nothing."""
    assert kept.after(0) == []
    kept.add()
    assert kept.after(1) == [1]
    kept.add()
    assert kept.after(HOUR - 1) == [1]
    assert kept.after(1) == [1, 2]
    assert kept.after(9 * HOUR) == [1, 2]
    kept.add()
    assert kept.after(1) == [1, 2, 3]
    assert kept.told == []


def test_the_hour_runs_on_when_it_is_started_again(kept: Kept) -> None:
    """It is counted from the last checkpoint, whoever made it."""
    kept.add()
    kept.after(0)
    kept.add()
    kept.now += HOUR / 2
    kept.begin()
    assert kept.after(0) == [1]
    assert kept.after(HOUR / 2) == [1, 2]


@pytest.mark.parametrize("fault", ["signer", "system", "store"])
def test_what_goes_wrong_is_told_once(kept: Kept, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """It stops nothing, is tried again after a minute, and is told when it is over."""
    kept.add()
    memory = kept.signer.memory._path
    with monkeypatch.context() as broken:
        if fault == "signer":
            memory.rename(memory.with_name("away"))
        elif fault == "system":
            broken.setattr(type(kept.signer.memory), "replace", raises(OSError(28, "No space left on device")))
        else:
            broken.setattr(kept.schedule, "_open", raises(OperationalError("it is locked")))
        for _ in range(3):
            assert kept.after(61) == []
        assert len(kept.told) == 1
        assert kept.told[0].startswith("no checkpoint was made: ")
    if fault == "signer":
        memory.with_name("away").rename(memory)
    assert kept.after(61) == [1]
    assert kept.told[1:] == ["checkpoints are made again"]


def raises(error: Exception) -> Any:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_tree_that_is_not_all_there(kept: Kept) -> None:
    """It is told, and the follower goes on."""
    for _ in range(257):
        kept.add()
    kept.ledger.connection.execute("DROP TRIGGER node_delete")
    kept.ledger.connection.execute("DELETE FROM node")
    assert kept.after(0) == []
    assert "the store is damaged" in kept.told[0]
