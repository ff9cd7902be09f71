"""From entries to rows in the tables: what is new is inserted, what no longer holds is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, literal_column, select

from projections.tables.checkpoint import tables
from projections.tables.engine import insert, on_server
from projections.tables.reference import CASES, OFFICERS
from projections.tables.rows import Flats, rows_of, streams
from projections.tables.schema import clock_interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy

    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from projections.tables.reference import ReferenceData
    from projections.tables.rows import Flat, Progress

TOGETHER: Final = 200
"""Of how many cases the rows that are there are looked at together."""


class _Shelf:
    """One table, and the statements that put rows into it and take them out.

    A row is taken out by the columns named, which no other row shares.
    """

    def __init__(
        self, connection: sqlalchemy.Connection, table: sqlalchemy.Table, identity: tuple[ColumnElement[Any], ...]
    ) -> None:
        self._connection = connection
        self._table = table
        self._existing = select(*identity, table).where(table.c.stream.in_(bindparam("of", expanding=True)))
        self._named = [f"row{place}" for place in range(len(identity))]
        named = zip(identity, self._named, strict=True)
        self._delete = delete(table).where(*(column == bindparam(name) for column, name in named))

    def insert(self, rows: list[Flat]) -> None:
        if rows:
            insert(self._connection, self._table, rows)

    def replace(self, of: list[bytes], rows: list[Flat]) -> list[Flat]:
        """Remove the rows of some cases that no longer hold, and return those that are new."""
        width = len(self._named)
        found = self._connection.execute(self._existing, {"of": of})
        existing = {tuple(row[width:]): row[:width] for row in found}
        wanted = set(rows)
        gone = [dict(zip(self._named, name, strict=True)) for row, name in existing.items() if row not in wanted]
        if gone:
            self._connection.execute(self._delete, gone)
        return [row for row in rows if row not in existing]


def _row_id(connection: sqlalchemy.Connection) -> ColumnElement[Any]:
    """Return where a row lies: it stays there as long as nobody else may write."""
    return literal_column("ctid" if on_server(connection) else "rowid")


class Shelves:
    """The tables of a generation, to put rows in and to take out those that no longer hold."""

    def __init__(self, connection: sqlalchemy.Connection, generation: int) -> None:
        """Write through ``connection``, whose transaction is open."""
        cases, clocks = tables(generation)
        c = cases.c
        self._cases = _Shelf(connection, cases, (c.stream, c.valid_from, c.known_from))
        self._clocks = _Shelf(connection, clocks, (_row_id(connection),))

    def write(self, rows: Flats) -> None:
        """Insert rows."""
        self._cases.insert(rows.cases)
        self._clocks.insert(rows.clocks)

    def replace(self, of: list[bytes], rows: Flats) -> Flats:
        """Remove the rows of some cases that no longer hold, and return those that are new."""
        return Flats(self._cases.replace(of, rows.cases), self._clocks.replace(of, rows.clocks))


class Changed(NamedTuple):
    """The streams of the cases and of the officers that have new entries."""

    cases: set[bytes]
    officers: set[bytes]


class Filler:
    """Brings the rows of cases into a generation's tables, those of many together."""

    def __init__(self, connection: sqlalchemy.Connection, generation: int, reference_data: ReferenceData) -> None:
        """Write through ``connection``, whose transaction is open, with the reference data given."""
        self._connection = connection
        self._reference_data = reference_data
        self._generation = generation
        self._shelves = Shelves(connection, generation)
        self._waiting = Flats([], [])
        self._there: list[bytes] = []

    def fill(self, entries: Iterable[StoredEntry], since: int, progress: Progress) -> Changed:
        """Bring in every case among ``entries``, which come stream by stream, each stream whole.

        A case that has entries up to the position ``since`` has rows already; ``progress`` is told how many
        entries were read. Returns the streams of cases that were brought in, and those of officers met.
        """
        changed = Changed(set(), set())
        for stream in streams(entries, progress):
            if stream[0].topic.startswith(CASES):
                changed.cases.add(stream[0].stream)
                self._take(stream, since)
            elif stream[0].topic.startswith(OFFICERS):
                changed.officers.add(stream[0].stream)
        self._put()
        return changed

    def follow(self, ledger: LedgerReader, changed: Changed, since: int, until: int) -> None:
        """Work out anew the other cases that were ever owned by an officer who changed."""
        for stream in sorted(self._owned_by(changed.officers) - changed.cases):
            self._take([one for one in ledger.stream(stream) if one.position <= until], since)
        self._put()

    def _take(self, entries: list[StoredEntry], since: int) -> None:
        self._waiting.extend(rows_of(entries, self._reference_data))
        if entries[0].position <= since:
            self._there.append(entries[0].stream)
        if self._waiting.full or len(self._there) >= TOGETHER:
            self._put()

    def _put(self) -> None:
        rows = self._waiting
        if self._there:
            rows = self._shelves.replace(self._there, rows)
        self._shelves.write(rows)
        self._waiting, self._there = Flats([], []), []

    def _owned_by(self, officers: set[bytes]) -> set[bytes]:
        table = clock_interval(self._generation)
        owned = select(table.c.stream).where(table.c.officer == bindparam("officer")).distinct()
        found: set[bytes] = set()
        for officer in officers:
            found.update(self._connection.execute(owned, {"officer": officer}).scalars())
        return found
