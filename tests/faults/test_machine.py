"""The machine finds nothing in Longcase, and finds what is put into it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application import recording
from domain.errors import LongcaseError
from exchange import backups
from ledger import schema
from ledger.entry import placed
from ledger.errors import CommandTaken
from ledger.sqlite import recorder as sqlite
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.transfer.restore import restore
from projections.runner.advance import Advance
from projections.tables import checkpoint
from projections.tables.engine import writing
from projections.tables.writer import Filler, _Shelf
from tests.clock import HOUR
from tests.faults import machine_places
from tests.faults.machine import STEPS, play
from tests.faults.machine_places import Files, in_files, on_server
from tests.faults.outcome import LONG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.entry import StoredEntry
    from ledger.recorder import LedgerRecorder
    from ledger.transfer.archive import Source
    from projections.tables.reference import ReferenceData
    from tests.faults.machine_places import Place
    from tests.postgres.databases import Databases

    Sabotage = Callable[[pytest.MonkeyPatch], None]

SEQUENCES = (500, STEPS) if LONG else (10, 20)
SEARCH = (400, 30)
"""Among how many sequences, of how many steps, what is put in must be found."""


@pytest.fixture
def files() -> Iterator[Place]:
    with in_files() as place:
        yield place


@pytest.fixture
def served(databases: Databases) -> Iterator[Place]:
    with on_server(databases) as place:
        yield place


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_nothing_goes_wrong(engine: str, files: Place, served: Place) -> None:
    """``LONGCASE_FAULTS=long`` plays 500 sequences of 50 steps on each engine."""
    place, across = (files, served) if engine == "sqlite" else (served, files)
    figures = play(place, across, SEQUENCES, 1417)
    assert figures["sequences"] >= SEQUENCES[0]
    assert figures["steps"] >= SEQUENCES[0] * SEQUENCES[1]
    assert all(figures[what] for what in ("commands", "retries", "crashes", "units of work"))


def record_a_retry_again(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a command is there, and an id that is taken gives way to another."""
    record = SQLiteRecorder.record

    def again(self: SQLiteRecorder, entries: Sequence[StoredEntry]) -> tuple[range, int]:
        try:
            return record(self, entries)
        except CommandTaken:
            other = [one._replace(command_id=sha256(one.command_id).digest()[:16]) for one in entries]
            return again(self, other)

    patch.setattr(recording, "made_by", lambda _history, _command: [])
    patch.setattr(SQLiteRecorder, "record", again)


def take_another_command_for_a_retry(patch: pytest.MonkeyPatch) -> None:
    """Whatever has the id of a command is that command."""
    patch.setattr(recording, "same", lambda *_: True)


def skip_a_position(patch: pytest.MonkeyPatch) -> None:
    """After the sixth entry, without the guard that would not have it."""

    def gapped(entries: Sequence[StoredEntry], position: int, recorded_at: int) -> Iterator[Any]:
        return placed(entries, position + (position == 6), recorded_at)

    patch.setattr(schema, "TRIGGERS", {})
    patch.setattr(sqlite, "placed", gapped)


def skip_a_position_under_guard(patch: pytest.MonkeyPatch) -> None:
    """As above, and the store refuses it."""
    guards = schema.TRIGGERS
    skip_a_position(patch)
    patch.setattr(schema, "TRIGGERS", guards)


def record_before_the_last(patch: pytest.MonkeyPatch) -> None:
    """The seventh entry says that it was recorded an hour before the sixth."""

    def back(entries: Sequence[StoredEntry], position: int, recorded_at: int) -> Iterator[Any]:
        return placed(entries, position, recorded_at - HOUR * (position == 6))

    patch.setattr(sqlite, "placed", back)


def commit_what_failed(patch: pytest.MonkeyPatch) -> None:
    """A unit of work that is given up is recorded as far as it had come."""
    transaction = SQLiteRecorder.transaction

    @contextmanager
    def committing(self: SQLiteRecorder) -> Iterator[None]:
        with transaction(self):
            try:
                yield
            except Exception:
                self.connection.execute("COMMIT")
                raise

    patch.setattr(SQLiteRecorder, "transaction", committing)


def commit_the_position_first(patch: pytest.MonkeyPatch) -> None:
    """A catch-up that is broken off leaves tables that are said to reflect what was not worked out yet."""
    step = Advance._step

    def first(self: Advance, seen: checkpoint.Checkpoint, reference_data: ReferenceData) -> None:
        with writing(self._engine) as connection:
            checkpoint.move(connection, position=reference_data.until)
        step(self, seen, reference_data)

    patch.setattr(Advance, "_step", first)
    patch.setattr(checkpoint, "check_unmoved", lambda *_: None)


def lose_the_log(patch: pytest.MonkeyPatch) -> None:
    """A process that dies takes with it what only the write-ahead log has."""
    patch.setattr(machine_places, "files_of", lambda location: [location])


def restore_all_but_the_last(patch: pytest.MonkeyPatch) -> None:
    """A restored store lacks an entry."""

    def short(recorder: LedgerRecorder, source: Source, **more: Any) -> Any:
        kept = max(0, source.position - 1)
        return restore(recorder, source._replace(position=kept, entries=islice(source.entries, kept)), **more)

    patch.setattr(backups, "restore", short)


def keep_rows_that_no_longer_hold(patch: pytest.MonkeyPatch) -> None:
    """The tables have a case's old rows beside its new ones."""
    patch.setattr(_Shelf, "difference", lambda _self, _of, rows: ([], rows))


def leave_an_officers_cases_as_they_were(patch: pytest.MonkeyPatch) -> None:
    """What the register says of an owner does not reach the tables of the cases they own."""
    patch.setattr(Filler, "follow", lambda *_: None)


SABOTAGE: list[Sabotage] = [
    record_a_retry_again,
    take_another_command_for_a_retry,
    skip_a_position,
    skip_a_position_under_guard,
    record_before_the_last,
    commit_what_failed,
    commit_the_position_first,
    lose_the_log,
    restore_all_but_the_last,
    keep_rows_that_no_longer_hold,
    leave_an_officers_cases_as_they_were,
]


@pytest.mark.parametrize("sabotage", SABOTAGE)
def test_what_is_put_in_is_found(sabotage: Sabotage, files: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that can fail, its silence says something."""
    sabotage(monkeypatch)
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.raises((AssertionError, LongcaseError)),
    ):
        play(files, Files(Path(folder)), SEARCH, 1417, shrink=False)
