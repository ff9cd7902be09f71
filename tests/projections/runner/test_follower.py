"""A follower keeps the tables current through everything that may happen to it, and stops when it is told."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

import pytest
from eventsourcing.persistence import OperationalError

from domain.errors import StoreError
from ledger.errors import Busy, Lost, NotAStore
from ledger.sqlite.reader import SQLiteReader
from projections.runner import follower
from projections.runner.follower import Follower, Pauses, kind_of
from projections.runner.lag import Lag, lag_of
from projections.runner.metrics import FollowerCounts
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests.clock import hours
from tests.projections.stores import POISON, Shelf, read_by_a_newer_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.reader import LedgerReader


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("TICK", 0.02), ("WRITERS_PAUSE", 0.005), ("STANDBY", 0.02)):
        monkeypatch.setattr(follower, name, seconds)
    monkeypatch.setattr(follower, "now", lambda: hours(0))  # at the story's start: nothing has waited for long


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "s.db")
    shelf.open("A", "B")
    yield shelf
    shelf.close()


def opened(shelf: Shelf) -> Callable[[], LedgerReader]:
    path = shelf.ledger.location
    assert path is not None
    return lambda: SQLiteReader.reading(path)


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, which it should soon."""
    end = time.monotonic() + 3
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


class Process:
    """A follower in a thread, what it told, and what it counted."""

    def __init__(self, open_ledger: Callable[[], LedgerReader]) -> None:
        self.told: list[str] = []
        self.tally = FollowerCounts()
        self.stop = Event()
        self.follower = Follower(open_ledger, self.told.append, self.tally, self.stop)
        self.thread = Thread(target=self.follower.run)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        began = time.monotonic()
        self.stop.set()
        self.thread.join()
        assert time.monotonic() - began < 1

    @property
    def active(self) -> bool:
        return self.tally.figures().active

    @property
    def entries(self) -> int:
        return self.tally.figures().entries

    @property
    def errors(self) -> int:
        return self.tally.figures().errors


def position(shelf: Shelf) -> int:
    return lag_of(shelf.runner).position


def test_where_the_tables_stand(shelf: Shelf) -> None:
    """Before they were ever filled, behind, current, and stopped; asking brings nothing up to date."""
    (first, second) = shelf.ledger.select_notifications(None, 2)
    assert lag_of(shelf.runner) == Lag(2, 0, first.recorded_at, None)
    shelf.runner.catch_up()
    assert lag_of(shelf.runner) == Lag(2, 2, None, None)
    shelf.poison("A")
    with pytest.raises(StoreError):
        shelf.runner.catch_up()
    standing = lag_of(shelf.runner)
    assert (standing[:2], standing.failed_position) == ((3, 2), 3)
    shelf.sql("UPDATE projection SET schema = 1")
    assert lag_of(shelf.runner)[:3] == (3, 0, first.recorded_at)
    assert second.recorded_at >= first.recorded_at


def test_it_follows_what_is_appended(shelf: Shelf) -> None:
    """Quietly; the rows are those of a rebuild."""
    with Process(opened(shelf)) as process:
        until(lambda: process.entries == 2)
        until(lambda: process.active)
        for number in range(20):
            shelf.open(f"C-{number}")
        until(lambda: process.entries == 22)
    assert (process.active, position(shelf)) == (False, 22)
    assert rebuild(shelf.runner)[2:] == (0, 0)
    assert (process.told, process.errors) == ([], 0)


def test_catching_up_after_a_lag_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lag by the instant at which the oldest entry was recorded."""
    monkeypatch.setattr(follower, "now", lambda: hours(1))
    with Process(opened(shelf)) as process:
        until(lambda: process.told)
    assert process.told == ["caught up with 2 entries, up to position 2"]


def test_readers_catch_up_themselves_meanwhile(shelf: Shelf) -> None:
    """Neither is in the other's way."""
    with Process(opened(shelf)) as process:
        for number in range(20):
            shelf.open(f"C-{number}")
            assert shelf.runner.catch_up() == 3 + number
            assert len(shelf.ask().items) == 3 + number
        until(lambda: position(shelf) == 22)
    assert process.errors == 0


def test_it_stops_in_the_middle_of_a_transaction(shelf: Shelf) -> None:
    """Which is rolled back, and done by the next one."""
    process = Process(opened(shelf))
    process.stop.set()
    reader = opened(shelf)()
    with pytest.raises(follower.Stopping):
        process.follower._catch_up(Runner(reader))
    reader.close()
    assert (shelf.tables(), process.entries) == ([], 0)
    with Process(opened(shelf)) as process:
        until(lambda: position(shelf) == 2)


def test_a_poison_entry_is_told_once_and_does_not_end_it(shelf: Shelf) -> None:
    """What lies before it is reflected; it is tried again, and goes on at once when it is left out."""
    shelf.open("C")
    poison = shelf.poison("A")
    shelf.open("D")
    process = Process(opened(shelf))
    process.follower._retrying = Pauses(0.01, 0.02)
    with process:
        until(lambda: process.errors >= 3)
        assert process.active
        assert (process.entries, position(shelf)) == (3, 3)
        assert process.tally.figures().last_error == "poison"
        process.follower._retrying = Pauses(600, 600)
        shelf.skip(poison)
        until(lambda: position(shelf) == 6)
        until(lambda: len(process.told) == 2)
    told, well = process.told
    assert f"stopped before position {poison}: entry 2 of its stream, {POISON}" in told
    assert f"longcase projections skip {poison} --reason WHY" in told
    assert well == "all is well again: the tables reflect all entries up to position 6"
    assert process.entries == 6


def test_a_poison_entry_that_somebody_else_could_read_ends_the_pause(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a newer version has retried it."""
    shelf.poison("A")
    process = Process(opened(shelf))
    process.follower._retrying = Pauses(600, 600)
    with process:
        until(lambda: process.told)
        read_by_a_newer_version(monkeypatch)
        assert shelf.runner.catch_up(retry=True) == 3
        until(lambda: len(process.told) == 2)
    assert (process.errors, position(shelf)) == (1, 3)


def test_a_lost_connection_is_made_again(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told once, whether it is the first connection or a later one; it goes on where the tables stand."""
    failures: list[Exception] = [Lost("no server answers"), Lost("it is starting up")]
    readers: list[LedgerReader] = []

    def connect() -> LedgerReader:
        if failures:
            raise failures.pop(0)
        readers.append(opened(shelf)())
        return readers[-1]

    process = Process(connect)
    process.follower._connecting = Pauses(0.005, 0.01)
    with process:
        until(lambda: position(shelf) == 2)
        until(lambda: len(process.told) == 2)
        failures += [Lost("the server shut down"), OperationalError("disk I/O error")]
        monkeypatch.setattr(readers[0], "wait", lost)  # as a driver does whose server is gone
        until(lambda: len(readers) == 2)
        until(lambda: len(process.told) == 5)
        shelf.open("C")
        until(lambda: position(shelf) == 3)
    assert process.told == [
        "no server answers; connecting again",
        "all is well again: the tables reflect all entries up to position 2",
        "it is gone; connecting again",
        "disk I/O error; connecting again",
        "all is well again: the tables reflect all entries up to position 2",
    ]
    assert process.errors == 5


def lost(_seconds: float) -> bool:
    raise Lost("it is gone")


@pytest.mark.parametrize("error", [NotAStore("there is no store"), OperationalError("unable to open")])
def test_what_is_wrong_at_the_very_beginning_ends_it(error: Exception) -> None:
    """Whoever starts it is there to read that, and no waiting mends it."""

    def connect() -> LedgerReader:
        raise error

    process = Process(connect)
    with pytest.raises(type(error)):
        process.follower.run()
    assert process.told == []


def test_a_store_that_is_none_any_more_ends_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an upgrade by a newer version: only another program helps."""
    openings = [opened(shelf)()]

    def connect() -> LedgerReader:
        if not openings:
            raise NotAStore("it was written by a newer Longcase")
        return openings.pop()

    process = Process(connect)
    process.follower._connecting = Pauses(0.001, 0.001)
    monkeypatch.setattr(openings[0], "wait", lost)
    with pytest.raises(NotAStore):
        process.follower.run()


def test_it_waits_for_another_writer_without_connecting_again(shelf: Shelf) -> None:
    """A large import holds the lock for longer than anybody waits; the one active stays so."""
    readers: list[LedgerReader] = []

    def connect() -> LedgerReader:
        readers.append(opened(shelf)())
        readers[-1].connection.execute("PRAGMA busy_timeout = 10")
        return readers[-1]

    process = Process(connect)
    process.follower._retrying = Pauses(0.01, 0.02)
    with shelf.ledger.transaction(), process:
        until(lambda: process.errors >= 2)
        assert (process.active, process.tally.figures().last_error) == (True, "busy")
        shelf.ledger.connection.execute("COMMIT")
        until(lambda: len(process.told) == 2)
        shelf.ledger.connection.execute("BEGIN")
    assert process.told[0] == "the store is in use by another writer; trying again"
    assert (len(readers), position(shelf)) == (1, 2)


def test_one_is_active_and_the_other_takes_over(shelf: Shelf) -> None:
    """Each says what it does, once."""
    with Process(opened(shelf)) as first:
        until(lambda: first.entries == 2)
        with Process(opened(shelf)) as second:
            until(lambda: second.told)
            assert (first.active, second.active) == (True, False)
            first.stop.set()
            until(lambda: second.active)
            shelf.open("C")
            until(lambda: second.entries == 1)
    assert second.told == [
        "another process follows this store: standing by",
        "the process that followed this store has ended: taking over",
    ]
    assert first.told == []


def test_pauses_grow_and_begin_again() -> None:
    """Up to the longest."""
    pauses = Pauses(0.1, 30.0)
    assert [pauses.next() for _ in range(10)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0]
    pauses.reset()
    assert pauses.next() == 0.1


def test_the_kind_of_an_error_is_that_of_its_cause() -> None:
    """A few words of ours, whatever the error's text says."""
    wrapped = StoreError("the store failed")
    wrapped.__cause__ = Lost("gone")
    kinds = {
        "lost": (Lost("x"), wrapped),
        "busy": (Busy("x"), StoreError("database is locked")),
        "store": (OperationalError("CASE-1 is damaged"), StoreError("x")),
    }
    assert {kind: {kind_of(error) for error in errors} for kind, errors in kinds.items()} == {
        kind: {kind} for kind in kinds
    }
