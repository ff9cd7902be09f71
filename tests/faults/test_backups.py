"""A backup that is taken under load holds all that was acknowledged; a killed one leaves nothing half done."""

from __future__ import annotations

import os

import pytest

from tests.faults import backups
from tests.faults.outcome import LONG

ROUNDS = 20 if LONG else 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_backups_and_archives_under_load_hold_all_that_was_acknowledged() -> None:
    """``LONGCASE_FAULTS=long`` goes through 20 rounds on each engine."""
    figures = backups.run(ROUNDS, seed=1417).figures
    assert figures["entries compared"] > figures["engines"]  # type: ignore[operator]  # these are numbers
