"""A store of its own for each test, a clock that stands still, and ``longcase`` as a function."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cli.main import main
from cli.session import stores
from domain.instant import parse
from ledger.sqlite.connection import create

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Ran(NamedTuple):
    """What a command came to: its exit code, and what it wrote where."""

    code: int
    out: str
    err: str


class Clock:
    """A clock that shows what it was last set to, in microseconds since 1970 UTC."""

    def __init__(self) -> None:
        self.now = parse("2016-05-20T09:00:00Z")

    def set(self, text: str) -> None:
        self.now = parse(text)

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    standing = Clock()
    monkeypatch.setattr(stores, "now", standing)
    return standing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Path:
    path = tmp_path / "longcase.db"
    create(str(path), {"zone": "Europe/London"}).close()
    monkeypatch.setenv("LONGCASE_STORE", str(path))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    return path


@pytest.fixture
def longcase(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    def run(*args: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(args)
        said = capsysbinary.readouterr()
        return Ran(code, said.out.decode(), said.err.decode())

    return run
