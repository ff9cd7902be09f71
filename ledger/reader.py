"""Reading the ledger: by stream, by position, by command. Each engine's reader says how a query is run."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from ledger.kept_checkpoints import CheckpointReader
from ledger.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.entry import StoredEntry

SELECT = f"SELECT {COLUMNS} FROM entry"  # noqa: S608  (made of constants)
LAST = (1 << 62) - 1
"""A position, version or count beyond all that there are."""

_STREAM = f"{SELECT} WHERE stream = ? ORDER BY version"
_KEYS = "SELECT DISTINCT stream FROM entry WHERE stream > ? ORDER BY stream LIMIT ?"
_NEW = "SELECT DISTINCT stream FROM entry WHERE position > ? AND position <= ? ORDER BY stream"
_BETWEEN = (
    f"{SELECT} WHERE (stream, version) > (?, ?) AND stream <= ? AND position <= ?"
    " ORDER BY stream, version LIMIT ?"
)
_LAST_STREAM = b"\xff" * 17

_PAGE = 5_000
"""How many entries are fetched together by a scan: it holds no transaction open, and no more in memory."""
_TOPICS = f"{SELECT} WHERE topic >= ? AND topic < ? ORDER BY stream, version"
_FIRST = "SELECT position, stream FROM entry WHERE version = 1 AND position <= ? AND topic >= ? AND topic < ?"
_FIRST_OF = "SELECT position FROM entry WHERE version = 1 AND stream IN ({})"
_STREAM_AT = "SELECT position, stream FROM entry WHERE position IN ({})"
_TOGETHER = 500
"""How many streams, or positions, are looked up together."""

_BEGUN = (
    f"SELECT {', '.join(f'e.{name}' for name in COLUMNS.split(', '))}"  # noqa: S608  (made of constants)
    " FROM entry AS f JOIN entry AS e ON e.stream = f.stream"
    " WHERE f.version = 1 AND f.position > ? AND f.position <= ? AND e.position <= ?"
    " ORDER BY f.position, e.version"
)
_SPAN = 500
"""How many positions are looked at together for streams that begin there."""
_ANY = "SELECT 1 FROM entry WHERE position >= ? AND position <= ? AND topic >= ? AND topic < ? LIMIT 1"
AHEAD = 300 * 1_000_000
"""How far, in microseconds, the last entry may be recorded after what the clock says: clocks differ a little."""
FAR = 86_400 * 1_000_000
"""From how far ahead, in microseconds, now is what the clock says, and not when the last entry was recorded."""

HEAD = "SELECT position, recorded_at FROM entry ORDER BY position DESC LIMIT 1"
NOTHING = (0, -LAST)
"""The last position, and when it was recorded, of a ledger that has no entry."""


def now() -> int:
    """Return the clock's reading in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def _after(prefix: str) -> str:
    """Return the first text after all those that begin with ``prefix``."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def beyond(recorded_at: int, clock: int, bound: int = AHEAD) -> int:
    """Return how far an instant lies after what the clock says, if that is over the ``bound``; else 0."""
    return recorded_at - clock if recorded_at - clock > bound else 0


class LedgerReader(CheckpointReader):
    """Reads entries back. Errors are those of ``ledger.errors`` and ``eventsourcing.persistence``.

    ``clock`` gives microseconds since 1970 UTC, to those who note when they read. Queries are written with a
    question mark for each parameter, whatever the engine wants.
    """

    connection: Any
    clock: Callable[[], int]
    unsalted = False
    """Whether it reads a copy from before entries had salts: each is empty then, and each leaf is v1."""

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
    def entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        """Return what a query that begins with ``SELECT`` finds."""

    @abstractmethod
    def of_streams(self, streams: Sequence[bytes], until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams given, stream by stream."""

    def streams_since(self, position: int, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to ``until`` of every stream with one after ``position``, stream by stream.

        No transaction is open between two of them, so whoever writes is not held up meanwhile.
        """
        if position == 0:
            return self.streams_between(b"", _LAST_STREAM, until)
        return self.of_streams([row[0] for row in self.rows(_NEW, (position, until))], until)

    def streams_between(self, after: bytes, last: bytes, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams after ``after``, up to ``last``."""
        stream, version = after, (1 << 31) - 1
        while page := self.entries(_BETWEEN, (stream, version, last, until, _PAGE)):
            yield from page
            stream, version = page[-1].stream, page[-1].version

    def streams_begun(self, after: int, last: int, until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams that begin after ``after``, up to ``last``.

        They come stream by stream, in the order of the streams' first entries.
        """
        for start in range(after, last, _SPAN):
            yield from self.entries(_BEGUN, (start, min(start + _SPAN, last), until))

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

    def may_fill(self) -> bool:
        """Say whether whoever reads may fill the tables that everybody reads: not everybody may on a server."""
        return True

    def right_to_fill(self) -> str:
        """Return the statement by which an administrator lets whoever reads fill the tables."""
        raise NotImplementedError

    def followed(self) -> bool:
        """Say whether a follower is known to keep the tables current, so that they are worth waiting for."""
        return False

    def on_standby(self) -> bool:
        """Say whether this is a copy that follows another server, in which nothing can be written."""
        return False

    def head(self) -> tuple[int, int]:
        """Return the last position and its ``recorded_at``; both 0 and the earliest for an empty ledger."""
        found = self.rows(HEAD)
        return (found[0][0], found[0][1]) if found else NOTHING

    def ahead(self) -> int:
        """Return how far the last entry is recorded after what the clock says, as ``beyond`` does."""
        return beyond(self.head()[1], self.clock())

    @property
    def whose_clock(self) -> str:
        """Whose clock it is that ``clock`` reads, in words."""
        return "this machine's clock"

    def clock_offset(self) -> int:
        """Return how many microseconds ``clock`` is after this machine's own: 0 where it is the same."""
        return 0

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
        return bool(self.rows(_ANY, (first, last, prefix, _after(prefix))))

    def version(self, stream: bytes) -> int:
        """Return the number of a stream's last entry; 0 if it has none."""
        return int(self.rows("SELECT coalesce(max(version), 0) FROM entry WHERE stream = ?", (stream,))[0][0])

    def topics_like(self, prefix: str) -> list[StoredEntry]:
        """Return all entries whose topic begins with ``prefix``, stream by stream: a scan of the ledger."""
        return self.entries(_TOPICS, (prefix, _after(prefix)))

    def streams_like(self, prefix: str, until: int) -> dict[int, bytes]:
        """Return the streams whose first entry, at ``until`` at the latest, has a topic that begins so.

        Each stands under the position of that entry.
        """
        return dict(self.rows(_FIRST, (until, prefix, _after(prefix))))

    def first_positions(self, streams: Sequence[bytes]) -> list[int]:
        """Return the positions of the first entries of those of the streams that there are."""
        return [row[0] for row in self._looked_up(_FIRST_OF, streams)]

    def streams_at(self, positions: Sequence[int]) -> list[bytes]:
        """Return the streams of the entries at these positions, in this order."""
        found = dict(self._looked_up(_STREAM_AT, positions))
        return [found[position] for position in positions if position in found]

    def _looked_up(self, query: str, values: Sequence[Any]) -> Iterator[Any]:
        for start in range(0, len(values), _TOGETHER):
            some = tuple(values[start : start + _TOGETHER])
            yield from self.rows(query.format(", ".join("?" * len(some))), some)

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
