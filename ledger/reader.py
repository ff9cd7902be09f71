"""Reading the ledger on SQLite: by stream, by position, by command; it can do nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from ledger.connection import connect, translated
from ledger.driver import newest, wal_is_safe
from ledger.schema import COLUMNS
from ledger.stored import StoredEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

SELECT = f"SELECT {COLUMNS} FROM entry"  # noqa: S608  (made of constants)
_STREAM = f"{SELECT} WHERE stream = ? ORDER BY version"
_SINCE = (
    f"{SELECT} WHERE stream IN "  # noqa: S608  (made of constants)
    "(SELECT DISTINCT stream FROM entry WHERE position > ? AND position <= ?)"
    " AND position <= ? ORDER BY stream, version"
)
_ALL = f"{SELECT} WHERE position <= ? ORDER BY stream, version"
_BETWEEN = f"{SELECT} WHERE stream > ? AND stream <= ? AND position <= ? ORDER BY stream, version"
_TOPICS = f"{SELECT} WHERE topic >= ? AND topic < ? ORDER BY stream, version"
_KEYS = "SELECT DISTINCT stream FROM entry WHERE stream > ? ORDER BY stream LIMIT ?"


def now() -> int:
    """Return the clock's reading in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


class SQLiteReader:
    """Reads entries back. Errors are those of ``ledger.errors`` and ``eventsourcing.persistence``.

    ``clock`` gives microseconds since 1970 UTC, to those who note when they read.
    """

    def __init__(self, connection: Any, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> None:
        """Read through ``connection``, which this reader now owns; ``driver`` is what made it."""
        self.connection = connection
        self.clock = clock
        self.driver = driver or newest()

    @classmethod
    def reading(cls, path: str) -> Self:
        """Open an existing store."""
        return cls(connect(path))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def path_to_share(self) -> str | None:
        """Return the store's path if another process can read it while this one writes.

        ``None`` where that cannot be: in memory, or where the journal makes readers and writers exclude one
        another.
        """
        path: str = self.connection.execute("PRAGMA database_list").fetchone()[2]
        return path if path and wal_is_safe(self.driver.sqlite_version_info) else None

    def head(self) -> tuple[int, int]:
        """Return the last position and its ``recorded_at``; both 0 and the earliest for an empty ledger."""
        last = "SELECT position, recorded_at FROM entry ORDER BY position DESC LIMIT 1"
        with translated(self.driver):
            found: tuple[int, int] | None = self.connection.execute(last).fetchone()
        return found or (0, -(1 << 62))

    def stream(self, stream: bytes) -> list[StoredEntry]:
        """Return all entries of one stream, in order of version."""
        return self.entries(_STREAM, (stream,))

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
        query = f"{SELECT} WHERE position >= ? AND position <= ?"
        if topics:
            query += f" AND topic IN ({', '.join('?' * len(topics))})"
        parameters = (first, (1 << 62) if stop is None else stop, *topics, limit)
        return self.entries(f"{query} ORDER BY position LIMIT ?", parameters)

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
        """Yield all entries up to position ``until`` of the streams after ``after``, up to ``last``."""
        return self._scan(_BETWEEN, (after, last, until))

    def topics_like(self, prefix: str) -> list[StoredEntry]:
        """Return all entries whose topic begins with ``prefix``, stream by stream: a scan of the ledger."""
        return self.entries(_TOPICS, (prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)))

    def by_command(self, command_id: bytes) -> StoredEntry | None:
        """Return the entry that this command made, if it is in the ledger."""
        found = self.entries(f"{SELECT} WHERE command_id = ?", (command_id,))
        return found[0] if found else None

    def setting(self, name: str) -> str | None:
        """Return a setting that the store was made with."""
        with translated(self.driver):
            found = self.connection.execute("SELECT value FROM store WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        """Return what a query that begins with ``SELECT`` finds."""
        with translated(self.driver):
            return list(map(StoredEntry._make, self.connection.execute(query, parameters)))

    def _scan(self, query: str, parameters: tuple[Any, ...]) -> Iterator[StoredEntry]:
        with translated(self.driver):
            yield from map(StoredEntry._make, self.connection.execute(query, parameters))
