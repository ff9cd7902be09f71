"""From entries to rows in the interval table: what is new is inserted, what no longer holds is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, delete, insert, literal_column, select

from projections.rows import BATCH, cases, rows_of
from projections.tables import case_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import sqlalchemy

    from ledger.stored import StoredEntry
    from projections.rows import Flat, Progress


class Filler:
    """Brings the rows of one case after the other into a generation's table."""

    def __init__(self, connection: sqlalchemy.Connection, generation: int, skipped: Collection[int] = ()) -> None:
        """Write through ``connection``, whose transaction is open, without the entries ``skipped``."""
        self._connection = connection
        self._skipped = skipped
        table = case_interval(generation)
        self._insert = str(insert(table).compile(dialect=connection.dialect))
        row_id: ColumnElement[int] = literal_column("rowid")
        self._existing = select(row_id, table).where(table.c.stream == bindparam("of"))
        self._delete = delete(table).where(row_id == bindparam("row"))

    def fill(self, entries: Iterable[StoredEntry], since: int, progress: Progress) -> None:
        """Bring in every case among ``entries``, which come stream by stream, each stream whole.

        A case that has entries up to the position ``since`` has rows already; ``progress`` is told how many
        entries were read.
        """
        waiting: list[Flat] = []
        for case in cases(entries, progress):
            rows = rows_of(case, self._skipped)
            if case[0].position <= since:
                rows = self._replace(case[0].stream, rows)
            waiting += rows
            if len(waiting) >= BATCH:
                self.write(waiting)
                waiting = []
        self.write(waiting)

    def write(self, rows: list[Flat]) -> None:
        """Insert rows."""
        if rows:
            self._connection.exec_driver_sql(self._insert, rows)

    def _replace(self, stream: bytes, rows: list[Flat]) -> list[Flat]:
        """Remove the rows of a case that no longer hold, and return those that are new."""
        existing = {tuple(row[1:]): row[0] for row in self._connection.execute(self._existing, {"of": stream})}
        wanted = set(rows)
        gone = [{"row": number} for row, number in existing.items() if row not in wanted]
        if gone:
            self._connection.execute(self._delete, gone)
        return [row for row in rows if row not in existing]
