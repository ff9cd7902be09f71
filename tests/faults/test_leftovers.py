"""A restore beside what another store left is refused, and a killed one leaves all or nothing."""

from __future__ import annotations

import os

import pytest

from ledger.sqlite import place
from tests.faults import leftovers
from tests.faults.outcome import LONG

RESTORES = 400 if LONG else 30


@pytest.mark.skipif(os.name == "nt", reason="fork is of POSIX")
def test_a_store_is_what_was_said_or_there_is_none() -> None:
    """``LONGCASE_FAULTS=long`` restores 400 times."""
    figures = leftovers.run(RESTORES, seed=1417).figures
    for each in ("done", "refused", "killed", "left beside"):
        assert figures[each] > 0  # type: ignore[operator]  # these are numbers


@pytest.mark.skipif(os.name == "nt", reason="fork is of POSIX")
def test_a_restore_that_does_not_look_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look for what others left, a new process finds another store."""
    monkeypatch.setattr(place, "_left", lambda _: [])
    with pytest.raises(AssertionError, match="beside what was absent"):
        leftovers.run(RESTORES, seed=1417)
