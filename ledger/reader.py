"""Reading the ledger: by stream, by position, by command. Each engine's reader says how a query is run."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ledger.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.entry import StoredEntry

SELECT = f"SELECT {COLUMNS} FROM entry"  # noqa: S608  (made of constants)
LAST = (1 << 62) - 1
"""A position, version or count beyond all that there are."""

_STREAM = f"{SELECT} WHERE stream = ? ORDER BY version"
_KEYS = "SELECT DISTINCT stream FROM entry WHERE stream > ? ORDER BY stream LIMIT ?"
_TOPICS = f"{SELECT} WHERE topic >= ? AND topic < ? ORDER BY stream, version"
_FIRST = "SELECT stream FROM entry WHERE version = 1 AND position <= ? AND topic >= ? AND topic < ?"
_ANY = "SELECT 1 FROM entry WHERE position >= ? AND position <= ? AND topic >= ? AND topic < ? LIMIT 1"
HEAD = "SELECT position, recorded_at FROM entry ORDER BY position DESC LIMIT 1"
NOTHING = (0, -LAST)
"""The last position, and when it was recorded, of a ledger that has no entry."""


def now() -> int:
    """Return the clock's reading in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def _beyond(prefix: str) -> str:
    """Return the first text after all those that begin with ``prefix``."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


class LedgerReader(ABC):
    """Reads entries back. Errors are those of ``ledger.errors`` and ``eventsourcing.persistence``.

    ``clock`` gives microseconds since 1970 UTC, to those who note when they read. Queries are written with a
    question mark for each parameter, whatever the engine wants.
    """

    connection: Any
    clock: Callable[[], int]

    @property
    @abstractmethod
    def location(self) -> str | None:
        """What names this store to ``ledger.stores``; ``None`` where nobody else can open it."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    @abstractmethod
    def location_to_share(self) -> str | None:
        """Return the store's location if another process can read it while this one writes, else ``None``."""

    @abstractmethod
    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds."""

    @abstractmethod
    def entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        """Return what a query that begins with ``SELECT`` finds."""

    @abstractmethod
    def streams_since(self, position: int, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to ``until`` of every stream with one after ``position``, stream by stream."""

    @abstractmethod
    def streams_between(self, after: bytes, last: bytes, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams after ``after``, up to ``last``."""

    @abstractmethod
    def wait(self, seconds: float) -> bool:
        """Return ``True`` as soon as something may have been appended, ``False`` after ``seconds`` without.

        What was appended since the last call counts; the first call may say ``True`` for nothing. To miss
        nothing: call it, then look at the head, then call it again.
        """

    @abstractmethod
    def lead(self) -> bool:
        """Try to be the one active follower of the store, and say whether this reader is.

        It stays so until its connection is closed or its process ends, however that ends.
        """

    def on_standby(self) -> bool:
        """Say whether this is a copy that follows another server, in which nothing can be written."""
        return False

    def head(self) -> tuple[int, int]:
        """Return the last position and its ``recorded_at``; both 0 and the earliest for an empty ledger."""
        found = self.rows(HEAD)
        return (found[0][0], found[0][1]) if found else NOTHING

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
        parameters = (first, LAST if stop is None else stop, *topics, limit)
        return self.entries(f"{query} ORDER BY position LIMIT ?", parameters)

    def next_streams(self, after: bytes, count: int) -> list[bytes]:
        """Return the next ``count`` streams after ``after`` in the order of their ids; none at the end."""
        return [row[0] for row in self.rows(_KEYS, (after, count))]

    def streams_among(self, streams: Sequence[bytes]) -> set[bytes]:
        """Return those of some thousand streams at most that have entries."""
        marks = ", ".join("?" * len(streams))
        query = f"SELECT DISTINCT stream FROM entry WHERE stream IN ({marks})"  # noqa: S608  (question marks alone)
        return {row[0] for row in self.rows(query, tuple(streams))} if streams else set()

    def any_like(self, prefix: str, first: int, last: int) -> bool:
        """Say whether an entry between two positions, both included, has a topic that begins with ``prefix``."""
        return bool(self.rows(_ANY, (first, last, prefix, _beyond(prefix))))

    def topics_like(self, prefix: str) -> list[StoredEntry]:
        """Return all entries whose topic begins with ``prefix``, stream by stream: a scan of the ledger."""
        return self.entries(_TOPICS, (prefix, _beyond(prefix)))

    def streams_like(self, prefix: str, until: int) -> list[bytes]:
        """Return the streams whose first entry, at ``until`` at the latest, has a topic that begins so."""
        return [row[0] for row in self.rows(_FIRST, (until, prefix, _beyond(prefix)))]

    def actors(self) -> list[str]:
        """Return everybody who recorded an entry, as they are written there: a scan of the ledger."""
        return [row[0] for row in self.rows("SELECT DISTINCT actor FROM entry")]

    def roles(self) -> list[str]:
        """Return every role in which an entry was recorded: a scan of the ledger."""
        return [row[0] for row in self.rows("SELECT DISTINCT role FROM entry WHERE role <> ''")]

    def by_command(self, command_id: bytes) -> StoredEntry | None:
        """Return the entry that this command made, if it is in the ledger."""
        found = self.entries(f"{SELECT} WHERE command_id = ?", (command_id,))
        return found[0] if found else None

    def settings(self) -> dict[Any, Any]:
        """Return all settings that the store was made with, by name."""
        return dict(self.rows("SELECT name, value FROM store ORDER BY name"))

    def setting(self, name: str) -> str | None:
        """Return a setting that the store was made with."""
        found = self.rows("SELECT value FROM store WHERE name = ?", (name,))
        return str(found[0][0]) if found else None
