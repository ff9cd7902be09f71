"""A command whose answer is lost with its connection is recorded once, and its writer is told where."""

from __future__ import annotations

from tests.faults import cut
from tests.faults.outcome import LONG


def test_a_command_outlives_its_connection() -> None:
    """``LONGCASE_FAULTS=long`` cuts 50 connections; the short form each kind of cut once."""
    found = cut.run(50 if LONG else len(cut.KINDS), seed=1417)
    assert found.figures["lost"] == 0
    assert int(found.figures["cuts"]) >= found.count
