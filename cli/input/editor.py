"""A text written in an editor, in a file that only its writer can read; see docs/adr/0105.

click's ``edit`` is not used: it puts the file where everybody's lie, beside which editors leave copies, and
removes it before it is known whether what was written is recorded.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

import click

from cli.input.folders import state_folder
from cli.input.parameters import LONGEST_TEXT
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLES: Final = ("VISUAL", "EDITOR")
_HINT: Final = "export EDITOR=nano, or another that ends when the text is written; - reads standard input instead"


class EditedText:
    """A text that was written, and its file, which is kept unless it is said to be recorded."""

    def __init__(self, option: str, text: str) -> None:
        """Take the ``text`` for an ``option``."""
        self.option, self.text = option, text
        self.recorded = False


@contextmanager
def edited(option: str, before: str = "") -> Iterator[EditedText]:
    """Lend the text that somebody writes for ``option``, beginning with what stood there ``before``.

    The file is removed once the text is recorded, and where there is no text. Otherwise it is kept, and it is
    said where. Raises ``UsageProblem`` without a terminal or an editor, if the editor fails, and for no text, the
    same text, or one that cannot be taken.
    """
    command = _editor()
    if not _at_terminal():
        hint = f"{_from_input(option)} reads the text from standard input"
        raise UsageProblem("--edit needs a terminal", hints=(hint,))
    folder = _private_folder()
    file = folder / f"{option.lstrip('-')}.txt"
    file.touch(mode=0o600)
    if before:
        file.write_bytes(f"{before}\n".encode())
    found: EditedText | None = None
    keep = False
    try:
        _edit(command, file)
        keep = bool(file.read_bytes().strip())
        found = EditedText(option, _read(file, before))
        yield found
    except _NothingWritten:
        keep = False
        raise
    finally:
        if keep and not (found is not None and found.recorded):
            click.echo(f"what was written is kept in {file}", err=True)
            click.echo(f"  hint: give it again with {_from_input(option)} < {quote(str(file))}", err=True)
        else:
            shutil.rmtree(folder)


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _from_input(option: str) -> str:
    """Return how a text for an option, or for a field, is given on standard input."""
    return f"{option} -" if option.startswith("-") else f"{option}=-"


class _NothingWritten(UsageProblem):
    """There is no text, so that none is to be kept."""


def _editor() -> str:
    given = next((os.environ[name] for name in VARIABLES if os.environ.get(name, "").strip()), None)
    if given is None:
        raise UsageProblem("--edit opens an editor, and nothing says which", hints=(_HINT,))
    return given


def _private_folder() -> Path:
    """Return a new folder for one text, which nobody else can look into, and which a restart does not empty."""
    texts = Path(state_folder(), "texts")
    texts.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=texts))


def _edit(command: str, file: Path) -> None:
    """Let somebody edit the file; a Ctrl-C meanwhile is the editor's. Raises ``UsageProblem`` if it fails."""
    typed = f'{command} "{file}"' if os.name == "nt" else f"{command} {quote(str(file))}"
    process = subprocess.Popen(typed, shell=True)  # noqa: S602  (the user's own command)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # (begun before this, it is not deaf to it as well)
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise _NothingWritten(f"nothing is recorded: the editor ended with {code}", hints=(_HINT,))


def _read(file: Path, before: str) -> str:
    content = file.read_bytes()
    if len(content) > LONGEST_TEXT:
        raise UsageProblem(f"the text is longer than {LONGEST_TEXT:,} bytes")
    try:
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UsageProblem(f"what was written is not UTF-8: {error.reason}") from error
    if not text.strip():
        raise _NothingWritten("nothing is recorded: no text was written")
    if text == before.rstrip("\r\n"):
        raise _NothingWritten("nothing is recorded: the text is as it was")
    return text
