"""Rows on their way into the ledger, in batches; inserting one goes on while the next is being read."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ledger.sqlite import SQLiteRecorder
from ledger.stored import StoredEntry

SIZE = 4_000


class Batches:
    """Collects rows and inserts them, in order, inside the ledger's open transaction.

    With ``concurrent`` a second thread inserts: the caller must then not touch the ledger but after
    ``settle``.
    """

    def __init__(self, ledger: SQLiteRecorder, *, concurrent: bool) -> None:
        """Insert into ``ledger``."""
        self._ledger = ledger
        self._rows: list[StoredEntry] = []
        self._pool = ThreadPoolExecutor(1) if concurrent else None
        self._running: Future[range] | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        """Insert the rest, unless something went wrong; wait for the thread in any case."""
        try:
            if kind is None:
                self.settle()
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=True)

    def add(self, rows: list[StoredEntry]) -> None:
        """Take rows that come after those before."""
        self._rows += rows
        if len(self._rows) >= SIZE:
            self._send()

    def settle(self) -> None:
        """Return when every row that was taken is in the ledger; raise what inserting them raised."""
        if self._rows:
            self._send()
        self._wait()

    def _send(self) -> None:
        rows, self._rows = self._rows, []
        self._wait()
        if self._pool is None:
            self._ledger.append(rows)
        else:
            self._running = self._pool.submit(self._ledger.append, rows)

    def _wait(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            running.result()
