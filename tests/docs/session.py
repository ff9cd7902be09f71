"""A shell with a few words, in which the commands of a page are typed one after the other.

``longcase`` runs in this process, on a clock that stands where the page put it. ``python3 FILE``, ``cat FILE``,
``chmod MODE FILE``, ``export NAME=VALUE`` and ``echo WORDS`` are what else it knows, with ``> FILE`` and
``< FILE`` at the end of a line, and ``\\`` to go on in the next. A line that begins with one of ``TOOLS`` is the
system's own shell's, and ``longcase-verify`` a process of its own. What is expected may hold ``...``: alone on a
line it stands for any lines, within a line for any text.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from application.vocabulary import shipped
from cli.input.folders import config_folder, data_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STRICT_TABLES = (3, 37)

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("cut", "openssl", "printf", "sed")


class Typed(NamedTuple):
    """A command as typed, and the lines that should come back."""

    command: str
    expected: str


def commands(block: str) -> Iterator[Typed]:
    """Yield the commands of a block; an empty line before the next command belongs to nobody."""
    found = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not found[0].strip(), f"output without a command: {found[0]!r}"
    for each in found[1:]:
        lines = each.split("\n")
        command = lines.pop(0)
        while command.endswith("\\"):
            command = command[:-1] + lines.pop(0).strip()
        yield Typed(command, "\n".join(lines).rstrip())


def fits(expected: str, shown: str) -> bool:
    """Say whether what was shown is what was expected."""
    parts = [r"(?:.*\n)*?" if line == "..." else _line(line) for line in expected.split("\n")]
    return re.fullmatch("".join(parts), f"{shown}\n") is not None


def _line(expected: str) -> str:
    return ".*".join(re.escape(part) for part in expected.split("...")) + "\n"


class Session:
    """One page's shell: in a folder of its own, with a home of its own."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str, str]]) -> None:
        self.home, self.work = folder / "home", folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self._patch, self._run, self._code = patch, run, 0
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(self.home))
        patch.setenv("COLUMNS", "90")
        patch.chdir(self.work)

    def type(self, command: str) -> str:
        """Carry out one line, and return what a terminal would show."""
        tool, _, given = command.partition(" ")
        if tool == "longcase-verify":
            return self._processed(sys.executable, "-m", "longcase_verify", *shlex.split(given))
        if tool in TOOLS or ">>" in command:
            if shutil.which(tool) is None:
                pytest.skip(f"there is no {tool} here")
            return self._processed("sh", "-ec", command)
        lexer = shlex.shlex(command, posix=True, punctuation_chars="<>")
        lexer.whitespace_split = True
        words, source, target = _redirected(list(lexer))
        if words[0] == "longcase":
            stdin = b"" if source is None else Path(source).read_bytes()
            shipped.cache_clear()  # every command is a process of its own, but for here
            self._code, out, err = self._run(*words[1:], stdin=stdin)
        else:
            out, err = self._other(words), ""
        if target is not None:
            Path(target).write_text(out, "utf-8", newline="")
            out = ""
        return self._plain(out.replace("\r\n", "\n") + err).rstrip()

    def _other(self, words: list[str]) -> str:
        match words:
            case ["echo", "$?"]:
                return f"{self._code}\n"
            case ["echo", *said]:
                return f"{' '.join(said)}\n"
            case ["chmod", mode, name]:
                Path(name).chmod(int(mode, 8))
                return ""
            case ["cat", name]:
                return Path(name).read_text("utf-8")
            case ["export", setting]:
                name, _, value = setting.partition("=")
                self._patch.setenv(name, value)
                return ""
            case ["python3", name]:
                if sqlite3.sqlite_version_info < STRICT_TABLES:
                    pytest.skip(f"Python's own SQLite {sqlite3.sqlite_version} cannot read a store")
                done = subprocess.run([sys.executable, name], capture_output=True, text=True, check=False)
                return done.stdout + done.stderr
            case _:
                raise AssertionError(f"the pages' shell does not know {words}")

    def _processed(self, *words: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
        self._code = done.returncode
        return (done.stdout + done.stderr).rstrip()

    def _plain(self, shown: str) -> str:
        """Return what was shown with the places of this machine put as they are on a user's."""
        usual = {data_folder(): "~/.local/share/longcase", config_folder(): "~/.config/longcase"}
        for here, there in {**usual, str(self.work): "~/cases", str(self.home): "~"}.items():
            shown = shown.replace(here, there)
        return shown


def _redirected(words: list[str]) -> tuple[list[str], str | None, str | None]:
    """Return the words without their redirections, and from and to which file those lead."""
    source = target = None
    while words[-2:-1] in (["<"], [">"]):
        (sign, name) = words[-2:]
        source, target = (name, target) if sign == "<" else (source, name)
        words = words[:-2]
    return words, source, target
