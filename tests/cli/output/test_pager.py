"""The pager: what goes through it, what does not, and what the command then ends with."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG: Final = ("stalled", "--as-at", "2016-05-20")
SHORT: Final = ("stalled", "--as-at", "2016-05-20", "--limit", "1", "--by", "team")


class Looked(NamedTuple):
    """What stood on the screen in the end, what the pager was given (None: it was not run), and the exit code."""

    screen: str
    paged: str | None
    code: int


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of invented cases, with its tables."""
    path = tmp_path_factory.mktemp("pager") / "demo.db"
    assert main(["demo", "--store", str(path)]) == 0
    return path


@pytest.fixture
def look(demonstration: Path, tmp_path: Path) -> Callable[..., Looked]:
    """Run the program at a terminal of 80 columns and 24 lines."""

    def run(*words: str, pager: str = "cat > {paged}", lines: int = 24, **environment: str) -> Looked:
        paged = tmp_path / "paged"
        paged.unlink(missing_ok=True)
        own, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 80, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LESS", "LINES"}}
        variables = {"LONGCASE_STORE": str(demonstration), "TERM": "xterm", "PAGER": pager.format(paged=paged)}
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *words],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**kept, **variables, **environment},
        )
        os.close(terminal)
        screen = _all_of(own)
        os.close(own)
        return Looked(screen, paged.read_text() if paged.exists() else None, process.wait())

    return run


def _all_of(terminal: int) -> str:
    found = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            return found.decode()
        if not more:
            return found.decode()
        found += more


def test_what_is_longer_than_the_screen(look: Callable[..., Looked]) -> None:
    """It goes through the pager whole, with its colours, the worst first, and what is said beside it."""
    found = look(*LONG)
    assert found.paged is not None
    lines = found.paged.splitlines()
    assert len(lines) > 24
    assert "IMG-0417" in "".join(lines[:10])
    assert "\x1b[" in found.paged
    assert "Next: longcase explain" in found.paged
    assert found.screen.strip("\r\x1b[K") == ""
    assert found.code == 0


def test_what_fits(look: Callable[..., Looked]) -> None:
    """It stands on the screen, and no pager is run."""
    found = look(*SHORT)
    assert found.paged is None
    assert "Lyra" in found.screen


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (("--no-pager", *LONG), {}),
        (LONG, {"PAGER": "cat"}),
        (LONG, {"PAGER": ""}),
        (LONG, {"LONGCASE_PAGER": ""}),
        (LONG, {"TERM": "dumb"}),
    ],
)
def test_switched_off(look: Callable[..., Looked], words: tuple[str, ...], environment: dict[str, str]) -> None:
    """An option, an empty variable, cat and a dumb terminal are no pager."""
    found = look(*words, **environment)
    assert found.paged is None
    assert "IMG-0417" in found.screen
    assert found.code == 0


def test_the_programs_own_variable_goes_first(look: Callable[..., Looked], tmp_path: Path) -> None:
    """LONGCASE_PAGER counts before PAGER."""
    found = look(*LONG, pager="false", LONGCASE_PAGER=f"cat > {tmp_path / 'paged'}")
    assert found.paged is not None
    assert "IMG-0417" in found.paged


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_data_never_go_through_it(look: Callable[..., Looked], form: str) -> None:
    """Data are for programs, wherever they are written."""
    found = look(*LONG, "--format", form)
    assert found.paged is None
    assert "IMG-0417" in found.screen
    if form == "json":
        assert json.loads(found.screen.lstrip("\r\x1b[K"))["items"]


def test_what_nobody_looks_at(demonstration: Path) -> None:
    """Where standard output is no terminal there is no pager, however long the answer is."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "--store", str(demonstration), *LONG],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PAGER": "false"},
    )
    assert "IMG-0417" in done.stdout


def test_the_exit_code_is_that_of_the_command(look: Callable[..., Looked]) -> None:
    """Neither how the pager ends, nor that it ends early, changes with what the command ends."""
    assert look(*LONG, "--exit-code").code == 1
    assert look(*LONG, "--exit-code", pager="cat > {paged}; exit 7").code == 1
    left = look(*LONG, "--exit-code", pager="head -1")
    assert left.code == 1
    assert left.screen.count("\n") == 1
    assert look("audit", "--limit", "0", pager="true").code == 0


def test_a_pager_that_cannot_be_run(look: Callable[..., Looked]) -> None:
    """It is said, and how to do without."""
    found = look(*LONG, pager="no-such-pager")
    assert "cannot be run" in found.screen
    assert "--no-pager" in " ".join(found.screen.split())
    assert found.code == 2


def test_less_is_told_what_it_needs(look: Callable[..., Looked], tmp_path: Path) -> None:
    """LESS is FRX where it says nothing, and else as it is."""
    says = f"echo $LESS > {tmp_path / 'paged'}; cat > /dev/null"
    assert look(*LONG, pager=says).paged == "FRX\n"
    assert look(*LONG, pager=says, LESS="S").paged == "S\n"


def test_what_records_has_none(look: Callable[..., Looked]) -> None:
    """Only what is looked at goes through a pager: not the help of what records, nor a refusal."""
    found = look("act", "--help", LONGCASE_PAGER="false")
    assert "Usage" in found.screen


def test_a_terminal_that_does_not_know_its_size(look: Callable[..., Looked]) -> None:
    """Where no height is known nothing is longer than the screen."""
    found = look(*LONG, lines=0)
    assert found.paged is None
    assert "IMG-0417" in found.screen
