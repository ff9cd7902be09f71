"""A writing process that is killed loses nothing that it acknowledged; a retry doubles nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults import sigkill

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 200 if os.environ.get("LONGCASE_FAULTS") == "long" else 10


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_every_acknowledged_command_is_there_once_after_any_kill(tmp_path: Path) -> None:
    """``LONGCASE_FAULTS=long`` kills 200 times."""
    acknowledged, entries = sigkill.campaign(str(tmp_path / "store.db"), KILLS, seed=1417)
    assert entries >= acknowledged > 0
