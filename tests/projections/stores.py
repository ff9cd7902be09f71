"""A store whose entries are put in by hand, as no command would, with the population tables beside it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from application.app import Longcase
from application.commands.projections import skip_entry
from application.envelope import Envelope
from application.mapper import to_stored
from domain import codec
from domain.axes import Axes
from domain.cases import events as ev
from domain.event import Entry
from domain.identity import case_stream
from domain.instant import FOREVER
from ledger.entry import StoredEntry
from ledger.postgresql.location import PATH, filler_of
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.stores import on_server, open_recorder
from projections.queries.cases import CaseList, CaseQuery, cases
from projections.runner.runner import Runner
from tests.clock import Clock, hours
from tests.transactions import in_transaction

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from domain.event import Event
    from ledger.recorder import LedgerRecorder

POISON = "case.unheard-of"
KINDS = ("case", "clock")
"""Of these there is an interval table in each generation."""

Row = tuple[Any, ...]

_TABLES = {
    False: "SELECT name FROM sqlite_schema WHERE type = 'table'",
    True: "SELECT tablename FROM pg_tables WHERE schemaname = 'longcase_tables'",
}
_INDEXES = {
    False: "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    True: "SELECT indexname, tablename FROM pg_indexes WHERE indexname NOT LIKE '%_pkey'",
}
_WORDS = {False: ("", "zeroblob(16)"), True: ("longcase_tables.", "decode(repeat('00', 16), 'hex')")}
"""Where a new table of the tests goes, and sixteen bytes of nothing."""


class Rows(NamedTuple):
    """The rows of a generation: of the cases, and of what they wait for."""

    cases: list[Row]
    clocks: list[Row]


def tables(*generations: object) -> list[str]:
    """Return the names of the tables of these generations, as ``Shelf.tables`` does."""
    return sorted(f"{kind}_interval_{generation}" for kind in KINDS for generation in generations)


class Shelf:
    """A store with a clock in hours after the story's start, and its tables."""

    def __init__(self, location: Path | str | None = None) -> None:
        """Open the store at ``location``, in memory if there is none; a file that is not there is made."""
        self.clock = Clock()
        self.location = location
        self.on_server = location is not None and on_server(str(location))
        self.ledger: LedgerRecorder
        if location is None:
            self.ledger = SQLiteRecorder.in_memory(self.clock)
        else:
            if not self.on_server:
                create(str(location), {"zone": "UTC"}).close()
            self.ledger = open_recorder(str(location), self.clock)
        self.runner = Runner(self.ledger)
        # An application that is let go closes its ledger.
        self.app = Longcase(self.ledger)
        self._count = 0

    def put(
        self,
        reference: str,
        *events: Event,
        at: float | None = None,
        recorded: float | None = None,
        stream: bytes = b"",
    ) -> int:
        """Append events of a case, by default an hour after the entry before; return the last position."""
        for event in events:
            happened = float(self._count) if at is None else at
            row = to_stored(self._entry(stream or case_stream(reference), event, hours(happened)))
            self._append(row, happened if recorded is None else recorded)
        return self._count

    def open(self, *references: str, at: float | None = None) -> int:
        """Report cases."""
        for reference in references:
            self.put(reference, ev.Reported(reference=reference, category="other"), at=at)
        return self._count

    def poison(self, reference: str, *, topic: str = POISON, payload: bytes = b'{"kind":"arrest"}') -> int:
        """Append an entry that this version cannot read; return its position."""
        version = len(self.ledger.stream(case_stream(reference))) + 1
        command = (self._count + 1).to_bytes(16, "big")
        at = hours(self._count)
        stream = case_stream(reference)
        row = StoredEntry(0, stream, version, topic, 1, "DC 1417", "", at, 0, command, b"", b"", payload)
        return self._append(row, self._count)

    def skip(self, position: int, reason: str | None = "written by a later version") -> None:
        """Decide that the tables leave out an entry."""
        skip_entry(self.app, "cases", position, Envelope("PS 0088", reason=reason))
        self._count += 1

    def _entry(self, stream: bytes, event: Event, at: int) -> Entry:
        version = len(self.ledger.stream(stream)) + 1
        command = (self._count + 1).to_bytes(16, "big")
        return Entry(0, stream, version, at, 0, "DC 1417", "", command, event)

    def _append(self, row: StoredEntry, recorded: float) -> int:
        self.clock.at(hours(recorded))
        (self.ledger.append if in_transaction(self.ledger) else self.ledger.record)([row])
        self._count += 1
        return self._count

    def rows(self) -> Rows:
        """Return the rows of the tables in service, in a fixed order."""
        (generation,) = self.sql("SELECT generation FROM projection")[0]
        order = "stream, valid_from, valid_to, known_from, known_to"
        return Rows(
            self.sql(f"SELECT * FROM case_interval_{generation} ORDER BY {order}"),
            self.sql(f"SELECT * FROM clock_interval_{generation} ORDER BY {order}, kind, name, standard, key"),
        )

    def again(self) -> Shelf:
        """Open the same store a second time; it goes on with the numbers of the entries."""
        other = Shelf(self.location)
        other._count = self._count
        return other

    def tables(self) -> list[str]:
        """Return the names of the interval tables, in order."""
        return sorted(name for (name,) in self.sql(_TABLES[self.on_server]) if "_interval_" in name)

    def indexes(self, generation: int) -> list[str]:
        """Return the names of the indexes of a generation's tables, in order."""
        indexes = self.sql(_INDEXES[self.on_server])
        return sorted(name for name, table in indexes if table in tables(generation))

    def sql(self, statement: str) -> list[Row]:
        """Run a statement and return its rows; ``{here}`` and ``{zeros}`` in it depend on the engine."""
        here, zeros = _WORDS[self.on_server]
        done = self._execute(statement.format(here=here, zeros=zeros))
        return [] if done.description is None else [tuple(row) for row in done]

    def _execute(self, statement: str) -> Any:
        """Run a statement, on a server as the administrator, with the tables on the path."""
        connection: Any = self.ledger.connection
        if not self.on_server:
            return connection.execute(statement)
        filler = filler_of(connection.info.dbname)
        connection.execute(f"RESET ROLE; SET search_path = {PATH}, longcase_tables")
        try:
            return connection.execute(statement)
        finally:
            if connection.info.transaction_status.name != "INERROR":
                connection.execute(f"SET ROLE {filler}; SET search_path = {PATH}")

    def ask(self, as_at: float | None = None, known: float | None = None, **wanted: Any) -> CaseList:
        """Ask the tables as they are; ``as_at`` and ``known`` are hours."""
        at, by = (FOREVER - 1 if one is None else hours(one) for one in (as_at, known))
        return cases(self.runner, CaseQuery(Axes(at, by), **wanted))

    def references(self, **wanted: Any) -> list[str]:
        return [item["reference"] for item in self.ask(**wanted).items]

    def rebuilt_rows(self) -> Rows:
        """Return the rows that a store with the same entries has when its tables are filled at once."""
        fresh = Shelf()
        for entry in self.ledger.select_notifications(None, 1 << 40):
            fresh.clock.at(entry.recorded_at)
            fresh.ledger.insert_events([entry])
        fresh.runner.catch_up()
        rows = fresh.rows()
        fresh.close()
        return rows

    def close(self) -> None:
        self.ledger.close()


def read_by_a_newer_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let entries of the topic ``POISON`` be read, as a version that knows it does, until the test is over."""
    monkeypatch.setitem(codec.topics(), POISON, ev.ActionRecorded)
    monkeypatch.setattr(codec, "_reader", cache(codec._reader.__wrapped__))
