"""Whether the population tables hold the cases of the ledger, asked in a second: all by name, some row by row.

Which cases there are is compared whole. The rows are worked out anew for some cases, drawn at random, so that
nobody can know beforehand for which; ``projections.runner.verify`` does it for all of them.
"""

from __future__ import annotations

from collections import Counter
from random import SystemRandom
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from ledger.integrity.findings import Wrong
from projections.runner.runner import Runner
from projections.runner.verify import NONE_YET, REBUILD, check_checkpoint, in_words
from projections.tables import checkpoint
from projections.tables.case_key import key_at
from projections.tables.engine import reading
from projections.tables.reference import CASES, ReferenceData
from projections.tables.rows import rows_of
from projections.tables.schema import SCHEMA

if TYPE_CHECKING:
    import sqlalchemy

    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

MOST_CASES: Final = 100
"""Of how many cases the rows are compared."""

MOST_ENTRIES: Final = 200
"""How many entries a case has at most whose rows are compared: the rows of long cases take long to work out."""


class SpotChecked(NamedTuple):
    """What was found: up to which position, of how many cases, how many row by row, and how many are not right.

    A case is not right if it has no row, has rows that its entries do not make, or is none of the ledger's.
    """

    position: int
    cases: int
    compared: int
    wrong: int


def tables_hold_by_sample(ledger: LedgerReader) -> str:
    """Say that the population tables have the ledger's cases, and the rows of some as the entries make them.

    Raises ``Wrong`` if not, ``StoreError`` if another process is in the way, or the server is gone.
    """
    with in_words():
        found = spot_check(Runner(ledger))
    if found is None:
        return NONE_YET
    if found.wrong:
        cases = "1 case is" if found.wrong == 1 else f"{found.wrong:,} cases are"
        raise Wrong(f"{cases} not in the population tables as the entries make them", *REBUILD)
    which = "their rows" if found.compared == found.cases else f"the rows of {found.compared:,}, drawn at random,"
    there = f"the {found.cases:,} cases up to position {found.position:,} are in them"
    return f"{there}; {which} are as the entries make them"


def spot_check(runner: Runner) -> SpotChecked | None:
    """Compare the tables in service with the entries that they reflect: all streams, and the rows of some cases.

    Returns ``None`` if there are none of today's shape, and raises, as ``verify`` does.
    """
    with reading(runner.engine) as connection:
        found = checkpoint.find(connection)
        check_checkpoint(found, checkpoint.generations(connection))
        if found is None or found.schema < SCHEMA:
            return None
        check = _Check(runner, connection, found)
        wrong = check.strangers() + check.absent()
        drawn = check.drawn()
        return SpotChecked(found.position, len(check.cases), len(drawn), wrong + sum(map(check.differs, drawn)))


class _Check:
    """The cases of the ledger up to the checkpoint, beside those that the tables have rows of."""

    def __init__(self, runner: Runner, connection: sqlalchemy.Connection, found: checkpoint.Checkpoint) -> None:
        self._connection = connection
        self._ledger = runner.recorder
        self._reference_data = ReferenceData(runner.recorder, found.position, runner.skipped())
        self._tables = checkpoint.tables(found.generation)
        self._there, self._waiting = (self._keys(table) for table in self._tables)
        begun = self._ledger.streams_like(CASES, found.position)
        self._streams = {key_at(position): stream for position, stream in begun.items()}
        self.cases = self._streams.keys()

    def _keys(self, table: sqlalchemy.Table) -> set[bytes]:
        return {bytes(row[0]) for row in self._connection.execute(select(table.c.stream).distinct())}

    def strangers(self) -> int:
        """Return how many keys have rows and are of no case of the ledger."""
        return len((self._there | self._waiting) - self.cases)

    def absent(self) -> int:
        """Return how many cases have no row, although not all of their entries were skipped."""
        return sum(1 for key in self.cases - self._there if self._reference_data.read(self._entries(key), CASES))

    def drawn(self) -> list[bytes]:
        """Return the keys of some cases that have rows and are not too long, drawn at random."""
        chance = SystemRandom()
        there = sorted(self.cases & self._there)
        drawn = chance.sample(there, min(MOST_CASES, len(there)))
        return [key for key in drawn if self._ledger.version(self._streams[key]) <= MOST_ENTRIES]

    def _entries(self, key: bytes) -> list[StoredEntry]:
        stream = self._ledger.stream(self._streams[key])
        return [one for one in stream if one.position <= self._reference_data.until]

    def differs(self, key: bytes) -> bool:
        """Say whether the rows of a case are others than its entries make."""
        wanted = rows_of(self._entries(key), self._reference_data)
        return any(
            Counter(rows)
            != Counter(map(tuple, self._connection.execute(select(table).where(table.c.stream == key))))
            for table, rows in zip(self._tables, wanted, strict=True)
        )
