"""Reading the ledger on PostgreSQL; a reader can do nothing else."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

from ledger.entry import of_row
from ledger.postgresql import schema
from ledger.postgresql.connect_errors import quoted
from ledger.postgresql.connection import connect
from ledger.postgresql.errors import translated
from ledger.postgresql.location import filler_of
from ledger.postgresql.seen import seen_now
from ledger.reader import SELECT, LedgerReader, beyond, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.entry import StoredEntry
    from ledger.postgresql.seen import Memory

_STREAMS: Final = 500
"""Of how many streams with something new the entries are asked for together."""

_OF: Final = f"{SELECT} WHERE stream = ANY(?) AND position <= ? ORDER BY stream, version"
_FOLLOWED: Final = """
SELECT EXISTS (SELECT FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND classid::bigint = ? AND objid::bigint = ?
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)
            OR (SELECT pg_has_role(a.usesysid, oid, 'MEMBER') FROM pg_roles WHERE rolname = ?)))"""
"""In a store from before there was a role for it, everybody may fill the tables."""
_LAST: Final = "SELECT position, leaf FROM entry ORDER BY position DESC LIMIT 1"
_REMEMBER_SECONDS: Final = 10.0
"""After how many seconds whoever waits for entries keeps what it has seen."""


@cache
def as_psycopg_wants(query: str) -> str:
    """Return a query with psycopg's placeholders in the place of question marks."""
    return query.replace("%", "%%").replace("?", "%s")


class PostgresReader(LedgerReader):
    """Reads entries back, from the primary, or from a standby that may be somewhat behind it."""

    def __init__(
        self,
        location: str,
        clock: Callable[[], int] = now,
        *,
        standby: bool = False,
        memory: Memory | None = None,
    ) -> None:
        """Connect; raises ``NotAStore`` if there is no store that this version can use, ``Lost`` if no server.

        ``memory`` keeps what a server has shown of the store: one that has gone back is ``WentBack`` then.
        """
        self._location = location
        self.memory = memory
        self._standby = standby
        self._machines_clock = clock
        self._connect()

    def _connect(self) -> None:
        """Connect, and go by the server's clock from now on, which sets ``recorded_at``."""
        self.connection, self.met = connect(self._location, standby=self._standby)
        self._listening = False
        self._remembered = time.monotonic()
        if self.memory is not None:
            try:
                self.memory.check(self.connection, self.met)
            except BaseException:
                self.connection.close()
                raise
        own, offset = self._machines_clock, self.met.offset
        self.clock = (lambda: own() + offset) if offset else own

    def remember(self) -> None:
        """Keep what the server shows now, if anything is kept and there is a connection."""
        store = self.met.store
        if self.memory is None or store is None or self.met.timeline is None or self.connection.closed:
            return
        self._remembered = time.monotonic()
        for position, leaf in self.rows(_LAST):
            if (seen := seen_now(position, leaf, self.met)) is not None:
                self.memory.note(store, seen)

    def ahead(self) -> int:
        """Return how far the last entry lay ahead of the server's clock when this connection was made."""
        return beyond(self.met.recorded_at, self.clock())

    @property
    def whose_clock(self) -> str:
        """Whose clock it is that ``clock`` reads, in words."""
        return "the server's clock"

    def clock_offset(self) -> int:
        """Return how many microseconds the server's clock is after this machine's."""
        return self.met.offset

    @classmethod
    def reading(
        cls,
        location: str,
        clock: Callable[[], int] = now,
        *,
        standby: bool = False,
        memory: Memory | None = None,
    ) -> Self:
        """Open an existing store."""
        return cls(location, clock, standby=standby, memory=memory)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @property
    def location(self) -> str:
        """The store's URL."""
        return self._location

    def location_to_share(self) -> str | None:
        """Return the store's URL, for others read while one writes; on a standby it is of no use."""
        return None if self._standby else self._location

    def on_standby(self) -> bool:
        """Say whether the server is a standby now: it may be promoted at any time."""
        return bool(self.rows("SELECT pg_is_in_recovery()")[0][0])

    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds."""
        with translated(self.connection):
            found: list[tuple[Any, ...]] = self._execute(query, parameters).fetchall()
        return found

    def entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        """Return what a query that begins with ``SELECT`` finds."""
        with translated(self.connection):
            return list(map(of_row, self._execute(query, parameters)))

    def _execute(self, query: str, parameters: tuple[Any, ...]) -> Any:
        return self.connection.execute(as_psycopg_wants(query), parameters, binary=True)

    def of_streams(self, streams: Sequence[bytes], until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams given, those of some asked for together."""
        for start in range(0, len(streams), _STREAMS):
            yield from self.entries(_OF, (list(streams[start : start + _STREAMS]), until))

    def wait(self, seconds: float) -> bool:
        """Return ``True`` as soon as something was appended, ``False`` after ``seconds`` without."""
        if self.memory is not None and time.monotonic() - self._remembered > _REMEMBER_SECONDS:
            self.remember()
        with translated(self.connection):
            if not self._listening:
                self.connection.execute(f"LISTEN {schema.CHANNEL}")
                self._listening = True
                return True
            found = any(True for _ in self.connection.notifies(timeout=seconds, stop_after=1))
            for _ in self.connection.notifies(timeout=0):
                pass
        return found

    def may_fill(self) -> bool:
        """Say whether this login may fill the tables that everybody reads."""
        return bool(self.rows("SELECT has_function_privilege('longcase.tables_make(integer)', 'EXECUTE')")[0][0])

    def right_to_fill(self) -> str:
        """Return the statement by which an administrator lets this login fill the tables."""
        about = self.connection.info
        return f"GRANT {quoted(filler_of(about.dbname))} TO {quoted(about.user)}"

    def lead(self) -> bool:
        """Try to be the one active follower of the store until this connection ends; say whether it worked.

        Whoever holds that place without a right to fill the tables keeps nobody from it.
        """
        placed = self.rows("SELECT pg_try_advisory_lock(?)", (schema.FOLLOW_LOCK,))[0][0]
        return bool(placed) or not self.followed()

    def followed(self) -> bool:
        """Say whether somebody who may fill the tables is the active follower now."""
        filler = filler_of(self.connection.info.dbname)
        key = schema.FOLLOW_LOCK
        return bool(self.rows(_FOLLOWED, (key >> 32, key % (1 << 32), filler, filler))[0][0])
