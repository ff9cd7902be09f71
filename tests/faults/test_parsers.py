"""What nobody would write is refused with a sentence."""

from __future__ import annotations

import pytest

from tests.faults.outcome import LONG
from tests.faults.parsers import Parser, parsers, read, run
from transparency.notes import parse_note


def test_random_changes() -> None:
    """``LONGCASE_FAULTS=long`` gives each reader 100,000 inputs."""
    figures = run(100_000 if LONG else 500, seed=1417).figures
    for name in parsers():
        assert figures[f"{name} refused"]


def test_a_reader_that_fails_is_found() -> None:
    """A crash, and bytes that are written otherwise than they were read, are seen."""
    note = parsers()["note"].good
    with pytest.raises(AssertionError, match="written otherwise"):
        read("note", Parser(lambda data: parse_note(data).to_bytes() + b"\n", note), note)
    with pytest.raises(IndexError):
        read("note", Parser(lambda data: data[: data[10**9]], note), note)
