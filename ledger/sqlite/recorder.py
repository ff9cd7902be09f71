"""The recorder on SQLite: one transaction takes the writer's lock, gives the next positions and inserts."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from ledger.entry import HEIGHT, Row, StoredEntry, placed
from ledger.errors import Busy
from ledger.reader import HEAD, NOTHING, now
from ledger.recorder import LedgerRecorder, check_sizes
from ledger.schema import COLUMNS
from ledger.sqlite.connection import MEMORY, connect, create, translated, writing
from ledger.sqlite.reader import SQLiteReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType

_VALUES = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES {_VALUES}"  # noqa: S608  (made of constants)
_WIDE = 2_000
"""How many rows one statement inserts where there are that many: meanwhile other threads can go on."""

_LOADING_KIB: Final = 65_536
"""How much of the store is kept in memory at most while very many entries come: their ids and streams lie
anywhere in two indexes, whose pages would else be written, and read again, several times over."""

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.002, 0.02
"""How many seconds lie between two looks whether the writer's lock is free: a tenth of the time that passed."""

_RIVALRY = 100
"""How many transactions long it is expected that others write too, after one that had to wait for them."""

_INSERT_WIDE = _INSERT + f", {_VALUES}" * (_WIDE - 1)
_INSERT_NODE = "INSERT INTO node (level, number, hash) VALUES (?, ?, ?)"
_NEXT_CHECKPOINT = "SELECT coalesce(max(number), 0) + 1 FROM checkpoint"
_INSERT_CHECKPOINT = "INSERT INTO checkpoint (number, size, at, note) VALUES (?, ?, ?, ?)"


STEP: Final = 100 * 86_400 * 1_000_000
"""How far beyond the last entry, in microseconds, a clock is believed by itself: 100 days (docs/adr/0058)."""

_MADE: Final = "SELECT max(at) FROM written"
_TOLD_OF_A_PAST: Final = "scenario"
"""A store with this setting tells a story of years ago, and anybody may go on with it today."""


class SQLiteRecorder(SQLiteReader, LedgerRecorder):
    """Appends entries and reads them back, in a file or in memory."""

    _rivalry = 0

    @classmethod
    def open(cls, path: str, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> SQLiteRecorder:
        """Open an existing store, with the driver that has the newest SQLite unless one is given."""
        return cls(connect(path, driver=driver), clock, driver)

    @classmethod
    def in_memory(cls, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> SQLiteRecorder:
        """Make a store that is gone when it is closed."""
        return cls(create(MEMORY, {}, driver=driver), clock, driver)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the writer's lock, and commit at the end; whatever goes wrong, nothing has happened."""
        with translated(self.driver), writing(self.connection, self._begin):
            yield

    @contextmanager
    def bulk_loading(self) -> Iterator[None]:
        """Keep more of the store in memory inside the block."""
        usual = self.connection.execute("PRAGMA cache_size").fetchone()[0]
        self.connection.execute(f"PRAGMA cache_size = -{_LOADING_KIB}")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA cache_size = {usual}")

    @cached_property
    def _wait(self) -> int:
        """For how many milliseconds the connection was opened to wait for a lock."""
        return int(self.connection.execute("PRAGMA busy_timeout").fetchone()[0])

    def _begin(self) -> None:
        """Take the writer's lock, or wait for it as long as the connection's timeout says.

        SQLite itself looks again after 1, 2, 5, 10 ... 100 milliseconds, and leaves the lock idle meanwhile:
        where eight write at once, these pauses get a third more recorded. Who writes alone does without them.
        """
        if self._rivalry:
            self._rivalry -= 1
            self._begin_by_pauses()
            return
        began = time.monotonic()
        self.connection.execute("BEGIN IMMEDIATE")
        if time.monotonic() - began > _SHORTEST_PAUSE:
            self._rivalry = _RIVALRY

    def _begin_by_pauses(self) -> None:
        wait, began = self._wait, time.monotonic()
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._begun():
                self._rivalry = _RIVALRY
                waited = time.monotonic() - began
                if waited >= wait / 1000:
                    raise Busy("database is locked")
                time.sleep(min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, waited / 10)))
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {wait}")

    def _begun(self) -> bool:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except self.driver.OperationalError as error:
            if "locked" not in str(error):
                raise
            return False
        return True

    def append(self, entries: Iterable[StoredEntry]) -> range:
        """Insert entries, in an open ``transaction``, and return their positions."""
        entries = list(entries)
        check_sizes(entries)
        with translated(self.driver):
            return self._append(entries)[0]

    def record(self, entries: Sequence[StoredEntry]) -> tuple[range, int]:
        """Append entries in a transaction of their own; return their positions and ``recorded_at``."""
        check_sizes(entries)
        with self.transaction():
            return self._append(entries)

    def _append(self, entries: Sequence[StoredEntry]) -> tuple[range, int]:
        position, last_recorded = self.connection.execute(HEAD).fetchone() or NOTHING
        recorded_at = max(self.clock(), last_recorded) if entries else last_recorded
        if self.doubts_clock and recorded_at - last_recorded > STEP:
            self._check_clock(position, recorded_at, last_recorded)
        self._insert(list(placed(entries, position, recorded_at)))
        return range(position + 1, position + 1 + len(entries)), recorded_at

    def clock_doubted(self) -> bool:
        """Say whether the clock is more than 100 days beyond the last entry, or the making of an empty store."""
        return self._doubted(*self.head(), self.clock())

    def _doubted(self, position: int, last_recorded: int, recorded_at: int) -> bool:
        if self.setting(_TOLD_OF_A_PAST) is not None:
            return False
        since = last_recorded if position else self.rows(_MADE)[0][0]
        return since is not None and recorded_at - since > STEP

    def _check_clock(self, position: int, recorded_at: int, last_recorded: int) -> None:
        if self._doubted(position, last_recorded, recorded_at):
            from ledger.sqlite.doubt import doubted

            raise doubted(recorded_at, last_recorded if position else None)

    def put_back(self, rows: Iterable[Row]) -> int:
        """Insert complete rows as they are, in an open ``transaction``, and return how many."""
        rows = list(rows)
        with translated(self.driver):
            self._insert(rows)
        return len(rows)

    def keep_checkpoint(self, size: int, note: str) -> int:
        """Add a checkpoint in a transaction of its own, and return its number."""
        with self.transaction():
            number = self.connection.execute(_NEXT_CHECKPOINT).fetchone()[0]
            self.connection.execute(_INSERT_CHECKPOINT, (number, size, self.clock(), note))
        return int(number)

    def set_once(self, name: str, value: str) -> None:
        """Give the store a further setting."""
        with translated(self.driver):
            self.connection.execute("INSERT INTO store VALUES (?, ?)", (name, value))

    def _insert(self, rows: list[Row]) -> None:
        many = len(rows) - len(rows) % _WIDE
        for start in range(0, many, _WIDE):
            values = list(chain.from_iterable(rows[start : start + _WIDE]))
            self.connection.execute(_INSERT_WIDE, values)
        self.connection.executemany(_INSERT, rows[many:])
        if rows and (before := rows[0][0] - 1) >> HEIGHT != rows[-1][0] >> HEIGHT:
            self._grow(before, rows)

    def _grow(self, before: int, rows: list[Row]) -> None:
        """Keep the nodes of the tree that rows make whole, which stand after the first ``before`` entries."""
        from ledger.tree import LedgerTree, grown  # (hardly an entry in a hundred needs it)

        nodes = list(grown(before, [row[10] for row in rows], LedgerTree(self).kept))
        self.connection.executemany(_INSERT_NODE, nodes)
