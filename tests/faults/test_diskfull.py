"""A disk that is full loses nothing, is told in words, and is forgotten once there is space again."""

from __future__ import annotations

import pytest

from tests.faults import diskfull
from tests.faults.outcome import LONG, NotRun


def test_a_full_disk_and_then_space_again() -> None:
    """``LONGCASE_FAULTS=long`` fills 20 disks."""
    try:
        diskfull.disk()
    except NotRun as why:
        pytest.skip(str(why))
    figures = diskfull.run(20 if LONG else 1, seed=1417).figures
    assert int(figures["commands until full"]) > 0
    assert int(figures["commands afterwards"]) > 0
