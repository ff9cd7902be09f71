"""Progress: one moving line on a terminal, a line now and then elsewhere, nothing for short work."""

from __future__ import annotations

import io

import pytest

from cli.output.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def run(stream: io.StringIO, seconds: int, total: int | None) -> str:
    clock = Clock()
    with Progress("importing", total=total, stream=stream, clock=clock) as progress:
        for _ in range(seconds):
            clock.now += 1
            progress.advance(1_000)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def test_elsewhere_a_line_every_ten_seconds() -> None:
    """Where nobody watches, a line is written every ten seconds, and none before."""
    assert run(io.StringIO(), 9, 60_000) == ""
    assert run(io.StringIO(), 25, 60_000).splitlines() == [
        "importing: 10,000 of 60,000 entries, 1,000 a second, 50 s left",
        "importing: 20,000 of 60,000 entries, 1,000 a second, 40 s left",
    ]


def test_on_a_terminal_one_line_moves() -> None:
    """On a terminal the line is drawn over itself, and cleared at the end."""
    text = run(Terminal(), 2, None)
    assert text.count("\n") == 0
    assert "\r\x1b[Kimporting: 2,000 entries, 1,000 a second" in text
    assert text.endswith("\r\x1b[K")


def test_a_narrow_terminal_cuts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line never wraps, since a wrapped line cannot be drawn over."""
    monkeypatch.setenv("COLUMNS", "20")
    assert "importing: 1,000 e…" in run(Terminal(), 1, None)


def test_a_dumb_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that cannot move its cursor is written to as a file is."""
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in run(Terminal(), 25, None)
