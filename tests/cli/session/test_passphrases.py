"""A passphrase is the line in a file that its owner alone can read, or is typed at a terminal."""

from __future__ import annotations

import warnings
from getpass import GetPassWarning
from typing import TYPE_CHECKING

import click
import pytest

from cli.session import passphrases
from cli.session.passphrases import VARIABLE, passphrase
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRAWN = b"plain wooden horse 17"


@pytest.fixture
def held(tmp_path: Path) -> Callable[[bytes], str]:
    def write(content: bytes) -> str:
        path = tmp_path / "passphrase"
        path.write_bytes(content)
        path.chmod(0o600)
        return str(path)

    return write


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    rest = iter(answers)
    monkeypatch.setattr(passphrases, "getpass", lambda _prompt: next(rest))


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_line_in_a_file(held: Callable[[bytes], str], end: bytes) -> None:
    """With or without the end that editors add."""
    assert passphrase(held(DRAWN + end), new=True) == DRAWN


def test_the_file_of_the_environment(held: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The option comes first, then the variable, and the terminal is asked last."""
    monkeypatch.setenv(VARIABLE, held(DRAWN))
    assert passphrase(None) == DRAWN
    with pytest.raises(FileNotFoundError):
        passphrase("nowhere")


@pytest.mark.parametrize("content", [b"", b"\n", b"one line, and\nanother\n"])
def test_a_file_of_another_form(held: Callable[[bytes], str], content: bytes) -> None:
    """A file without a line, or with several, is not the one that was meant."""
    with pytest.raises(UsageProblem, match="does not hold one line"):
        passphrase(held(content))


def test_a_file_that_others_can_read(held: Callable[[bytes], str], tmp_path: Path) -> None:
    """It is refused, as a key would be."""
    path = held(DRAWN)
    (tmp_path / "passphrase").chmod(0o640)
    with pytest.raises(UsageProblem, match="by others"):
        passphrase(path)


def test_what_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one is typed twice; what is known is typed once."""
    monkeypatch.delenv(VARIABLE, raising=False)
    typing(monkeypatch, DRAWN.decode(), DRAWN.decode())
    assert passphrase(None, new=True) == DRAWN
    typing(monkeypatch, "short")
    assert passphrase(None) == b"short"
    typing(monkeypatch, DRAWN.decode(), "something else")
    with pytest.raises(UsageProblem, match="not the same"):
        passphrase(None, new=True)


@pytest.mark.parametrize("answer", ["short", "\udcff" * 20])
def test_what_is_no_new_passphrase(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """One that is too short, or no text, is refused before it is asked for again."""
    monkeypatch.delenv(VARIABLE, raising=False)
    typing(monkeypatch, answer)
    with pytest.raises(UsageProblem):
        passphrase(None, new=True)


def test_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what is typed would be shown, nothing is asked, and the end of what is typed is an interruption."""
    monkeypatch.delenv(VARIABLE, raising=False)

    def shown(_prompt: str) -> str:
        warnings.warn("would be shown", GetPassWarning, stacklevel=1)
        return "shown"

    def ended(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(passphrases, "getpass", shown)
    with pytest.raises(UsageProblem, match="no terminal"):
        passphrase(None)
    monkeypatch.setattr(passphrases, "getpass", ended)
    with pytest.raises(click.Abort):
        passphrase(None)
