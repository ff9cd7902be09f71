"""Rows on their way into a table, in batches; inserting one can go on while the next is being made."""

from __future__ import annotations

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

T = TypeVar("T")

SIZE = 4_000
"""How many rows make a batch."""

SWITCH_SECONDS = 0.000_5
"""How soon the inserting thread gets its turn while the other computes: it needs it seldom, and then at once."""


class Batches(Generic[T]):
    """Collects rows and has them inserted, in order.

    With ``concurrent`` a second thread inserts: the caller must then not touch the connection that it uses
    but after ``settle``.
    """

    def __init__(self, insert: Callable[[list[T]], Any], *, concurrent: bool) -> None:
        """Give every batch to ``insert``."""
        self._insert = insert
        self._rows: list[T] = []
        self._pool = ThreadPoolExecutor(1) if concurrent else None
        self._running: Future[Any] | None = None
        self._interval = sys.getswitchinterval()

    def __enter__(self) -> Self:
        """Begin."""
        if self._pool is not None:
            sys.setswitchinterval(SWITCH_SECONDS)
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        """Insert the rest, unless something went wrong; wait for the thread in any case."""
        try:
            if kind is None:
                self.settle()
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=True)
                sys.setswitchinterval(self._interval)

    def add(self, rows: list[T]) -> None:
        """Take rows that come after those before."""
        self._rows += rows
        if len(self._rows) >= SIZE:
            self._send()

    def settle(self) -> None:
        """Return when every row that was taken is inserted; raise what inserting them raised."""
        if self._rows:
            self._send()
        self._wait()

    def _send(self) -> None:
        rows, self._rows = self._rows, []
        self._wait()
        if self._pool is None:
            self._insert(rows)
        else:
            self._running = self._pool.submit(self._insert, rows)

    def _wait(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            running.result()
