"""The recorder on SQLite: one transaction takes the writer's lock, gives the next positions and inserts."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from ledger.connection import MEMORY, connect, create, translated
from ledger.reader import now
from ledger.recorder import LedgerRecorder, check_sizes
from ledger.schema import COLUMNS
from ledger.sqlite_reader import SQLiteReader
from ledger.stored import Row, StoredEntry, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

_INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (made of constants)
_WIDE = 2_000
"""How many rows one statement inserts where there are that many: meanwhile other threads can go on."""

_INSERT_WIDE = _INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" * (_WIDE - 1)


class SQLiteRecorder(SQLiteReader, LedgerRecorder):
    """Appends entries and reads them back, in a file or in memory."""

    @classmethod
    def open(cls, path: str, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> SQLiteRecorder:
        """Open an existing store, with the driver that has the newest SQLite unless one is given."""
        return cls(connect(path, driver=driver), clock, driver)

    @classmethod
    def in_memory(cls, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> SQLiteRecorder:
        """Make a store that is gone when it is closed."""
        return cls(create(MEMORY, {}, driver=driver), clock, driver)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self.connection.in_transaction)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the writer's lock, and commit at the end; whatever goes wrong, nothing has happened."""
        with translated(self.driver):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def append(self, entries: Iterable[StoredEntry]) -> range:
        """Insert entries, in an open ``transaction``, and return their positions."""
        entries = list(entries)
        check_sizes(entries)
        position, last_recorded = self.head()
        self._insert(list(placed(entries, position, max(self.clock(), last_recorded))))
        return range(position + 1, position + 1 + len(entries))

    def put_back(self, rows: Iterable[Row]) -> int:
        """Insert complete rows as they are, in an open ``transaction``, and return how many."""
        rows = list(rows)
        self._insert(rows)
        return len(rows)

    def set_once(self, name: str, value: str) -> None:
        """Give the store a further setting."""
        with translated(self.driver):
            self.connection.execute("INSERT INTO store VALUES (?, ?)", (name, value))

    def _insert(self, rows: list[Row]) -> None:
        many = len(rows) - len(rows) % _WIDE
        with translated(self.driver):
            for start in range(0, many, _WIDE):
                values = list(chain.from_iterable(rows[start : start + _WIDE]))
                self.connection.execute(_INSERT_WIDE, values)
            self.connection.executemany(_INSERT, rows[many:])
