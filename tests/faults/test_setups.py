"""Any number of processes may make a store at once: one makes it, and all can use it."""

from __future__ import annotations

from tests.faults import setups
from tests.faults.outcome import LONG


def test_eight_processes_make_one_store() -> None:
    """``LONGCASE_FAULTS=long`` lets them do so 20 times, on each engine."""
    assert setups.run(20 if LONG else 1, seed=1417).figures["failed"] == 0
