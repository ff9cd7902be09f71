"""A correction that this version cannot apply stops whoever reads its case, with words and never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.mapper import to_stored
from domain.cases import events as ev
from domain.event import Entry
from domain.identity import case_stream
from ledger.sqlite.recorder import SQLiteRecorder
from tests.projections.story_store import on_disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran


@pytest.mark.parametrize("command", ["timeline", "show", "replay"])
def test_a_correction_that_fits_nothing_is_named(
    command: str, tmp_path: Path, longcase: Callable[..., Ran]
) -> None:
    """As another version may have left it in the store."""
    path = on_disk(tmp_path / "store.db")
    recorder = SQLiteRecorder.open(str(path))
    reference = "IMG-0417"
    entries = recorder.stream(case_stream(reference))
    unfit = ev.EntryCorrected(entry=1, values={"no-such-field": 1})
    version, at = len(entries) + 1, entries[-1].recorded_at
    recorder.insert_events(
        [to_stored(Entry(0, case_stream(reference), version, at, 0, "DC 1", "", b"u" * 16, unfit))]
    )
    recorder.close()
    ran = longcase("--store", str(path), command, reference)
    assert ran.code == 5
    assert "does not fit" in ran.err


def test_a_correction_that_fits_nothing_hides_nothing_else(tmp_path: Path, longcase: Callable[..., Ran]) -> None:
    """It is about no restriction, so everybody goes on reading the rest of the case."""
    path = on_disk(tmp_path / "store.db")
    recorder = SQLiteRecorder.open(str(path))
    entries = recorder.stream(case_stream("IMG-0417"))
    unfit = ev.EntryCorrected(entry=1, values={"no-such-field": 1})
    row = Entry(
        0, case_stream("IMG-0417"), len(entries) + 1, entries[-1].recorded_at, 0, "A", "", b"u" * 16, unfit
    )
    recorder.insert_events([to_stored(row)])
    recorder.close()
    ran = longcase("--store", str(path), "timeline", "IMG-0417")
    assert "search warrant W1 sought" in ran.out
    assert f"entry {len(entries) + 1} at position" in ran.err
