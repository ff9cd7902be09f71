"""Reading the ledger on SQLite; a reader can do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ledger.entry import of_row
from ledger.reader import SELECT, LedgerReader, now
from ledger.sqlite.connection import READING_KIB, connect, translated
from ledger.sqlite.driver import newest, wal_is_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from ledger.entry import StoredEntry
    from ledger.sqlite.follow_lock import FollowLock
    from ledger.sqlite.polling import Watch

_OF = f"{SELECT} WHERE stream = ? AND position <= ? ORDER BY version"


class SQLiteReader(LedgerReader):
    """Reads entries back from a file, or from memory."""

    def __init__(self, connection: Any, clock: Callable[[], int] = now, driver: ModuleType | None = None) -> None:
        """Read through ``connection``, which this reader now owns; ``driver`` is what made it."""
        self.connection = connection
        self.clock = clock
        self.driver = driver or newest()
        self._watch: Watch | None = None
        self._lead: FollowLock | None = None

    @classmethod
    def reading(cls, path: str, clock: Callable[[], int] = now) -> Self:
        """Open an existing store."""
        return cls(connect(path, cache_kib=READING_KIB), clock)

    def close(self) -> None:
        """Close the connection, and no longer lead."""
        self.connection.close()
        if self._lead is not None:
            self._lead.leave()

    @property
    def location(self) -> str | None:
        """The path of the file; ``None`` in memory."""
        path: str = self.connection.execute("PRAGMA database_list").fetchone()[2]
        return path or None

    def location_to_share(self) -> str | None:
        """Return the store's path if another process can read it while this one writes.

        ``None`` where that cannot be: in memory, or where the journal makes readers and writers exclude one
        another.
        """
        return self.location if wal_is_safe(self.driver.sqlite_version_info) else None

    def wait(self, seconds: float) -> bool:
        """Return ``True`` as soon as something may have been appended, ``False`` after ``seconds`` without."""
        if self._watch is None:
            from ledger.sqlite.polling import Watch

            self._watch = Watch(self)
        return self._watch.wait(seconds)

    def lead(self) -> bool:
        """Try to be the one active follower of the store; in memory there can be no other."""
        path = self.location
        if self._lead is None and path is not None:
            from ledger.sqlite.follow_lock import FollowLock

            self._lead = FollowLock(path)
        return self._lead is None or self._lead.take()

    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds."""
        with translated(self.driver):
            return list(self.connection.execute(query, parameters))

    def entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        """Return what a query that begins with ``SELECT`` finds."""
        with translated(self.driver):
            return list(map(of_row, self.connection.execute(query, parameters)))

    def of_streams(self, streams: Sequence[bytes], until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams given, one stream at a time."""
        for stream in streams:
            yield from self.entries(_OF, (stream, until))
