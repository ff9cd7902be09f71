"""An import is taken over or taken back whole or not at all, and the same command finishes what was killed."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from ledger.sqlite.recorder import SQLiteRecorder
from ledger.workers import batches
from tests.faults import amended
from tests.faults.leftovers import End
from tests.faults.outcome import LONG

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 300 if LONG else 18
pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork is of POSIX")


def test_all_or_nothing_of_it_is_there_after_any_kill() -> None:
    """``LONGCASE_FAULTS=long`` kills 300 times."""
    figures = amended.run(KILLS, seed=1417).figures
    for each in ("killed before", "killed afterwards"):
        assert figures[each] > 0  # type: ignore[operator]  # these are numbers


def test_a_part_of_it_would_be_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Were each batch committed by itself, a kill between two would leave a part."""
    undoing = amended.jobs(tmp_path)[1]
    monkeypatch.setattr(SQLiteRecorder, "transaction", lambda _: nullcontext())
    monkeypatch.setattr(batches, "SIZE", 5)

    def kill_at_every_tenth() -> None:
        for tenth in range(1, 10):
            end = End(calls=undoing.takes.calls * tenth // 10)
            amended.one_round(undoing, tmp_path / f"killed-{tenth}.db", end)

    with pytest.raises(AssertionError, match="a part of it"):
        kill_at_every_tenth()
