"""A command on many cases that is killed and given again is the command given once."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.faults import many
from tests.faults.outcome import LONG

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 25 if LONG else 3


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("how", many.HOWS)
def test_many_at_once_killed_and_given_again(tmp_path: Path, how: str) -> None:
    """With its cases named, or as all those of an officer: each case has its entry once."""
    many.campaign(tmp_path, KILLS, how, random.Random(1417))
