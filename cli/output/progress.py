"""How far long work has come: a line that moves on a terminal, else one every ten seconds."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from cli.output.terminal import cut, is_dumb, is_terminal, width_of_terminal
from presentation.phrases import elapsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TextIO

_MOVING: Final = 0.1
_STANDING: Final = 10.0


class Progress:
    """A count with its rate and, where the ``total`` is known, how long is left.

    ``label`` says what is done, ``noun`` what is counted (plural). Used as a context manager;
    ``clock`` returns seconds.
    """

    def __init__(
        self,
        label: str,
        *,
        noun: str = "entries",
        total: int | None = None,
        stream: TextIO | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Start to count from nought, now."""
        self.count = 0
        self.total = total
        self._label, self._noun = label, noun
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._moves = is_terminal(self._stream) and not is_dumb()
        self._pause = _MOVING if self._moves else _STANDING
        self._started = clock()
        self._next = self._started + self._pause

    def advance(self, by: int = 1) -> None:
        """Count ``by`` more, and show it if the time has come."""
        self.count += by
        now = self._clock()
        if now >= self._next:
            self._next = now + self._pause
            self._show(now)

    def message(self, now: float) -> str:
        """Return what is shown at the instant ``now`` of the clock."""
        seconds = max(now - self._started, 1e-9)
        rate = self.count / seconds
        done = f"{self.count:,}" if self.total is None else f"{self.count:,} of {self.total:,}"
        left = ""
        if self.total is not None and rate:
            left = f", {elapsed(max(self.total - self.count, 0) / rate)} left"
        return f"{self._label}: {done} {self._noun}, {rate:,.0f} a second{left}"

    def _show(self, now: float) -> None:
        if not self._moves:
            self._stream.write(f"{self.message(now)}\n")
        else:
            room = (width_of_terminal(self._stream) or 80) - 1
            self._stream.write(f"\r\x1b[K{cut(self.message(now), room)}")
        self._stream.flush()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear the line that moved, so that what follows starts on a clean one."""
        if self._moves:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
