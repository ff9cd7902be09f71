"""Where the stores of the machine are: in files, or on a server; and how what uses one of them is cut off."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from ledger.stores import create, files_of, open_recorder
from ledger.transfer.restore import AT, FROM, POSITION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.recorder import LedgerRecorder
    from tests.postgres.databases import Databases

ZONE = {"zone": "UTC"}
MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)
"""A file system in memory, where there is one: what a process that dies leaves does not depend on a disk."""

PATIENCE = 10.0
"""How many seconds a server may take to see that a connection is gone."""

DROPPED, KILLED = "dropped", "killed"
"""The connection goes, from this side; and from the other: the process, or the server's part of it, dies."""


class Crash(Exception):
    """The process is no more; nothing that it would have done is done."""


class Place(ABC):
    """Gives new stores, opens them, and cuts off what uses them."""

    name: str
    notices: bool
    """Whether whoever is cut off goes on until they notice, and can connect again."""

    @abstractmethod
    def new(self) -> str:
        """Return the location of a new, empty store."""

    @abstractmethod
    def free(self) -> str:
        """Return a location into which can be restored, and where the restore makes the store if it can."""

    @abstractmethod
    def open(self, location: str, clock: Callable[[], int]) -> LedgerRecorder:
        """Open a store."""

    @abstractmethod
    def cut(self, ledger: LedgerRecorder, location: str, how: str) -> str:
        """Cut off ``ledger``, ``DROPPED`` or ``KILLED``; return the location of what is left of its store."""

    @abstractmethod
    def throw_away(self, location: str) -> None:
        """Let go of a store that nobody uses any more."""


class Files(Place):
    """SQLite."""

    name = "sqlite"
    notices = False

    def __init__(self, folder: Path) -> None:
        """Keep the files in ``folder``."""
        self._folder = folder
        self._numbers = count(1)

    def new(self) -> str:
        location = self.free()
        create(location, ZONE)
        return location

    def free(self) -> str:
        return str(self._folder / f"{next(self._numbers)}.db")

    def open(self, location: str, clock: Callable[[], int]) -> LedgerRecorder:
        ledger = open_recorder(location, clock)
        # So small a cache is written out before the commit: who dies then leaves something behind.
        ledger.connection.execute("PRAGMA cache_size = 8")
        return ledger

    def cut(self, ledger: LedgerRecorder, location: str, how: str) -> str:
        if how == DROPPED:
            ledger.connection.close()
            return location
        left = self.free()
        for found, kept in zip(files_of(location), files_of(left), strict=True):
            # The shared memory of the write-ahead log is of the processes, and goes with them.
            if not found.endswith("-shm") and os.path.exists(found):  # noqa: PTH110  (a location is a text)
                shutil.copy(found, kept)
        ledger.connection.close()
        self.throw_away(location)
        return left

    def throw_away(self, location: str) -> None:
        for each in files_of(location):
            Path(each).unlink(missing_ok=True)


class OnServer(Place):
    """PostgreSQL: two databases, of which the one that is not in use is emptied when a new store is wanted."""

    name = "postgresql"
    notices = True

    def __init__(self, urls: tuple[str, str], admins: tuple[psycopg.Connection, psycopg.Connection]) -> None:
        """Use the stores at ``urls``, as superusers connected to them."""
        self._stores = dict(zip(urls, admins, strict=True))

    def new(self) -> str:
        """Empty the store that was least lately in use."""
        location = next(iter(self._stores))
        admin = self._stores[location] = self._stores.pop(location)
        admin.execute(_emptying(admin.info.dbname))
        return location

    free = new

    def open(self, location: str, clock: Callable[[], int]) -> LedgerRecorder:
        return open_recorder(location, clock)

    def cut(self, ledger: LedgerRecorder, location: str, how: str) -> str:
        pid = ledger.connection.info.backend_pid
        admin = self._stores[location]
        if how == DROPPED:
            with socket.socket(fileno=os.dup(ledger.connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
        else:
            admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
        end = time.monotonic() + PATIENCE
        while admin.execute("SELECT FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone() is not None:
            assert time.monotonic() < end, "the server does not let go of a connection"
            time.sleep(0.0005)
        return location

    def throw_away(self, location: str) -> None:
        """Leave it: it is emptied before it is used again."""


def _emptying(database: str) -> str:
    guards = (("entry", "entry_truncate"), ("store", "store_delete"))
    return ";".join(
        [
            "SET lock_timeout = '5s'",
            *(f"ALTER TABLE longcase.{table} DISABLE TRIGGER {guard}" for table, guard in guards),
            "TRUNCATE longcase.entry",
            f"DELETE FROM longcase.store WHERE name IN ('{FROM}', '{AT}', '{POSITION}')",
            *(f"ALTER TABLE longcase.{table} ENABLE ALWAYS TRIGGER {guard}" for table, guard in guards),
            "DROP SCHEMA longcase_tables CASCADE",
            f'CREATE SCHEMA longcase_tables AUTHORIZATION "{database}_owner"',
            f'GRANT USAGE ON SCHEMA longcase_tables TO "{database}_app"',
        ]
    )


@contextmanager
def in_files() -> Iterator[Files]:
    """Lend a place in files."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Files(Path(folder))


@contextmanager
def on_server(databases: Databases) -> Iterator[OnServer]:
    """Lend a place on a server."""
    with ExitStack() as stack:
        urls = tuple(stack.enter_context(databases.story(ZONE["zone"])) for _ in range(2))
        admins = tuple(stack.enter_context(psycopg.connect(url, autocommit=True)) for url in urls)
        yield OnServer((urls[0], urls[1]), (admins[0], admins[1]))
