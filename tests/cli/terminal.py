"""A command as typed at a terminal of a given width, and what it shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from cli.main import main
from cli.session import stores
from tests.projections.story_store import Store, on_disk, warning, when

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


class Shown(NamedTuple):
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Screen:
    """Types commands over one store, with the clock at one instant and a terminal of one width."""

    def __init__(
        self,
        path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        *,
        tell: Callable[[Store], Store] = warning,
        now: str = "2016-05-20T12:00",
    ) -> None:
        monkeypatch.setenv("LONGCASE_STORE", str(on_disk(path, tell)))
        monkeypatch.setattr(stores, "now", lambda: when(now))
        self._patch = monkeypatch
        self._capsys = capsys

    def typed(self, *words: str, width: int = 80) -> Shown:
        """Run a command and return what it showed."""
        self._patch.setenv("COLUMNS", str(width))
        code = main(list(words))
        return Shown(code, *self._capsys.readouterr())


def lines(text: str) -> list[str]:
    """Return the lines of a transcript that stands indented in a test."""
    shown = text.strip("\n").splitlines()
    indent = min(len(line) - len(line.lstrip()) for line in shown if line.strip())
    return [line[indent:].rstrip() for line in shown]
