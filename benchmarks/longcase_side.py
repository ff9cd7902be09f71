"""Longcase as a contestant: its application over a store on disk, as a recording command uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.app import Longcase
from application.commands import cases
from application.recording import Envelope
from application.unit_of_work import unit_of_work
from benchmarks.actions import ACTOR, Deed, reference
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from sqlite3 import Connection, Cursor

    from domain.cases.state import Case


class Ours:
    """Cases recorded, added to and replayed through ``application``."""

    def __init__(self, path: str) -> None:
        """Make a store at ``path``."""
        self._app = Longcase(SQLiteRecorder(create(path, {"zone": "Europe/London"})))

    def open_cases(self, count: int, deeds: int) -> None:
        """Record ``count`` cases of ``deeds`` + 3 entries each."""
        by = _by()
        for number in range(count):
            name = reference(number)
            with unit_of_work(self._app):
                cases.report(
                    self._app, name, by, category="other", risk="high", source="referral", summary="invented"
                )
                cases.allocate(self._app, name, "DC 1000", by, team="Hydra")
                for index in range(deeds):
                    self.act(number, Deed.of(index))

    def act(self, number: int, deed: Deed) -> None:
        """Record one action: load the case, decide, append; one transaction, outside a batch."""
        cases.act(self._app, reference(number), deed.kind, _by(), outcome=deed.outcome, text=deed.text)

    def batch(self, numbers: range, each: int) -> None:
        """Record ``each`` actions on each of the cases in one transaction."""
        with unit_of_work(self._app):
            for number in numbers:
                for index in range(each):
                    self.act(number, Deed.of(index))

    def replay(self, number: int) -> Case:
        """Return the state of a case, from the store."""
        return self._app.case(reference(number))

    def entries(self) -> int:
        """Return how many entries the store holds."""
        return self._app.ledger.head()[0]

    def settings(self) -> dict[str, object]:
        """Return what the connection has in force."""
        return pragmas(self._app.ledger.connection)

    def close(self) -> None:
        """Close the store."""
        self._app.ledger.close()


def _by() -> Envelope:
    return Envelope(actor=ACTOR, role="investigator")


def pragmas(connection: Connection | Cursor) -> dict[str, object]:
    """Return the version and the settings of durability of a connection to SQLite."""

    def value(query: str) -> object:
        (found,) = connection.execute(query).fetchone()
        return found

    names = ("journal_mode", "synchronous", "wal_autocheckpoint", "page_size", "cache_size")
    return {"sqlite": value("SELECT sqlite_version()")} | {name: value(f"PRAGMA {name}") for name in names}
