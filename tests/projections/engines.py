"""Both engines, for the tests of what rests on either: each gives new, empty stores."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.stores import open_recorder
from tests.clock import Clock
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.recorder import LedgerRecorder
    from tests.postgres.databases import Databases

_GUARD = "ALTER TABLE longcase.entry {} TRIGGER entry_truncate"


class Place:
    """SQLite: stores in memory, and in files where several connections are to share one."""

    engine = "sqlite"

    def __init__(self, folder: Path) -> None:
        """Keep the files in ``folder``."""
        self._folder = folder
        self._numbers = count(1)

    def location(self) -> str:
        """Return the location of a new store that any number of connections may open."""
        path = str(self._folder / f"{next(self._numbers)}.db")
        create(path, {"zone": "UTC"}).close()
        return path

    def recorder(self) -> LedgerRecorder:
        """Open a new store."""
        return SQLiteRecorder.in_memory(Clock())

    def shelf(self) -> Shelf:
        """Open a new store with the tables beside it."""
        return Shelf()

    def shared(self) -> Shelf:
        """Open a new store that others may open too."""
        return Shelf(self.location())


class OnServer(Place):
    """PostgreSQL: one database, which is emptied whenever a new store is asked for."""

    engine = "postgresql"

    def __init__(self, url: str) -> None:
        """Use the store at ``url``, as a superuser."""
        self._url = url

    def location(self) -> str:
        with closing(psycopg.connect(self._url, autocommit=True)) as admin:
            database = admin.info.dbname
            admin.execute("SET lock_timeout = '5s'")
            admin.execute(_GUARD.format("DISABLE"))
            admin.execute("TRUNCATE longcase.entry")
            admin.execute(_GUARD.format("ENABLE ALWAYS"))
            admin.execute("DROP SCHEMA longcase_tables CASCADE")
            admin.execute(f'CREATE SCHEMA longcase_tables AUTHORIZATION "{database}_owner"')
            admin.execute(f'GRANT USAGE ON SCHEMA longcase_tables TO "{database}_app"')
        return self._url

    def recorder(self) -> LedgerRecorder:
        return open_recorder(self.location(), Clock())

    def shelf(self) -> Shelf:
        return Shelf(self.location())


@pytest.fixture(scope="session")
def _emptied(databases: Databases) -> Iterator[str]:
    """The store on PostgreSQL that is emptied again and again: making one takes thirty times as long."""
    with databases.story() as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Both engines in turn."""
    if request.param == "sqlite":
        return Place(tmp_path_factory.mktemp("stores"))
    return OnServer(request.getfixturevalue("_emptied"))


@pytest.fixture(scope="module")
def on_server(_emptied: str) -> OnServer:
    """PostgreSQL alone."""
    return OnServer(_emptied)
