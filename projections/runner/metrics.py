"""What a follower counts of its own work."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.instant import Instant

MINUTE = 60.0


class Figures(NamedTuple):
    """What one process did since it began; ``last_error`` is the kind of its last error, a word of ours."""

    active: bool
    entries: int
    per_second: float
    errors: int
    last_error: str | None
    last_error_at: Instant | None


class FollowerCounts:
    """Counts what a follower does, for readers in other threads."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        """Begin at nought; ``ticks`` returns seconds."""
        self._ticks = ticks
        self._lock = Lock()
        self._figures = Figures(
            active=False, entries=0, per_second=0.0, errors=0, last_error=None, last_error_at=None
        )
        self._lately: deque[tuple[float, int]] = deque()

    def leading(self, *, active: bool) -> None:
        """Note whether this process is the active one."""
        with self._lock:
            self._figures = self._figures._replace(active=active)

    def advanced(self, entries: int) -> None:
        """Note that the tables came to reflect so many entries more."""
        with self._lock:
            self._figures = self._figures._replace(entries=self._figures.entries + entries)
            self._lately.append((self._ticks(), entries))
            self._forget()

    def failed(self, kind: str, at: Instant) -> None:
        """Note an error of a kind, which is one of a few words of ours and holds nothing of what was read."""
        with self._lock:
            errors = self._figures.errors + 1
            self._figures = self._figures._replace(errors=errors, last_error=kind, last_error_at=at)

    def figures(self) -> Figures:
        """Return the figures as they are now; the rate is that of the last minute."""
        with self._lock:
            self._forget()
            return self._figures._replace(per_second=sum(count for _, count in self._lately) / MINUTE)

    def _forget(self) -> None:
        while self._lately and self._lately[0][0] < self._ticks() - MINUTE:
            self._lately.popleft()
