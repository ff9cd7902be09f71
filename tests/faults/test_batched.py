"""A batch that is killed and given again is the batch given once."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.faults import batched
from tests.faults.outcome import LONG

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 25 if LONG else 3


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("how", batched.HOWS, ids=" ".join)
def test_a_batch_that_is_killed_and_given_again(tmp_path: Path, how: tuple[str, ...]) -> None:
    """However its lines are grouped; what was answered is there, and nothing twice."""
    batched.campaign(tmp_path, KILLS, how, random.Random(1417))
