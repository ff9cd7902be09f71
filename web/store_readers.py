"""A ledger and a runner for each thread: rows are read through one connection, which no two threads may share."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import NotFound, Refused, UsageProblem
from ledger import stores
from presentation.questions.stores import explained
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.reader import LedgerReader

_HARMLESS = (NotFound, Refused, UsageProblem)
"""Errors after which a connection is as good as before."""

Identity = tuple[int, int] | None


class OpenStore(NamedTuple):
    """A ledger and its tables, and which file it was when it was opened; ``None`` of a server."""

    ledger: LedgerReader
    runner: Runner
    file: Identity


class StoreReaders:
    """Lends each thread a store of its own, opened when it is first wanted, and anew after it has failed."""

    def __init__(
        self,
        location: str,
        clock: Callable[[], int],
        *,
        standby: bool = False,
        memory: Callable[[], str] | None = None,
    ) -> None:
        """Read the store at ``location``; ``clock`` gives microseconds since 1970 UTC."""
        self.location = location
        self._open = partial(stores.open_reader, location, clock, standby=standby, memory=memory)
        self._own = threading.local()
        self._guard = threading.Lock()
        self._all: list[LedgerReader] = []

    @contextmanager
    def lent(self) -> Iterator[OpenStore]:
        """Lend the store of this thread; raise ``StoreError`` if it cannot be used."""
        with explained(self.location):
            found = self._current()
            try:
                yield found
            except _HARMLESS:
                raise
            except BaseException:
                self._discard()
                raise

    def close(self) -> None:
        """Close every store that was opened; no thread may be using one."""
        with self._guard:
            for ledger in self._all:
                ledger.close()
            self._all.clear()

    def _current(self) -> OpenStore:
        """Return the store of this thread; a file that another has taken the place of is opened anew."""
        found: OpenStore | None = getattr(self._own, "store", None)
        if found is not None and found.file != self._file():
            self._discard()
            found = None
        if found is None:
            ledger = self._open()
            with self._guard:
                self._all.append(ledger)
            found = self._own.store = OpenStore(ledger, Runner(ledger), self._file())
        return found

    def _file(self) -> Identity:
        if stores.on_server(self.location):
            return None
        try:
            status = os.stat(self.location)  # noqa: PTH116  (a path is a text here)
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _discard(self) -> None:
        found: OpenStore | None = getattr(self._own, "store", None)
        self._own.store = None
        if found is None:
            return
        with self._guard, suppress(ValueError):
            self._all.remove(found.ledger)
        with suppress(Exception):  # what has failed may fail again while it is closed
            found.ledger.close()
