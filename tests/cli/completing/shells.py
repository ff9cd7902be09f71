"""Shells in a terminal of their own: keys are typed, and what the line then gives to the program is read."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.completion import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

_START: Final = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "-i"),
}
_PREPARE: Final = {
    "bash": "PS1='READY'; PS1+='> '; bind 'set bell-style none'; source {script}",
    "zsh": "PS1='READY'; PS1+='> '; unsetopt beep; autoload -Uz compinit; compinit -D -u; source {script}",
    "fish": "function fish_prompt; echo -n 'READY''> '; end; source {script}",
}
_PROMPT: Final = "READY> "
_QUIET: Final = 3.0
"""For how many seconds a shell is listened to, where it is to say nothing."""
_PAUSE: Final = 0.2
_PATIENCE: Final = 60.0

_PROGRAM: Final = """\
#!/bin/sh
if [ -n "${variable}" ]; then exec {python} -m cli.main "$@"; fi
for each in "$@"; do printf '%s\\0' "$each"; done > {typed}.part
mv {typed}.part {typed}
"""


def missing(shell: str) -> bool:
    """Say whether a shell is not installed here."""
    return shutil.which(shell) is None


class Shell:
    """A shell at a terminal, whose ``longcase`` notes what it was given."""

    def __init__(self, shell: str, folder: Path, **environment: str) -> None:
        """Start the shell in ``folder``."""
        self._typed = folder / "typed"
        program = folder / "bin" / "longcase"
        program.parent.mkdir(exist_ok=True)
        root = Path.cwd()
        program.write_text(_PROGRAM.format(variable=VARIABLE, python=sys.executable, typed=self._typed))
        program.chmod(0o755)
        script = folder / f"longcase.{shell}"
        made = [sys.executable, "-m", "cli.main", "completion", shell]
        script.write_text(subprocess.run(made, capture_output=True, text=True, check=True).stdout)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LONGCASE_")},
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(root),
            "HOME": str(folder),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "LONGCASE_PROFILE": os.devnull,
            **environment,
        }
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.chdir(folder)
            os.execvpe(_START[shell][0], _START[shell], environment)  # noqa: S606  (the shell is the program)
        os.write(self._terminal, f"{_PREPARE[shell].format(script=script)}\r".encode())
        self._read_until(lambda said: _PROMPT in said)

    def __enter__(self) -> Self:
        """Return the shell."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End the shell."""
        with suppress(ProcessLookupError):
            os.kill(self._child, 9)
        os.waitpid(self._child, 0)
        os.close(self._terminal)

    def press(self, keys: str) -> str:
        """Press keys and return what the shell then says, once it says no more."""
        os.write(self._terminal, keys.encode())
        end = time.monotonic() + _QUIET
        return self._read_until(lambda _said: time.monotonic() > end)

    def given(self, keys: str) -> list[str]:
        """Press keys, then Enter, and return the arguments that the program was given."""
        self._typed.unlink(missing_ok=True)
        os.write(self._terminal, f"{keys}\r".encode())
        self._read_until(lambda _said: self._typed.exists())
        while select.select([self._terminal], [], [], _PAUSE)[0]:
            os.read(self._terminal, 65536)
        return self._typed.read_text().split("\0")[:-1]

    def _read_until(self, enough: Callable[[str], bool]) -> str:
        """Return what the shell says until it is ``enough``; raise ``AssertionError`` if it never is."""
        said = ""
        end = time.monotonic() + _PATIENCE
        while not enough(said):
            if time.monotonic() > end:
                raise AssertionError(said)
            if select.select([self._terminal], [], [], 0.02)[0]:
                said += os.read(self._terminal, 65536).decode(errors="replace")
        return said
