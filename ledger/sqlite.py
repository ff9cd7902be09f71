"""The recorder on SQLite: one transaction takes the writer's lock, gives the next positions and inserts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from types import ModuleType
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder

from ledger.connection import MEMORY, connect, create, translated
from ledger.driver import newest, wal_is_safe
from ledger.schema import COLUMNS
from ledger.stored import Row, StoredEntry, placed
from ledger.subscription import PollingSubscription

_INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (constants)
_WIDE = 1_000
"""How many rows one statement inserts where there are that many: meanwhile other threads can go on."""

_INSERT_WIDE = _INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" * (_WIDE - 1)
_SELECT = f"SELECT {COLUMNS} FROM entry"  # noqa: S608  (constants)
_STREAM = f"{_SELECT} WHERE stream = ? ORDER BY version"
_SINCE = (
    f"{_SELECT} WHERE stream IN (SELECT DISTINCT stream FROM entry WHERE position > ? AND position <= ?)"
    " AND position <= ? ORDER BY stream, version"
)
_ALL = f"{_SELECT} WHERE position <= ? ORDER BY stream, version"
_BETWEEN = f"{_SELECT} WHERE stream > ? AND stream <= ? AND position <= ? ORDER BY stream, version"
_KEYS = "SELECT DISTINCT stream FROM entry WHERE stream > ? ORDER BY stream LIMIT ?"


def now() -> int:
    """Return the clock's reading in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


class SQLiteRecorder(ApplicationRecorder):
    """Appends entries and reads them back, for eventsourcing and for the rest of Longcase.

    ``clock`` gives microseconds since 1970 UTC. It sets ``recorded_at``, which is never before that of the
    entry at the position before, whatever the clock does. Errors are those of ``ledger.errors`` and
    ``eventsourcing.persistence``.
    """

    def __init__(
        self, connection: Any, clock: Callable[[], int] = now, driver: ModuleType | None = None
    ) -> None:
        """Record through ``connection``, which this recorder now owns; ``driver`` is what made it."""
        self.connection = connection
        self.clock = clock
        self.driver = driver or newest()

    @classmethod
    def open(
        cls, path: str, clock: Callable[[], int] = now, driver: ModuleType | None = None
    ) -> SQLiteRecorder:
        """Open an existing store, with the driver that has the newest SQLite unless one is given."""
        return cls(connect(path, driver=driver), clock, driver)

    @classmethod
    def in_memory(cls, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> SQLiteRecorder:
        """Make a store that is gone when it is closed."""
        return cls(create(MEMORY, {}, driver=driver), clock, driver)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def another(self) -> SQLiteRecorder | None:
        """Return a recorder with a connection of its own to the same store, to read while this one writes.

        ``None`` where that cannot be: in memory, or where the journal makes readers and writers exclude one
        another.
        """
        path = self.connection.execute("PRAGMA database_list").fetchone()[2]
        if not path or not wal_is_safe(self.driver.sqlite_version_info):
            return None
        return SQLiteRecorder.open(path, self.clock, self.driver)

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

    def head(self) -> tuple[int, int]:
        """Return the last position and its ``recorded_at``; both 0 and the earliest for an empty ledger."""
        last = "SELECT position, recorded_at FROM entry ORDER BY position DESC LIMIT 1"
        with translated(self.driver):
            found: tuple[int, int] | None = self.connection.execute(last).fetchone()
        return found or (0, -(1 << 62))

    def append(self, entries: Iterable[StoredEntry]) -> range:
        """Insert entries, in an open ``transaction``, and return their positions."""
        position, last_recorded = self.head()
        with translated(self.driver):
            rows = list(placed(entries, position, max(self.clock(), last_recorded)))
            self._insert(rows)
        return range(position + 1, position + 1 + len(rows))

    def _insert(self, rows: list[Row]) -> None:
        many = len(rows) - len(rows) % _WIDE
        for start in range(0, many, _WIDE):
            values = list(chain.from_iterable(rows[start : start + _WIDE]))
            self.connection.execute(_INSERT_WIDE, values)
        self.connection.executemany(_INSERT, rows[many:])

    def insert_events(self, stored_events: Sequence[Any], **_: Any) -> Sequence[int]:
        """Append in a transaction of its own, or in the open one; return the positions."""
        if self.connection.in_transaction:
            return self.append(stored_events)
        with self.transaction():
            return self.append(stored_events)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Any]:
        """Return the entries of one stream, in order of version."""
        if gt is None and lte is None and limit is None and not desc:
            return self.stream(_uuid(originator_id).bytes)
        order = "DESC" if desc else "ASC"
        query = f"{_SELECT} WHERE stream = ? AND version > ? AND version <= ? ORDER BY version {order} LIMIT ?"
        bounds = (gt or 0, (1 << 62) if lte is None else lte, -1 if limit is None else limit)
        return self._entries(query, (_uuid(originator_id).bytes, *bounds))

    def stream(self, stream: bytes) -> list[StoredEntry]:
        """Return all entries of one stream, in order of version."""
        return self._entries(_STREAM, (stream,))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Any]:
        """Return entries in order of position, from ``start`` to ``stop``, of the topics named or all."""
        first = 0 if start is None else start + (0 if inclusive_of_start else 1)
        query = f"{_SELECT} WHERE position >= ? AND position <= ?"
        if topics:
            query += f" AND topic IN ({', '.join('?' * len(topics))})"
        parameters = (first, (1 << 62) if stop is None else stop, *topics, limit)
        return self._entries(f"{query} ORDER BY position LIMIT ?", parameters)

    def max_notification_id(self) -> int | None:
        """Return the last position, or ``None`` for an empty ledger."""
        return self.head()[0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Return an iterator over the entries after ``gt`` that waits for further ones until it is stopped."""
        return PollingSubscription(self, gt, topics)

    def streams_since(self, position: int, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to ``until`` of every stream with one after ``position``, stream by stream."""
        if position == 0:
            return self._scan(_ALL, (until,))
        return self._scan(_SINCE, (position, until, until))

    def next_streams(self, after: bytes, count: int) -> list[bytes]:
        """Return the next ``count`` streams after ``after`` in the order of their ids; none at the end."""
        with translated(self.driver):
            return [row[0] for row in self.connection.execute(_KEYS, (after, count))]

    def streams_between(self, after: bytes, last: bytes, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams after ``after``, to ``last`` inclusive."""
        return self._scan(_BETWEEN, (after, last, until))

    def by_command(self, command_id: bytes) -> StoredEntry | None:
        """Return the entry that this command made, if it is in the ledger."""
        found = self._entries(f"{_SELECT} WHERE command_id = ?", (command_id,))
        return found[0] if found else None

    def setting(self, name: str) -> str | None:
        """Return a setting that the store was made with."""
        with translated(self.driver):
            found = self.connection.execute("SELECT value FROM store WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def _entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        with translated(self.driver):
            return list(map(StoredEntry._make, self.connection.execute(query, parameters)))

    def _scan(self, query: str, parameters: tuple[Any, ...]) -> Iterator[StoredEntry]:
        with translated(self.driver):
            yield from map(StoredEntry._make, self.connection.execute(query, parameters))


def _uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
