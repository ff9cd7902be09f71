"""A writing process that is killed loses nothing that it acknowledged; a retry doubles nothing."""

from __future__ import annotations

import os

import pytest

from tests.faults import sigkill
from tests.faults.outcome import LONG

KILLS = 200 if LONG else 10


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_every_acknowledged_command_is_there_once_after_any_kill() -> None:
    """``LONGCASE_FAULTS=long`` kills 200 times."""
    figures = sigkill.run(KILLS, seed=1417).figures
    assert figures["entries"] >= figures["commands acknowledged"] > 0  # type: ignore[operator]  # these are numbers
