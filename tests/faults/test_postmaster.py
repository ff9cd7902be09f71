"""A server that is killed under load loses nothing that it acknowledged; its clients connect again."""

from __future__ import annotations

import os

import pytest

from tests.faults import postmaster
from tests.faults.outcome import LONG

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")


def test_writers_outlive_the_death_of_their_server() -> None:
    """``LONGCASE_FAULTS=long`` kills it 10 times."""
    found = postmaster.run(10 if LONG else 1, seed=1417)
    assert found.figures["lost"] == 0
    assert int(found.figures["entries"]) >= int(found.figures["commands acknowledged"]) > 0
