"""A program that follows the ledger by ``audit --after`` has each entry once, whenever it is killed."""

from __future__ import annotations

import os

import pytest

from tests.faults import feed
from tests.faults.outcome import LONG


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_reader_that_is_killed_misses_nothing_and_has_nothing_twice() -> None:
    """``LONGCASE_FAULTS=long`` kills it 50 times on each engine, under eight writers."""
    outcome = feed.run(50 if LONG else 4, seed=1417)
    assert (outcome.figures["missed"], outcome.figures["twice"]) == (0, 0)
    assert outcome.count >= 8


@pytest.mark.parametrize(
    ("positions", "what"), [([1, 3], "1 entries were missed"), ([1, 2, 2, 3], "1 entries were given twice")]
)
def test_it_would_be_seen(positions: list[int], what: str) -> None:
    """The check fails for a feed that misses or repeats."""
    with pytest.raises(AssertionError, match=what):
        feed.check(positions, 3)
