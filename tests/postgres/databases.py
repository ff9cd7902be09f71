"""Databases for the tests, on a server of their own or on the one that LONGCASE_TEST_POSTGRES names."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from ledger.postgresql import schema
from ledger.postgresql.setup import roles_of, set_up
from tests.postgres.server import FAST, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = "LONGCASE_TEST_POSTGRES"
"""The URL of a database of a server, as a superuser, in which tests may make databases and roles."""


class Databases:
    """Makes databases on one server, and drops them."""

    def __init__(self, url: str) -> None:
        """Work on the server of the database at ``url``."""
        self.url = url
        self._numbers = count(1)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend the URL of a new database with nothing in it."""
        with self.named(f"longcase_test_{os.getpid()}_{next(self._numbers)}") as url:
            yield url

    @contextmanager
    def named(self, name: str) -> Iterator[str]:
        """Lend the URL of a new database of this name."""
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
            try:
                yield self.at(name)
            finally:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
                for role in roles_of(name):
                    admin.execute(f"DROP ROLE IF EXISTS {role}")

    @contextmanager
    def store(self, zone: str = "UTC") -> Iterator[str]:
        """Lend the URL of a new store."""
        with self.empty() as url:
            set_up(url, {"zone": zone})
            yield url

    @contextmanager
    def story(self, zone: str = "UTC") -> Iterator[str]:
        """Lend the URL of a new store in which a test's own clock says when."""
        with self.empty() as url:
            with by_the_tests_clock():
                set_up(url, {"zone": zone})
            yield url

    def at(self, name: str, user: str | None = None) -> str:
        """Return the URL of a database of this server, for the user of the server's own URL or another."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        netloc = parts.netloc if user is None else f"{user}@{host}"
        return urlunsplit((parts.scheme, netloc, f"/{name}", parts.query, ""))


@contextmanager
def by_the_tests_clock() -> Iterator[None]:
    """Let stores that are made meanwhile take the time from whoever records, as their maker alone can decide."""
    with pytest.MonkeyPatch.context() as patch:
        own = tuple(one.replace(schema.SERVERS_CLOCK, "clock") for one in schema.FUNCTIONS)
        assert own != schema.FUNCTIONS
        patch.setattr(schema, "FUNCTIONS", own)
        yield


@contextmanager
def folder_for_server() -> Iterator[Path]:
    """Lend a folder for servers, which root's run as somebody else.

    It is none of pytest's: each pytest that starts closes those of all others to everybody else.
    """
    with TemporaryDirectory(prefix="longcase-postgres-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A server of PostgreSQL that answers quickly and would lose everything in a power cut."""
    given = os.environ.get(GIVEN)
    if given:
        yield Databases(given)
        return
    with folder_for_server() as folder:
        server = Server(folder / "server", settings=FAST)
        server.make()
        server.start()
        yield Databases(server.url("postgres"))
        server.stop("immediate")


@pytest.fixture
def store_url(databases: Databases) -> Iterator[str]:
    """The URL of a new store on PostgreSQL."""
    with databases.store() as url:
        yield url


@pytest.fixture
def story_url(databases: Databases) -> Iterator[str]:
    """The URL of a new store on PostgreSQL in which the test's own clock says when."""
    with databases.story() as url:
        yield url


def server_in(folder: Path, **settings: str) -> Server:
    """Return a server of a test's own, which it may kill: as durable as one in service, and started."""
    server = Server(folder, settings=settings)
    server.make()
    server.start()
    return server
