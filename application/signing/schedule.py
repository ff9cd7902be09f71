"""Checkpoints that are made by themselves, beside whatever else a process does."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from eventsourcing.persistence import PersistenceError

from application.signing.checkpoints import make_checkpoint
from domain.errors import LongcaseError
from ledger.tree import LedgerTree, MissingNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.signing.signer import LogSigner
    from ledger.reader import LedgerReader
    from ledger.recorder import LedgerRecorder

AGAIN: Final = 60.0
"""After how many seconds it is tried again where nothing could be signed."""

_MICROSECONDS: Final = 1_000_000


class CheckpointSchedule:
    """Makes a checkpoint when the last is ``every`` seconds old and entries were added since.

    What goes wrong is told once, and tried again; it is never raised.
    """

    def __init__(
        self,
        signer: LogSigner,
        every: float,
        open_recorder: Callable[[], LedgerRecorder],
        tell: Callable[[str], None],
    ) -> None:
        """Do nothing yet. ``open_recorder`` connects, ``tell`` takes a line for whoever runs the process."""
        self._signer = signer
        self._every = every
        self._open = open_recorder
        self._tell = tell
        self._due: float | None = None
        self._trouble: str | None = None

    def look(self, ledger: LedgerReader) -> None:
        """Make a checkpoint if it is time; ``ledger`` is only read. To be called every few seconds."""
        try:
            if self._is_due(ledger) and self._behind(ledger):
                self._make()
                self._due = time.monotonic() + self._every
                self._well()
        except (LongcaseError, PersistenceError, OSError, MissingNode) as error:
            self._due = time.monotonic() + min(AGAIN, self._every)
            self._say(error)

    def _is_due(self, ledger: LedgerReader) -> bool:
        if self._due is None:
            last = ledger.newest_checkpoint()
            age = self._every if last is None else (ledger.clock() - last.at) / _MICROSECONDS
            self._due = time.monotonic() + max(self._every - max(age, 0.0), 0.0)
        return time.monotonic() >= self._due

    def _behind(self, ledger: LedgerReader) -> bool:
        last = ledger.newest_checkpoint()
        return ledger.head()[0] > (0 if last is None else last.size)

    def _make(self) -> None:
        with closing(self._open()) as recorder:
            make_checkpoint(recorder, LedgerTree(recorder), self._signer)

    def _say(self, error: Exception) -> None:
        hints = error.hints if isinstance(error, LongcaseError) else ()
        message = "; ".join((f"no checkpoint was made: {error}", *hints))
        if message != self._trouble:
            self._trouble = message
            self._tell(message)

    def _well(self) -> None:
        if self._trouble is not None:
            self._tell("checkpoints are made again")
        self._trouble = None
