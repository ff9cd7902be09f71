"""How many cases are stalled and for what, in figures for whoever watches over a server: kept for a while."""

from __future__ import annotations

import time
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.instant import Instant

EVERY: Final = 60.0
"""After how many seconds cases are counted anew, where somebody asks."""

_SHARE: Final = 20
"""Of how many parts of the time counting takes one at most, however long it takes."""


class CaseFigures(NamedTuple):
    """How many cases are open, and how many are stalled: in all, by cause, by risk, and by standard.

    A case with several causes counts for each. Every cause and every risk is there, of a standard those with a
    case. ``counted_at`` is as at when, in microseconds since 1970 UTC.
    """

    open: int
    stalled: int
    by_cause: Mapping[str, int]
    by_risk: Mapping[str, int]
    by_standard: Mapping[str, int]
    counted_at: Instant


class KeptFigures:
    """Gives the figures that were counted last, and has them counted anew beside that when they are old.

    Whoever asks waits for nothing, and the first is given none; ``at_once`` has each wait for them instead.
    """

    def __init__(
        self,
        count: Callable[[], CaseFigures | None],
        *,
        at_once: bool = False,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep what ``count`` returns, which is called in a thread of its own; ``ticks`` returns seconds."""
        self._count, self._at_once, self._ticks = count, at_once, ticks
        self._lock = Lock()
        self._found: CaseFigures | None = None
        self._failure: Exception | None = None
        self._next = 0.0 if at_once else ticks()
        self._counting = False

    def look(self) -> CaseFigures | None:
        """Return the figures that there are; ``None`` before the first are counted, and where they cannot be.

        Raises what the last count raised.
        """
        if self._is_due():
            if self._at_once:
                self._work()
            else:
                Thread(target=self._work, daemon=True).start()
        with self._lock:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            return self._found

    def _is_due(self) -> bool:
        with self._lock:
            if self._counting or (self._ticks() < self._next and not self._at_once):
                return False
            self._counting = True
            return True

    def _work(self) -> None:
        began = self._ticks()
        found, failure = None, None
        try:
            found = self._count()
        except Exception as error:  # noqa: BLE001  (whoever asks next is told, in their own thread)
            failure = error
        ended = self._ticks()
        with self._lock:
            self._found, self._failure, self._counting = found, failure, False
            self._next = ended + max(EVERY, _SHARE * (ended - began))
