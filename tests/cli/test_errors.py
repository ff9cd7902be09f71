"""Every ending is an exit code and at most one line with hints; none is a traceback."""

from __future__ import annotations

import errno
import io
import json
import stat
from functools import partial
from typing import TYPE_CHECKING

import click
import pytest

from cli.errors import guarded
from cli.input.requests import Common
from cli.main import main
from domain.errors import Conflict, Refused, StoreError, UsageProblem

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("LONGCASE_DEBUG", raising=False)
    return tmp_path


def ending(error: BaseException, *, debug: bool = False) -> int:
    def run() -> int:
        raise error

    common = Common()
    common.debug = debug
    return guarded(run, common)


@pytest.mark.parametrize(("kind", "code"), [(UsageProblem, 2), (Refused, 3), (Conflict, 4), (StoreError, 5)])
def test_each_family_has_its_code(
    capsys: pytest.CaptureFixture[str], kind: type[UsageProblem], code: int
) -> None:
    """An error of the program is one line, its hints below it, and its own exit code."""
    assert ending(kind("what: why", hints=("do this", "or that"))) == code
    assert capsys.readouterr().err == "longcase: what: why\n  hint: do this\n  hint: or that\n"


def test_messages_are_safe(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that quotes what came from outside cannot steer the terminal."""
    ending(Refused("no case \x1b[2J\n", hints=("\u202e",)))
    assert capsys.readouterr().err == "longcase: no case \\x1b[2J\\x0a\n  hint: \\u202e\n"


def test_an_unexpected_error_is_one_line(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    """An internal error is one line and two hints: where its details are, for the user alone, and what to do."""
    assert ending(ValueError("odd\nthing")) == 70
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "longcase: internal error: ValueError: odd thing"
    assert len(lines) == 3
    assert "doctor --deep" in lines[2]
    (details,) = state.rglob("error-*.txt")
    assert str(details) in lines[1]
    assert "Traceback" in details.read_text()
    assert stat.S_IMODE(details.stat().st_mode) == 0o600


def test_details_that_cannot_be_written(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    """Where the details cannot be written, the line says so and how to see them."""
    (state / "longcase").write_text("a file in the way")
    assert ending(ValueError("odd")) == 70
    assert "LONGCASE_DEBUG=1" in capsys.readouterr().err


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """With --debug the traceback is shown before the line, made safe."""
    assert ending(Refused("no \x1b"), debug=True) == 3
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback")
    assert "\x1b" not in shown
    assert shown.endswith("longcase: no \\x1b\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption(capsys: pytest.CaptureFixture[str], error: BaseException) -> None:
    """Being interrupted is one line and 130."""
    assert ending(error) == 130
    assert capsys.readouterr().err == "longcase: interrupted\n"


def test_a_closed_pipe_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """When the reader of standard output has gone, nothing is said."""
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert ending(BrokenPipeError(errno.EPIPE, "Broken pipe")) == 141
    assert capsys.readouterr().err == ""


def test_an_error_of_the_system(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system names the file and the reason."""
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert ending(FileNotFoundError(errno.ENOENT, "No such file or directory", "log.xes")) == 74
    assert capsys.readouterr().err == "longcase: log.xes: No such file or directory\n"


def test_a_command_may_choose_its_code() -> None:
    """What a command asks for by click's exit is the exit code, and nothing is said."""
    assert ending(click.exceptions.Exit(1)) == 1
    assert guarded(lambda: 0, Common()) == 0


def test_debug_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """LONGCASE_DEBUG=1 asks for tracebacks; empty and 0 do not."""
    for value, wanted in (("1", True), ("0", False), ("", False)):
        monkeypatch.setenv("LONGCASE_DEBUG", value)
        assert Common().debug is wanted


def test_an_error_that_cannot_be_told_keeps_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk under standard error does not turn a store that is missing into "found"."""

    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.stderr", Full())
    assert ending(StoreError("there is no store")) == 5
    assert ending(ValueError("odd"), debug=True) == 70


@pytest.mark.parametrize("form", [["--format", "json"], ["--format=json"]])
def test_a_program_gets_an_error_as_json(
    store: Path,
    capsys: pytest.CaptureFixture[str],
    form: list[str],
) -> None:
    """One object on one line of standard error, with the exit code, even of what cannot be understood."""
    typed: list[tuple[list[str], int]] = [
        (["cases", "--as-at", "soon", *form], 2),
        (["cases", *form, "--no-such-option"], 2),
        (["no-such-command", *form], 2),
        (["timeline", "X-9", *form], 3),
        (["--store", "/nowhere/there.db", "cases", *form], 5),
    ]
    for words, code in typed:
        assert main(words) == code
        shown = capsys.readouterr()
        (line,) = shown.err.splitlines()
        told = json.loads(line)
        assert list(told) == ["error", "hints", "exit_code"]
        assert told["exit_code"] == code
        main([word for word in words if word not in form])
        plain = [f"longcase: {told['error']}", *(f"  hint: {hint}" for hint in told["hints"])]
        assert capsys.readouterr().err.splitlines() == plain
        assert shown.out == ""


@pytest.mark.parametrize(
    "words", ["timeline X-9 --format csv", "timeline X-9 --format jsonl", "timeline -- --format json"]
)
def test_others_get_it_in_words(
    store: Path,
    capsys: pytest.CaptureFixture[str],
    words: str,
) -> None:
    """CSV has no errors, JSON Lines are for files too, and what stands behind -- is no option."""
    assert main(["timeline", *words.split()]) in {2, 3}
    assert capsys.readouterr().err.startswith("longcase: ")


def test_an_error_of_any_kind_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Interrupted, failed by the system or by a fault of the program; a password is left out there too."""
    common = Common()
    common.errors_as_json = True
    for error, code in (
        (KeyboardInterrupt(), 130),
        (ValueError("odd"), 70),
        (Refused("postgresql://me:secret@host/db is there"), 3),
    ):
        assert guarded(partial(_raised, error), common) == code
        told = capsys.readouterr().err
        assert json.loads(told)["exit_code"] == code
        assert "secret" not in told


def _raised(error: BaseException) -> int:
    raise error
