"""Whether the population tables are what the entries make of them: worked out anew and compared.

Nothing is written, so this can be asked of a copy that is evidence. What a case's rows should be is compared
some cases at a time; rows of cases that there are not are found by counting.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from domain.errors import StoreError
from ledger.errors import Busy, Lost
from ledger.integrity.findings import Wrong
from projections.runner.runner import Runner, ignore
from projections.tables import checkpoint
from projections.tables.engine import reading
from projections.tables.reference import PoisonEntry
from projections.tables.schema import PROJECTION, SCHEMA
from projections.tables.workers import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy

    from ledger.reader import LedgerReader
    from projections.tables.column_values import Flat
    from projections.tables.rows import Flats, Progress

REBUILD: Final = (
    "longcase projections rebuild makes the tables anew from the entries",
    "what was read from the tables since the last check may have been wrong",
)
"""What to do with tables that are not as the entries make them."""

NONE_YET: Final = "none is built yet, or they will be built anew when they are next read"


class Verified(NamedTuple):
    """What a comparison found: the position up to which the tables reflect the ledger, and how many rows.

    ``missing`` counts rows that the tables should have and have not, ``surplus`` those that they should not
    have.
    """

    position: int
    rows: int
    missing: int
    surplus: int


def tables_hold(ledger: LedgerReader, progress: Progress = ignore) -> str:
    """Say that the population tables are what the entries make of them; raise ``Wrong`` if they are not.

    ``progress`` is called with the number of entries read. Raises ``StoreError`` if another process is in the
    way, or the server is gone.
    """
    with in_words():
        return _sentence(verify(Runner(ledger), progress))


@contextmanager
def in_words() -> Iterator[None]:
    """Raise ``Wrong`` for an entry that cannot be read and for a store that fails within.

    ``StoreError`` goes through if another process is in the way, or the server is gone.
    """
    try:
        yield
    except PoisonEntry as poison:
        raise Wrong(f"the entry at position {poison.position:,} cannot be read: {poison.reason}") from poison
    except StoreError as error:
        if isinstance(error.__cause__, Busy | Lost):
            raise
        raise Wrong(error.message) from error


def _sentence(found: Verified | None) -> str:
    if found is None:
        return NONE_YET
    if found.missing or found.surplus:
        what = f"rows missing: {found.missing:,}, too many: {found.surplus:,}"
        raise Wrong(f"the population tables are not what the entries make of them: {what}", *REBUILD)
    return f"{found.rows:,} rows, each as the entries up to position {found.position:,} make it"


def verify(runner: Runner, progress: Progress = ignore) -> Verified | None:
    """Compare the tables in service with the entries that they reflect.

    Returns ``None`` if there are none, or none of today's shape. Raises ``Wrong`` if the checkpoint cannot be
    true, ``PoisonEntry`` for an entry that cannot be read, ``StoreError`` if the store fails.
    """
    with reading(runner.engine) as connection:
        found = checkpoint.find(connection)
        check_checkpoint(found, checkpoint.generations(connection))
        if found is None or found.schema < SCHEMA:
            return None
        comparison = _Comparison(connection, found.generation)
        for rows in all_rows(runner.recorder, found.position, runner.skipped(), progress):
            comparison.add(rows)
        return comparison.concluded(found.position)


def check_checkpoint(found: checkpoint.Checkpoint | None, generations: list[int]) -> None:
    """Raise ``Wrong`` for a checkpoint that nobody can have written."""
    if found is None:
        if generations:
            raise Wrong(f"there are population tables, and nothing says what they reflect: {PROJECTION} is gone")
        return
    if found.schema > SCHEMA:
        shapes = f"the population tables are of shape {found.schema}, and this version reads shape {SCHEMA}"
        raise Wrong(shapes, "longcase projections rebuild, or a version that reads them")
    if found.position < 0 or (found.failure is None) is not (found.failed_position is None):
        raise Wrong("what the population tables are said to reflect is absurd", *REBUILD)


class _Comparison:
    """The tables of a generation beside the rows that they should have, which come in the order of their cases.

    Every case has a row of how it stands, so the first and the last of a part bound what may be there.
    """

    def __init__(self, connection: sqlalchemy.Connection, generation: int) -> None:
        self._connection = connection
        self._generation = generation
        self._queries = [_between(table) for table in checkpoint.tables(generation)]
        self._seen = self._missing = self._surplus = 0

    def add(self, rows: Flats) -> None:
        """Compare a part."""
        if not rows.cases:
            return
        streams = [row[0] for row in rows.cases]
        bounds = {"first": min(streams), "last": max(streams)}
        for query, wanted in zip(self._queries, rows, strict=True):
            self._compare(wanted, [tuple(row) for row in self._connection.execute(query, bounds)])

    def _compare(self, wanted: list[Flat], there: list[Flat]) -> None:
        self._seen += len(there)
        if wanted != there:
            should, has = Counter(wanted), Counter(there)
            self._missing += (should - has).total()
            self._surplus += (has - should).total()

    def concluded(self, position: int) -> Verified:
        """Return what was found, with the rows that no part bounded."""
        rows = checkpoint.count_rows(self._connection, self._generation)
        return Verified(position, rows, self._missing, self._surplus + rows - self._seen)


def _between(table: sqlalchemy.Table) -> sqlalchemy.Select[Any]:
    within = table.c.stream >= bindparam("first"), table.c.stream <= bindparam("last")
    return select(table).where(*within)
