"""Pieces that are put aside come back as they were given, in memory or out of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.workers.spool import Spool


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(0, 400))
def test_what_is_put_aside_comes_back(pieces: list[bytes], in_memory: int) -> None:
    """In order and as often as it is asked for, whatever of it went into a file."""
    with Spool(in_memory) as spool:
        for piece in pieces:
            spool.add(piece)
        assert len(spool) == len(pieces)
        assert list(spool) == list(spool) == pieces


def test_no_more_is_held_than_was_allowed() -> None:
    """However much is put aside."""
    with Spool(1_000) as spool:
        for _ in range(1_000):
            spool.add(bytes(100))
            assert sum(map(len, spool._pieces)) <= 1_000
