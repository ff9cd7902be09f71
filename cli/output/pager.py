"""A pager, where what is shown to a person is longer than the screen; see docs/adr/0105.

Output is held back until it is known whether it fits. What fits is written as it is, and no pager is started.
Data (JSON, CSV, calendars) go by ``buffer``, past all this.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cli.output.terminal import is_dumb, is_terminal
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

VARIABLES: Final = ("LONGCASE_PAGER", "PAGER")
_USUAL: Final = "less"
_LESS: Final = {"LESS": "FRX", "LV": "-c"}
"""What pagers are told where the environment says nothing: show colours, end where all fits, leave it there."""
_NONE: Final = frozenset({"", "cat"})
_NOT_RUN: Final = (126, 127)
"""With what a shell ends that cannot run a program."""


def pager() -> str | None:
    """Return the command of the pager that is wanted, ``None`` for none: variables, else ``less``."""
    if is_dumb() or not _lines(sys.stdout):
        return None
    given = next((os.environ[name] for name in VARIABLES if name in os.environ), None)
    if given is not None:
        return None if given.strip() in _NONE else given
    return _USUAL if shutil.which(_USUAL) else None


def _lines(stream: TextIO) -> int:
    """Return how many lines a terminal has; 0 of what is none, or does not know."""
    try:
        return os.get_terminal_size(stream.fileno()).lines if is_terminal(stream) else 0
    except OSError:  # a stream that says it is a terminal, and has none behind it
        return 0


@contextmanager
def paged(command: str) -> Iterator[None]:
    """Let what is written to the terminal inside go through the pager ``command``, once it fills the screen.

    Raises ``UsageProblem`` if the pager cannot be run.
    """
    screen = _Screen(command, sys.stdout, sys.stderr)
    own = sys.stdout, sys.stderr
    sys.stdout = _Held(screen, own[0])
    if is_terminal(own[1]):
        sys.stderr = _Held(screen, own[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = own
        screen.close()


class _Screen:
    """What is written to both streams, in order: held back, then written as it is or handed to the pager."""

    def __init__(self, command: str, out: TextIO, err: TextIO) -> None:
        self._command, self._out, self._err = command, out, err
        self._held: list[tuple[TextIO, str]] = []
        self._room = _lines(out) - 1
        self._pager: subprocess.Popen[str] | None = None
        self._left = False

    def write(self, stream: TextIO, text: str) -> None:
        """Take what goes to ``stream``; talk that comes before all else is not held back."""
        if self._left:
            return
        moves = stream is self._err and text.startswith("\r")  # progress, which is wiped out again
        if self._pager is not None:
            self._hand_over("" if moves else text)
        elif moves or (stream is self._err and not self._held):
            stream.write(text)
        else:
            self._held.append((stream, text))
            self._room -= text.count("\n")
            if self._room < 0:
                self._begin()

    def release(self) -> None:
        """Write what is held back."""
        for stream, text in self._held:
            stream.write(text)
            stream.flush()
        self._held = []

    def close(self) -> None:
        """Write what is held back, or wait until the pager ends: a Ctrl-C is then its own business."""
        self.release()
        if self._pager is None:
            return
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._hand_over("")
            self._end_input()
            code = self._pager.wait()
        finally:
            signal.signal(signal.SIGINT, before)
        if code in _NOT_RUN:
            hint = f"{' or '.join(VARIABLES)} names the pager; an empty one, or --no-pager, is none"
            raise UsageProblem(f"the pager {self._command!r} cannot be run", hints=(hint,))

    def _begin(self) -> None:
        settings = {**_LESS, **os.environ}
        self._out.flush()
        self._pager = subprocess.Popen(  # noqa: S602  (the user's own command, with its options)
            self._command, shell=True, stdin=subprocess.PIPE, env=settings, encoding="utf-8", errors="replace"
        )
        held, self._held = self._held, []
        for _, text in held:
            self._hand_over(text)

    def _hand_over(self, text: str) -> None:
        """Give the pager a text; once somebody has left it, the rest is for nobody, and is no error."""
        if self._left or self._pager is None or self._pager.stdin is None:
            return
        try:
            self._pager.stdin.write(text)
        except OSError as error:
            if error.errno != errno.EPIPE:
                raise
            self._left = True

    def _end_input(self) -> None:
        if self._pager is None or self._pager.stdin is None:
            return
        try:
            self._pager.stdin.close()
        except OSError as error:
            if error.errno != errno.EPIPE:
                raise


class _Held(io.TextIOBase):
    """A stream to the terminal whose text goes to a screen first."""

    def __init__(self, screen: _Screen, stream: TextIO) -> None:
        self._screen, self._stream = screen, stream

    @property
    def buffer(self) -> BinaryIO:
        """The stream of bytes, for data: they are not held back."""
        self._screen.release()
        return self._stream.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]  # as the stream has it
        """How letters become bytes."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]  # as above
        """What becomes of letters that have no bytes."""
        return self._stream.errors

    def write(self, text: str) -> int:
        """Take a text."""
        self._screen.write(self._stream, text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is held back waits for more, or for the end."""

    def isatty(self) -> bool:
        """Say that a person looks."""
        return True

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the terminal's own descriptor, which knows its width."""
        return self._stream.fileno()
