"""Keeping the population tables current on a server: one process is active, the others stand by.

It catches up as readers do, rows and position in one transaction, so a crash anywhere leaves the tables at a
true earlier position and the next one goes on from there. Nothing but a store that cannot be used ends it: it
tells what is wrong, once, and tries again after pauses that grow.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from eventsourcing.persistence import PersistenceError

from domain.errors import StoreError
from ledger.errors import Busy, Lost, NotAStore
from ledger.reader import now
from projections.runner.batches import WRITERS_PAUSE
from projections.runner.lag import lag_of
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from ledger.reader import LedgerReader
    from projections.runner.lag import Lag
    from projections.runner.metrics import FollowerCounts

TICK: Final = 0.5
"""For how many seconds it waits at most before it looks whether it is to stop."""

FALLBACK: Final = 10.0
"""After how many seconds it looks at the ledger although nothing woke it."""

LAGGING: Final = 10.0
"""From how many seconds on a lag is worth a line."""

STANDBY: Final = 1.0
"""After how many seconds one that stands by tries again to become the active one."""

POISON, BUSY, LOST, STORE = "poison", "busy", "lost", "store"
"""The kinds of errors: an entry that cannot be read, another's lock, no connection, anything else."""

_MICROSECONDS = 1_000_000


class Stopping(Exception):
    """The follower is to stop in the middle of a transaction, which is rolled back."""


class Pauses:
    """Pauses in seconds, each twice as long as the one before, up to the ``longest``."""

    def __init__(self, first: float, longest: float) -> None:
        """Begin with the ``first``."""
        self._first, self._longest = first, longest
        self.reset()

    def reset(self) -> None:
        """Begin again with the first."""
        self._next = self._first

    def next(self) -> float:
        """Return the next pause."""
        pause, self._next = self._next, min(2 * self._next, self._longest)
        return pause


class Follower:
    """Follows one store until ``stop`` is set.

    ``open_ledger`` connects, ``tell`` takes a line for whoever runs the process, ``tally`` counts. ``which``
    tells one file from another that took its name. ``beside`` is called by the active follower between one
    catching up and the next, with the ledger.
    """

    def __init__(
        self,
        open_ledger: Callable[[], LedgerReader],
        tell: Callable[[str], None],
        tally: FollowerCounts,
        stop: Event,
        which: Callable[[], object] = lambda: None,
        beside: Callable[[LedgerReader], None] = lambda _: None,
    ) -> None:
        """Do nothing yet."""
        self._beside = beside
        self._which = which
        self._followed: object = None
        self._open = open_ledger
        self._tell = tell
        self._tally = tally
        self._stop = stop
        self._began = False
        self._trouble: tuple[str, int | None] | None = None
        self._connecting = Pauses(0.1, 30.0)
        self._retrying = Pauses(1.0, 300.0)

    def run(self) -> None:
        """Follow until told to stop.

        Raises ``NotAStore`` if there is no store that this version can use, and whatever else is wrong at the
        very beginning except that the store is busy or its server away.
        """
        while not self._stop.is_set():
            try:
                self._connect()
            except NotAStore:
                raise
            except (PersistenceError, StoreError) as error:
                self._disconnected(error)

    def _disconnected(self, error: Exception) -> None:
        kind = kind_of(error)
        if not self._began and kind not in {BUSY, LOST}:
            raise error
        self._failed(kind, None, f"{error}; connecting again")
        self._stop.wait(self._connecting.next())

    def _connect(self) -> None:
        self._followed = self._which()
        with closing(self._open()) as ledger:
            runner = Runner(ledger)
            runner.check_may_fill()
            if self._leads(ledger):
                self._keep_current(ledger, runner)

    def _leads(self, ledger: LedgerReader) -> bool:
        """Become the active one, or stand by until that is possible; say whether it happened."""
        leads, self._began = ledger.lead(), True
        if leads:
            return True
        self._well()
        self._tell("another process follows this store: standing by")
        while not self._replaced() and not self._stop.wait(STANDBY):
            if ledger.lead():
                self._tell("the process that followed this store has ended: taking over")
                return True
        return False

    def _keep_current(self, ledger: LedgerReader, runner: Runner) -> None:
        ledger.wait(0)  # from here on nothing is missed
        self._tally.leading(active=True)
        try:
            while not self._stop.is_set() and not self._replaced():
                self._beside(ledger)
                if self._catch_up(runner):
                    self._stop.wait(WRITERS_PAUSE)
                    self._await_entries(ledger)
        except Stopping:
            return
        finally:
            self._tally.leading(active=False)

    def _await_entries(self, ledger: LedgerReader) -> None:
        end = time.monotonic() + FALLBACK
        while not self._stop.is_set() and time.monotonic() < end:
            if ledger.wait(TICK) or self._which() != self._followed:
                return

    def _replaced(self) -> bool:
        if self._which() == self._followed:
            return False
        self._tell("the store was moved away or another was put in its place: opening what is there now")
        return True

    def _catch_up(self, runner: Runner) -> bool:
        """Catch up and say whether it went well; where it did not, the pause after it is over."""
        before = lag_of(runner)
        began = time.monotonic()
        try:
            head = runner.catch_up(self._heed, retry=before.failed_position is not None)
        except StoreError as error:
            self._held_up(runner, before, error)
            return False
        self._tally.advanced(head - before.position)
        self._caught_up(before, head, time.monotonic() - began)
        return True

    def _heed(self, _count: int) -> None:
        """Break off what is being done if the follower is to stop."""
        if self._stop.is_set():
            raise Stopping

    def _caught_up(self, before: Lag, head: int, seconds: float) -> None:
        if self._well():
            self._tell(f"all is well again: the tables reflect all entries up to position {head}")
        elif seconds > LAGGING or _waited(before) > LAGGING:
            self._tell(f"caught up with {head - before.position:,} entries, up to position {head}")

    def _well(self) -> bool:
        """Note that what was wrong is over, and say whether anything was."""
        self._connecting.reset()
        self._retrying.reset()
        before, self._trouble = self._trouble, None
        return before is not None

    def _held_up(self, runner: Runner, before: Lag, error: StoreError) -> None:
        """Rest after a failure that a new connection would not mend; raise any other."""
        after = lag_of(runner)
        self._tally.advanced(after.position - before.position)
        if after.failed_position is not None:
            self._failed(POISON, after.failed_position, "; ".join((error.message, *error.hints)))
            self._rest(_decided(runner))
        elif kind_of(error) == BUSY:
            self._failed(BUSY, None, f"{error.message}; trying again")
            self._rest(lambda: False)
        else:
            raise error

    def _rest(self, over: Callable[[], bool]) -> None:
        """Wait for the next pause, or until ``over`` says that there is no need to."""
        end = time.monotonic() + self._retrying.next()
        while time.monotonic() < end and not self._stop.wait(TICK) and not over():
            pass

    def _failed(self, kind: str, position: int | None, message: str) -> None:
        self._tally.failed(kind, now())
        if self._trouble != (kind, position):
            self._trouble = (kind, position)
            self._tell(message)


def _waited(before: Lag) -> float:
    return 0.0 if before.waiting_since is None else (now() - before.waiting_since) / _MICROSECONDS


def _decided(runner: Runner) -> Callable[[], bool]:
    """Return what says whether somebody left the entry out since, or mended what stopped the tables."""
    skipped = runner.skipped()

    def decided() -> bool:
        runner.recorder.wait(0)  # what was appended meanwhile is in the next catching up
        return lag_of(runner).failed_position is None or runner.skipped() != skipped

    return decided


def kind_of(error: BaseException) -> str:
    """Return of which kind an error is, by what caused it."""
    for cause in _causes(error):
        if isinstance(cause, Busy) or "locked" in str(cause):
            return BUSY
        if isinstance(cause, Lost):
            return LOST
    return STORE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
