"""A witness that is killed at any moment cosigns one history, and keeps what it has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.outcome import LONG
from tests.faults.witness import check, run
from tests.transparency.logs import ORIGIN
from tests.witness.witnesses import made, request

if TYPE_CHECKING:
    from pathlib import Path


def test_killed_witnesses() -> None:
    """``LONGCASE_FAULTS=long`` kills four processes 100 times."""
    figures = run(100 if LONG else 2, seed=1417).figures
    assert figures["forks"] == 0
    assert figures["kills"]


def test_a_witness_that_fails_is_found(tmp_path: Path) -> None:
    """Two histories, a checkpoint that was forgotten and one of another tree are seen."""
    made(tmp_path).answer(request(0, 7))
    check(tmp_path, [(0, 7)])
    for wrong, why in (
        ([(0, 7), (1, 9)], "two histories"),
        ([(0, 9)], "forgotten"),
        ([(1, 7)], "another checkpoint"),
    ):
        with pytest.raises(AssertionError, match=why):
            check(tmp_path, wrong)
    assert made(tmp_path).state.heads([ORIGIN])[ORIGIN].size == 7
