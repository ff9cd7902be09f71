"""On a standby the population tables are those of the primary: waited for, and never read as they were before."""

from __future__ import annotations

import time
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from domain.axes import Axes
from domain.errors import StoreError
from ledger.errors import Lost, NotAStore
from ledger.stores import open_reader
from projections.queries.cases import CaseQuery, cases
from projections.runner import standby
from projections.runner.follower import BUSY, kind_of
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from projections.tables.engine import reading
from tests.clock import hours
from tests.postgres.databases import Databases
from tests.postgres.server import Server
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.reader import LedgerReader

ALL = CaseQuery(Axes(hours(99), hours(99)))
SETTINGS = {"fsync": "off", "max_standby_streaming_delay": "100ms"}
"""A standby breaks off who reads what the primary drops, and does not wait for long."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """A primary and its standby."""
    primary = Server(tmp_path_factory.mktemp("primary"), settings=SETTINGS)
    primary.make()
    primary.start()
    copy = Server(tmp_path_factory.mktemp("standby"), settings=SETTINGS)
    copy.copy_of(primary)
    copy.start()
    yield primary, copy
    copy.stop("immediate")
    primary.stop("immediate")


@pytest.fixture
def shelf(servers: tuple[Server, Server]) -> Iterator[Shelf]:
    """A store on the primary, with two cases and tables that reflect them."""
    with Databases(servers[0].url("postgres")).story() as url:
        shelf = Shelf(url)
        shelf.open("A", "B")
        shelf.runner.catch_up()
        yield shelf
        shelf.close()


@pytest.fixture
def copied(servers: tuple[Server, Server], shelf: Shelf) -> Iterator[Runner]:
    """The same on the standby, as soon as all of it is there."""
    url = servers[1].url(str(shelf.location).rpartition("/")[2])
    ledger = opened(url)
    at_position(ledger, 2)
    runner = Runner(ledger)
    runner.catch_up()
    yield runner
    ledger.close()


def opened(url: str) -> LedgerReader:
    until = time.monotonic() + 20
    while True:
        try:
            return open_reader(url, standby=True)
        except (Lost, NotAStore):
            assert time.monotonic() < until
            time.sleep(0.02)


def at_position(ledger: LedgerReader, position: int) -> None:
    """Wait until the standby has an entry."""
    until = time.monotonic() + 20
    while ledger.head()[0] < position:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_is_current_is_read_at_once(shelf: Shelf, copied: Runner) -> None:
    """The same as on the primary; nothing is written for it."""
    assert copied.recorder.on_standby()
    assert not shelf.ledger.on_standby()
    assert copied.catch_up() == 2
    assert cases(copied, ALL) == cases(shelf.runner, ALL)
    assert copied.status() == shelf.runner.status()


def test_tables_that_come_later_are_waited_for(shelf: Shelf, copied: Runner) -> None:
    """Somebody brings them up to date on the primary meanwhile."""
    shelf.open("C")
    at_position(copied.recorder, 3)
    later = Timer(0.3, shelf.runner.catch_up)
    later.start()
    assert copied.catch_up() == 3
    assert cases(copied, ALL).total == 3
    later.join()


def test_tables_that_do_not_come_are_not_read(
    shelf: Shelf, copied: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how far they are, and what to do; with the next entry of the primary the same."""
    monkeypatch.setattr(standby, "WAIT_SECONDS", 0.2)
    shelf.open("C")
    at_position(copied.recorder, 3)
    with pytest.raises(StoreError, match=r"on the standby reflect .* up to position 2, and not to 3") as caught:
        copied.catch_up()
    assert caught.value.hints[0] == "longcase follow on the primary keeps them current"
    assert "from the primary" in caught.value.hints[1]


def test_tables_that_there_are_not_are_told(
    shelf: Shelf, copied: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So are tables of another shape, and tables that stopped."""
    monkeypatch.setattr(standby, "WAIT_SECONDS", 0.2)
    position = shelf.poison("A")
    with pytest.raises(StoreError, match="stopped"):
        shelf.runner.catch_up()
    at_position(copied.recorder, position)
    with pytest.raises(StoreError, match=f"stopped before position {position}"):
        copied.catch_up(retry=True)
    shelf.sql("UPDATE projection SET schema = 1, failure = NULL")
    with pytest.raises(StoreError, match="on the standby are of shape 1"):
        copied.catch_up(retry=True)
    shelf.sql("DROP TABLE projection")
    with pytest.raises(StoreError, match="has no population tables yet"):
        copied.catch_up(retry=True)


def test_a_rebuild_on_the_primary_reaches_the_standby(shelf: Shelf, copied: Runner) -> None:
    """Who reads there meanwhile is broken off and told to try again; then the new tables are read."""

    def read_on() -> None:
        with reading(copied.engine) as connection:
            assert rebuild(shelf.runner)[2:] == (0, 0)
            connection.exec_driver_sql("SELECT pg_sleep(20)")

    with pytest.raises(StoreError) as caught:
        read_on()
    assert kind_of(caught.value) == BUSY, caught.value
    assert copied.catch_up() == 2
    assert (copied.status().generation, cases(copied, ALL).total) == (2, 2)


def test_promoted_it_brings_its_tables_up_to_date_itself(
    shelf: Shelf, copied: Runner, servers: tuple[Server, Server]
) -> None:
    """It was a standby when it was connected to; the last test here, for there is no way back."""
    shelf.open("C")
    at_position(copied.recorder, 3)
    servers[1].promote()
    assert copied.catch_up() == 3
    assert cases(copied, ALL).total == 3
