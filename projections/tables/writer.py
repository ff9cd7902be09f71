"""From entries to rows in the tables: what is new is inserted, what no longer holds is removed.

What that is, is worked out first, beside the tables as somebody has seen them; whoever writes it checks that they
are as they were.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy
from sqlalchemy import ColumnElement, bindparam, delete, literal_column, select

from domain.instant import FOREVER
from projections.tables.case_key import key_at, position_of
from projections.tables.checkpoint import Overtaken, tables
from projections.tables.continued import changes
from projections.tables.engine import insert, on_server, reading
from projections.tables.reference import CASES, OFFICERS
from projections.tables.rows import Flats, continuation_of, rows_of, streams
from projections.tables.schema import clock_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.instant import Instant
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from projections.intervals.continuing import Continuation
    from projections.tables.column_values import Flat
    from projections.tables.reference import ReferenceData
    from projections.tables.rows import Progress

LONG: Final = 200
"""From how many entries on the rows of a case are not made and compared anew for one that continues it."""

TOGETHER: Final = 200
"""Of how many cases the rows that are there are looked at together."""


Gone = list[dict[str, Any]]
"""Rows to be taken out, each by what it is found by."""


class TooMuch(Exception):
    """Entries change more rows than are to be written in one transaction."""


class RowDifference(NamedTuple):
    """What tables lack and what they have too much: rows of the cases and of what they wait for."""

    gone: tuple[Gone, Gone]
    new: Flats

    @property
    def size(self) -> int:
        """How many rows are taken out and put in."""
        return sum(len(rows) for rows in (*self.gone, *self.new))

    def extend(self, other: RowDifference) -> None:
        """Add the difference that other cases make."""
        self.new.extend(other.new)
        for gone, more in zip(self.gone, other.gone, strict=True):
            gone.extend(more)


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

    def beyond(self, of: bytes, instant: Instant) -> dict[Flat, tuple[Any, ...]]:
        """Return the rows of a case that hold after an instant, each with what it is found by."""
        width = len(self._named)
        later = self._table.c.valid_to > instant - FOREVER
        found = self._connection.execute(self._existing.where(later), {"of": [of]})
        return {tuple(row[width:]): tuple(row[:width]) for row in found}

    def remove(self, gone: Gone) -> None:
        """Take out rows; raise ``Overtaken`` if not every one of them is there."""
        if gone and self._connection.execute(self._delete, gone).rowcount != len(gone):
            raise Overtaken

    def difference(self, of: list[bytes], rows: list[Flat]) -> tuple[Gone, list[Flat]]:
        """Return which rows of some cases no longer hold, and which are new, if ``rows`` are all that hold."""
        width = len(self._named)
        found = self._connection.execute(self._existing, {"of": of})
        existing = {tuple(row[width:]): tuple(row[:width]) for row in found}
        wanted = set(rows)
        gone = self.named([name for row, name in existing.items() if row not in wanted])
        return gone, [row for row in rows if row not in existing]

    def named(self, identities: Iterable[tuple[Any, ...]]) -> Gone:
        """Return by what rows are taken out."""
        return [dict(zip(self._named, name, strict=True)) for name in identities]


def _clock_identity(connection: sqlalchemy.Connection, table: sqlalchemy.Table) -> tuple[ColumnElement[Any], ...]:
    """Return by what a row is found: where it lies, and all that makes it what it is.

    Whoever tidies up the database may put rows elsewhere between the look and the deed.
    """
    row_id: ColumnElement[Any] = literal_column("ctid" if on_server(connection) else "rowid")
    return (row_id, *(column for column in table.columns if not column.nullable))


class Shelves:
    """The tables of a generation, to put rows in and to take out those that no longer hold."""

    def __init__(self, connection: sqlalchemy.Connection, generation: int) -> None:
        """Read and write through ``connection``, whose transaction is open."""
        self._tables = cases, clocks = tables(generation)
        c = cases.c
        self._cases = _Shelf(connection, cases, (c.stream, c.valid_from, c.known_from))
        self._clocks = _Shelf(connection, clocks, _clock_identity(connection, clocks))

    def write(self, rows: Flats) -> None:
        """Insert rows."""
        self._cases.insert(rows.cases)
        self._clocks.insert(rows.clocks)

    def difference(self, of: list[bytes], rows: Flats) -> RowDifference:
        """Return what some cases' rows lack and have too much, if ``rows`` are all that hold of them."""
        gone_cases, cases = self._cases.difference(of, rows.cases)
        gone_clocks, clocks = self._clocks.difference(of, rows.clocks)
        return RowDifference((gone_cases, gone_clocks), Flats(cases, clocks))

    def continued(
        self, of: bytes, continuation: Continuation, reference_data: ReferenceData
    ) -> RowDifference | None:
        """Return what entries change that continue a case; ``None`` if its last rows do not tell that."""
        there = [shelf.beyond(of, continuation.last) for shelf in (self._cases, self._clocks)]
        found = changes(of, continuation, there, self._tables, reference_data)
        if found is None:
            return None
        (cases, clocks), new = found
        return RowDifference((self._cases.named(cases), self._clocks.named(clocks)), new)

    def apply(self, difference: RowDifference) -> None:
        """Take out what no longer holds and put in what is new; raise ``Overtaken`` if other rows are there."""
        self._cases.remove(difference.gone[0])
        self._clocks.remove(difference.gone[1])
        self.write(difference.new)


class Changed(NamedTuple):
    """The keys of the cases and the streams of the officers that have new entries."""

    cases: set[bytes]
    officers: set[bytes]


class Target(NamedTuple):
    """The tables of a generation as somebody has seen them.

    ``check`` raises ``Overtaken`` if they are not as they were; it is called in each transaction that reads them.
    """

    engine: sqlalchemy.Engine
    generation: int
    check: Callable[[sqlalchemy.Connection], None]


class Filler:
    """Works out what entries change in the tables, some cases at a time.

    Nothing is written, and no transaction is open while rows are worked out: nobody is held up meanwhile.
    """

    def __init__(self, target: Target, reference_data: ReferenceData, most: int | None = None) -> None:
        """Compare with the tables of ``target``, and find at most as many rows that change, if that is given."""
        self._target = target
        self._reference_data = reference_data
        self._most = most
        self.difference = RowDifference(([], []), Flats([], []))
        self._waiting = Flats([], [])
        self._there: list[bytes] = []
        self._same: bool | None = None

    def fill(self, entries: Iterable[StoredEntry], since: int, progress: Progress) -> Changed:
        """Work out every case among ``entries``, which come stream by stream, each stream whole.

        A case that has entries up to the position ``since`` has rows already; ``progress`` is told how many
        entries were read. Returns the keys of the cases, and the streams of officers met. Raises ``TooMuch`` if
        more rows change than wanted, ``Overtaken``, and ``PoisonEntry``.
        """
        changed = Changed(set(), set())
        for stream in streams(entries, progress):
            if stream[0].topic.startswith(CASES):
                changed.cases.add(key_at(stream[0].position))
                self._take(stream, since)
            elif stream[0].topic.startswith(OFFICERS):
                changed.officers.add(stream[0].stream)
        self._put()
        return changed

    def follow(self, ledger: LedgerReader, changed: Changed, since: int, until: int) -> None:
        """Work out anew the other cases that were ever owned by an officer who changed."""
        others = sorted(self._owned_by(changed.officers) - changed.cases)
        for stream in ledger.streams_at(list(map(position_of, others))):
            self._take([one for one in ledger.stream(stream) if one.position <= until], since)
        self._put()

    def _take(self, entries: list[StoredEntry], since: int) -> None:
        if len(entries) >= LONG and entries[0].position <= since and self._continued(entries, since):
            return
        self._waiting.extend(rows_of(entries, self._reference_data))
        if entries[0].position <= since:
            self._there.append(key_at(entries[0].position))
        if self._waiting.full or len(self._there) >= TOGETHER:
            self._put()

    def _put(self) -> None:
        found = RowDifference(([], []), self._waiting)
        if self._there:
            with self._looking() as connection:
                found = Shelves(connection, self._target.generation).difference(self._there, self._waiting)
        self._waiting, self._there = Flats([], []), []
        self._add(found)

    def _continued(self, entries: list[StoredEntry], since: int) -> bool:
        """Work out what the last entries of a long case change, if they continue it; say whether they do."""
        if self._same is None:
            self._same = self._reference_data.only_cases_since(since)
        found = self._same and continuation_of(entries, since, self._reference_data)
        if not found:
            return False
        with self._looking() as connection:
            shelves = Shelves(connection, self._target.generation)
            difference = shelves.continued(key_at(entries[0].position), found, self._reference_data)
        if difference is not None:
            self._add(difference)
        return difference is not None

    def _add(self, found: RowDifference) -> None:
        self.difference.extend(found)
        if self._most is not None and self.difference.size > self._most:
            raise TooMuch

    def _owned_by(self, officers: set[bytes]) -> set[bytes]:
        if not officers:
            return set()
        table = clock_interval(self._target.generation)
        owned = select(table.c.stream).where(table.c.officer == bindparam("officer")).distinct()
        found: set[bytes] = set()
        with self._looking() as connection:
            for officer in officers:
                found.update(connection.execute(owned, {"officer": officer}).scalars())
        return found

    @contextmanager
    def _looking(self) -> Iterator[sqlalchemy.Connection]:
        """Look at the tables as they were; raise ``Overtaken`` if they are others now."""
        with reading(self._target.engine) as connection:
            self._target.check(connection)
            yield connection
