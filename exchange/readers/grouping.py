"""Rows that lie anywhere in a file, gathered by case within bounded memory.

Rows are packed as they come; beyond a few tens of MiB they go to a temporary database, which SQLite deletes
by itself and which no other process can open by name.
"""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from exchange.mapping.mapper import MOST_EVENTS, Mapper
from exchange.source.trace import Activity, Trace, UnreadableSource

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from exchange.source.trace import RawEvent

    Packed = tuple[int, bytes]

IN_MEMORY = 48 << 20
_PER_ROW = 120  # what Python needs for a row beside its bytes
_pack = msgspec.msgpack.encode
_unpack = msgspec.msgpack.decode


def traces(mapper: Mapper, events: Iterable[RawEvent], in_memory: int = IN_MEMORY) -> Iterator[Trace]:
    """Map ``events`` and give them case by case, the cases in the order in which they first appear.

    ``in_memory`` is how many bytes of rows may be held before they are put aside.
    """
    cases: dict[str, int] = {}
    places: list[int] = []
    with closing(_Spool(in_memory)) as spool:
        for line, values in events:
            case = mapper.case(values)
            if not case or case.isspace():
                mapper.note(values)
                mapper.refuse(line, f"no case: {mapper.missing('case')}")
                continue
            number = cases.setdefault(case, len(cases))
            if number == len(places):
                places.append(0)
            for activity in mapper.activities(((line, values),), places[number]):
                try:
                    spool.add(number, activity)
                except UnicodeEncodeError:
                    mapper.refuse(line, "it holds half a character, which is no text")
            places[number] += 1
            if places[number] > MOST_EVENTS:
                raise UnreadableSource(f"the case {case[:40]!r} has more than {MOST_EVENTS} events", line=line)
        names = list(cases)
        for number, packed in groupby(spool.rows(), itemgetter(0)):
            yield Trace(names[number], mapper.in_order([Activity._make(_unpack(row)) for _, row in packed]))


class _Spool:
    """Packed rows: first in memory, then in a temporary database."""

    def __init__(self, in_memory: int) -> None:
        self._most = in_memory
        self._size = 0
        self._rows: list[Packed] = []
        self._database: sqlite3.Connection | None = None

    def add(self, number: int, activity: Activity) -> None:
        """Take a row of the case with this number, whose rows come in order of place."""
        row = _pack(activity)
        self._rows.append((number, row))
        self._size += len(row) + _PER_ROW
        if self._size > self._most:
            self._put_aside()

    def rows(self) -> Iterator[Packed]:
        """Give all rows by case, those of a case in the order in which they came."""
        if self._database is None:
            self._rows.sort(key=itemgetter(0))
            return iter(self._rows)
        self._put_aside()
        return self._database.execute("SELECT number, row FROM spool ORDER BY number, rowid")

    def close(self) -> None:
        """Throw everything away."""
        self._rows = []
        if self._database is not None:
            self._database.close()

    def _put_aside(self) -> None:
        if self._database is None:
            self._database = _temporary()
        self._database.executemany("INSERT INTO spool VALUES (?, ?)", self._rows)
        self._rows = []
        self._size = 0


def _temporary() -> sqlite3.Connection:
    import sqlite3

    database = sqlite3.connect("", isolation_level=None)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("CREATE TABLE spool (number INTEGER, row BLOB)")
    database.execute("BEGIN")
    return database
