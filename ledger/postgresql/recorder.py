"""The recorder on PostgreSQL: one function of the database takes the writer's lock, numbers and inserts.

A command is one statement: one way to the server and back. What many entries there are goes over in several
statements of a bounded size, in one transaction.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ledger.entry import TYPES, salts
from ledger.errors import Busy, Lost, Unconfirmed
from ledger.postgresql import arrays, schema
from ledger.postgresql.connection import begin_with, roll_back
from ledger.postgresql.errors import translated
from ledger.postgresql.reader import PostgresReader
from ledger.reader import now
from ledger.recorder import LedgerRecorder, check_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ledger.entry import Row, StoredEntry
    from ledger.postgresql.seen import Memory

MOST: Final = 2_000
"""How many entries one statement inserts at most."""

BYTES: Final = 4 * 2**20
"""How many bytes of payload one statement carries at most, unless a single entry is larger: 4 MiB."""

RECONNECT_SECONDS: Final = 30.0
"""For how long a lost connection is tried again: a standby takes over within that, or somebody has to look."""

_APPEND: Final = "SELECT first, recorded FROM longcase.append(%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %s)"
"""The last is the time of this machine's clock, which the function does not take: the server's own says when."""

_PUT: Final = f"SELECT longcase.put_back({', '.join(['%b'] * len(TYPES))})"

_CHECKPOINT: Final = "SELECT longcase.keep_checkpoint(%s, %s, %s)"

_KINDS: Final[tuple[Any, ...]] = (
    *(arrays.bigint, arrays.bytea, arrays.integer, arrays.text, arrays.integer, arrays.text, arrays.text),
    *(arrays.bigint, arrays.bigint, arrays.bytea, arrays.bytea, arrays.bytea, arrays.bytea),
)
"""How each column of a row goes over, in the order of ``COLUMNS``."""

_GIVEN: Final = (1, 2, 3, 4, 5, 6, 7, 9)
"""The places of those that are given to the server as they are, before a salt and the payload.

It finds the position, ``recorded_at`` and the leaf.
"""


class PostgresRecorder(PostgresReader, LedgerRecorder):
    """Appends entries and reads them back, on the primary."""

    @classmethod
    def open(
        cls, location: str, clock: Callable[[], int] = now, *, memory: Memory | None = None
    ) -> PostgresRecorder:
        """Open an existing store."""
        return cls(location, clock, memory=memory)

    def _connect(self) -> None:
        super()._connect()
        arrays.register(self.connection)
        self._warnings: list[str] = []
        self.connection.add_notice_handler(self._warned)

    def _warned(self, diagnostic: Any) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            self._warnings.append(diagnostic.message_primary or "")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the writer's lock, and commit at the end; whatever goes wrong, nothing has happened."""
        with self._acknowledged():
            try:
                begin_with(self.connection, "turn", schema.APPEND_LOCK)
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                roll_back(self.connection)
                raise
        self.remember()

    @contextmanager
    def _acknowledged(self) -> Iterator[None]:
        """Pass nothing off as recorded that the server committed under protest.

        Interrupted while it waits for a synchronous standby, a server commits all the same, and warns.
        """
        self._warnings.clear()
        try:
            with translated(self.connection):
                yield
        except Busy as error:
            from ledger.postgresql.holders import named

            raise named(self.connection, error) from error
        if self._warnings:
            raise Unconfirmed(f"the server has committed, but warns: {self._warnings[0]}")

    def append(self, entries: Iterable[StoredEntry]) -> range:
        """Insert entries, in an open ``transaction``, and return their positions."""
        entries = list(entries)
        check_sizes(entries)
        first = None
        with translated(self.connection):
            for part in parts(entries):
                given = self._append(part)[0]
                first = first or given
        start = self.head()[0] + 1 if first is None else first
        return range(start, start + len(entries))

    def record(self, entries: Sequence[StoredEntry]) -> tuple[range, int]:
        """Append entries in a transaction of their own; return their positions and ``recorded_at``."""
        check_sizes(entries)
        if len(list(parts(entries))) != 1:
            return super().record(entries)
        with self._acknowledged():
            first, recorded_at = self._append(entries)
        self.remember()
        return range(first, first + len(entries)), recorded_at

    def _append(self, entries: Sequence[StoredEntry]) -> tuple[int, int]:
        columns = list(zip(*entries, strict=True))
        given = [_KINDS[place](columns[place]) for place in _GIVEN]
        given += [arrays.bytea(salts(len(entries))), arrays.bytea(columns[-1])]
        found: tuple[int, int] = self.connection.execute(_APPEND, (*given, self.clock()), binary=True).fetchone()
        return found

    def put_back(self, rows: Iterable[Row]) -> int:
        """Insert complete rows as they are, in an open ``transaction``, and return how many.

        The store must have been empty when the transaction began: what is in use has the server's clock alone.
        """
        rows = list(rows)
        with translated(self.connection):
            for part in parts(rows):
                columns = zip(_KINDS, zip(*part, strict=True), strict=True)
                self.connection.execute(_PUT, [kind(column) for kind, column in columns])
        return len(rows)

    def keep_checkpoint(self, size: int, note: str) -> int:
        """Add a checkpoint in a transaction of its own, and return its number; its instant is the server's."""
        with self._acknowledged():
            found = self.connection.execute(_CHECKPOINT, (size, note, self.clock())).fetchone()
        return int(found[0])

    def set_once(self, name: str, value: str) -> None:
        """Give the store a further setting."""
        with translated(self.connection):
            self.connection.execute("SELECT longcase.set_once(%s, %s)", (name, value))

    def confirm(self) -> None:
        """Return when what can be read here has reached every standby that a commit waits for.

        Interrupted while it waited for one, a server shows what it committed all the same; a later commit is
        acknowledged after it.
        """
        with self._acknowledged():
            self.connection.execute("SELECT pg_logical_emit_message(true, 'longcase', '')")

    def reconnect(self) -> None:
        """Connect again to whichever server takes entries now; raise ``Lost`` if none does for half a minute."""
        until = time.monotonic() + RECONNECT_SECONDS
        self.connection.close()
        while True:
            try:
                self._connect()
            except Lost:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return


def parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield rows, whose payload comes last, in parts small enough for one statement each."""
    start = size = 0
    for place, row in enumerate(rows):
        size += len(row[-1])
        if place > start and (size > BYTES or place - start == MOST):
            yield rows[start:place]
            start, size = place, len(row[-1])
    if start < len(rows):
        yield rows[start:]
