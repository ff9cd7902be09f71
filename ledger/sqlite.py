"""The recorder on SQLite: one transaction takes the writer's lock, gives the next positions and inserts."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder

from ledger.connection import MEMORY, connect, create, translated
from ledger.reader import SELECT, SQLiteReader, now
from ledger.schema import COLUMNS
from ledger.stored import Row, StoredEntry, placed
from ledger.subscription import PollingSubscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType

_INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (made of constants)
_WIDE = 2_000
"""How many rows one statement inserts where there are that many: meanwhile other threads can go on."""

_INSERT_WIDE = _INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" * (_WIDE - 1)


class SQLiteRecorder(SQLiteReader, ApplicationRecorder):
    """Appends entries and reads them back, for eventsourcing and for the rest of Longcase.

    ``clock`` gives microseconds since 1970 UTC. It sets ``recorded_at``, which is never before that of the
    entry at the position before, whatever the clock does. Errors are those of ``ledger.errors`` and
    ``eventsourcing.persistence``.
    """

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
        query = f"{SELECT} WHERE stream = ? AND version > ? AND version <= ? ORDER BY version {order} LIMIT ?"
        bounds = (gt or 0, (1 << 62) if lte is None else lte, -1 if limit is None else limit)
        return self.entries(query, (_uuid(originator_id).bytes, *bounds))

    def max_notification_id(self) -> int | None:
        """Return the last position, or ``None`` for an empty ledger."""
        return self.head()[0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Return an iterator over the entries after ``gt`` that waits for further ones until stopped."""
        return PollingSubscription(self, gt, topics)


def _uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
