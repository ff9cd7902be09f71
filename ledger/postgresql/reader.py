"""Reading the ledger on PostgreSQL; a reader can do nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

from ledger.entry import StoredEntry
from ledger.postgresql import schema
from ledger.postgresql.connection import connect
from ledger.postgresql.errors import translated
from ledger.reader import SELECT, LedgerReader, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_STREAMS: Final = 500
"""Of how many streams with something new the entries are asked for together."""

_OF: Final = f"{SELECT} WHERE stream = ANY(?) AND position <= ? ORDER BY stream, version"


@cache
def as_psycopg_wants(query: str) -> str:
    """Return a query with psycopg's placeholders in the place of question marks."""
    return query.replace("%", "%%").replace("?", "%s")


class PostgresReader(LedgerReader):
    """Reads entries back, from the primary, or from a standby that may be somewhat behind it."""

    def __init__(self, location: str, clock: Callable[[], int] = now, *, standby: bool = False) -> None:
        """Connect; raises ``NotAStore`` if there is no store that this version can use, ``Lost`` if no server."""
        self._location = location
        self._standby = standby
        self.clock = clock
        self._listening = False
        self.connection = connect(location, standby=standby)

    @classmethod
    def reading(cls, location: str, clock: Callable[[], int] = now, *, standby: bool = False) -> Self:
        """Open an existing store."""
        return cls(location, clock, standby=standby)

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
            return list(map(StoredEntry._make, self._execute(query, parameters)))

    def _execute(self, query: str, parameters: tuple[Any, ...]) -> Any:
        return self.connection.execute(as_psycopg_wants(query), parameters, binary=True)

    def of_streams(self, streams: Sequence[bytes], until: int) -> Iterator[StoredEntry]:
        """Yield all entries up to position ``until`` of the streams given, those of some asked for together."""
        for start in range(0, len(streams), _STREAMS):
            yield from self.entries(_OF, (list(streams[start : start + _STREAMS]), until))

    def wait(self, seconds: float) -> bool:
        """Return ``True`` as soon as something was appended, ``False`` after ``seconds`` without."""
        with translated(self.connection):
            if not self._listening:
                self.connection.execute(f"LISTEN {schema.CHANNEL}")
                self._listening = True
                return True
            found = any(True for _ in self.connection.notifies(timeout=seconds, stop_after=1))
            for _ in self.connection.notifies(timeout=0):
                pass
        return found

    def lead(self) -> bool:
        """Try to be the one active follower of the store until this connection ends; say whether it worked."""
        return bool(self.rows("SELECT pg_try_advisory_lock(?)", (schema.FOLLOW_LOCK,))[0][0])
