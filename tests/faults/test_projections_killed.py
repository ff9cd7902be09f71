"""A process that is killed while it fills the population tables leaves them as they were, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from projections.runner.rebuild import Rebuilt, rebuild
from tests.projections.stores import Shelf, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import Place

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")

ROOT = Path(__file__).resolve().parents[2]
CASES = 60

# How it stands, that nobody has it, and that nothing is done with it.
ROWS_A_CASE = 1 + 1

# Kills itself when it has been told of progress so many times; writes as it goes, so that something is lost.
PROCESS = """
import os, signal, sys
from ledger.stores import open_recorder
from projections.runner import rebuild, runner
from projections.tables import rows, workers

path, work, kill_at, beside = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "run_in_process"
rows.BATCH = 1
if beside:
    workers.LARGE, workers.possible = 1, lambda: True
told = []

def progress(count):
    told.append(count)
    if len(told) == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

tables = runner.Runner(open_recorder(path))
tables.catch_up(progress) if work == "catch-up" else rebuild.rebuild(tables, progress)
"""


def kill(shelf: Shelf, work: str, at: int, *, beside: bool = False) -> None:
    """Let a process do its work on the store until it has been told of progress ``at`` times."""
    beside_or_here = "run_in_process" if beside else "here"
    command = [sys.executable, "-c", PROCESS, str(shelf.location), work, str(at), beside_or_here]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=30)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    shelf = place.shared()
    shelf.open(*(f"CASE-{number}" for number in range(CASES)))
    yield shelf
    if place.engine == "sqlite":
        assert shelf.sql("PRAGMA integrity_check") == [("ok",)]
    shelf.close()


@pytest.mark.parametrize(("at", "beside"), [(1, False), (30, False), (CASES, False), (1, True)])
def test_a_first_filling_that_is_killed_leaves_nothing_to_read(shelf: Shelf, at: int, *, beside: bool) -> None:
    """The next reader fills them, and what was begun is gone then."""
    kill(shelf, "catch-up", at, beside=beside)
    assert (shelf.runner.status().position, shelf.runner.status().rows) == (0, 0)
    assert shelf.runner.catch_up() == CASES
    assert shelf.rows() == shelf.rebuilt_rows()
    assert shelf.tables() == tables(shelf.runner.status().generation)


@pytest.mark.parametrize("at", [1, 9, 20])
def test_a_catching_up_that_is_killed_changes_nothing(shelf: Shelf, at: int) -> None:
    """Rows that were written, and rows that were removed, are as before."""
    shelf.runner.catch_up()
    before, status = shelf.rows(), shelf.runner.status()
    for number in range(20):
        shelf.put(f"CASE-{number}", ev.ActionRecorded(kind="arrest"), at=number / 2)
    kill(shelf, "catch-up", at)
    assert shelf.rows() == before
    assert shelf.runner.status() == status._replace(behind=20)
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()
    assert rebuild(shelf.runner)[2:] == (0, 0)


@pytest.mark.parametrize("at", [1, 8, 31, CASES])
def test_a_rebuild_that_is_killed_leaves_the_old_in_service(shelf: Shelf, at: int) -> None:
    """What it had begun stays on the disk and in nobody's way; the next rebuild drops it."""
    shelf.runner.catch_up()
    before = shelf.rows()
    kill(shelf, "rebuild", at)
    assert shelf.tables() == tables(1, 2)
    assert shelf.rows() == before
    assert len(shelf.ask().items) == CASES
    shelf.open("LATER")
    shelf.runner.catch_up()
    assert rebuild(shelf.runner) == Rebuilt(CASES + 1, (CASES + 1) * ROWS_A_CASE, 0, 0)
    (generation,) = shelf.sql("SELECT generation FROM projection")[0]
    assert shelf.tables() == tables(generation)
    assert shelf.rows() == shelf.rebuilt_rows()
