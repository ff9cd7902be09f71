"""From entries to rows in the interval table: what is new is inserted, what no longer holds is removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import ColumnElement, bindparam, delete, insert, literal_column, select

from domain.codec import Unreadable, entry_of
from ledger.batches import Batches
from projections.intervals import intervals
from projections.tables import case_interval

if TYPE_CHECKING:
    from ledger.stored import StoredEntry

WIDE = 2_000
"""How many rows one statement inserts where there are that many: meanwhile other threads can go on."""

Flat = tuple[Any, ...]
Progress = Callable[[int], None]


class PoisonEntry(Exception):
    """An entry that the projection cannot read, and why."""

    def __init__(self, stored: StoredEntry, reason: str) -> None:
        """Name the entry."""
        super().__init__(reason)
        self.position = stored.position
        self.reason = f"entry {stored.version} of its stream, {stored.topic}: {reason}"


def rows_of(stored: Iterable[StoredEntry], skipped: Collection[int] = ()) -> list[Flat]:
    """Return the rows of one case's entries, but for those at the positions ``skipped``.

    Raises ``PoisonEntry`` for the first entry that cannot be read.
    """
    entries = []
    for one in stored:
        if one.position in skipped:
            continue
        try:
            entries.append(entry_of(one))
        except Unreadable as error:
            raise PoisonEntry(one, str(error)) from error
    return [(one.stream, *row[:4], *row.standing) for one in entries[:1] for row in intervals(entries)]


class Filler:
    """Brings the rows of one case after the other into a generation's table."""

    def __init__(
        self,
        connection: sqlalchemy.Connection,
        generation: int,
        skipped: Collection[int],
        *,
        concurrent: bool = False,
    ) -> None:
        """Write through ``connection``, whose transaction is open.

        With ``concurrent`` a second thread inserts: the entries must then come from another connection, and
        none of the cases may have rows already.
        """
        self._connection = connection
        self._skipped = skipped
        self._concurrent = concurrent
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
        with Batches(self._write, concurrent=self._concurrent) as batches:
            for case in _cases(entries, progress):
                rows = rows_of(case, self._skipped)
                if case[0].position <= since:
                    rows = self._replace(case[0].stream, rows)
                batches.add(rows)

    def _write(self, rows: list[Flat]) -> None:
        many = len(rows) - len(rows) % WIDE
        if many:
            values = self._insert[self._insert.rindex("(") :]
            wide = self._insert + f", {values}" * (WIDE - 1)
            for start in range(0, many, WIDE):
                flat = tuple(chain.from_iterable(rows[start : start + WIDE]))
                self._connection.exec_driver_sql(wide, flat)
        if rows[many:]:
            self._connection.exec_driver_sql(self._insert, rows[many:])

    def _replace(self, stream: bytes, rows: list[Flat]) -> list[Flat]:
        """Remove the rows of a case that no longer hold, and return those that are new."""
        existing = {tuple(row[1:]): row[0] for row in self._connection.execute(self._existing, {"of": stream})}
        wanted = set(rows)
        gone = [{"row": number} for row, number in existing.items() if row not in wanted]
        if gone:
            self._connection.execute(self._delete, gone)
        return [row for row in rows if row not in existing]


def _cases(entries: Iterable[StoredEntry], progress: Progress) -> Iterator[list[StoredEntry]]:
    for _, group in groupby(entries, key=_stream):
        stream = list(group)
        progress(len(stream))
        if stream[0].topic.startswith("case."):
            yield stream


def _stream(stored: StoredEntry) -> bytes:
    return stored.stream
