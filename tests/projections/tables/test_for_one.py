"""A login that may not fill the tables sees every entry in its lists, and changes nobody else's."""

from __future__ import annotations

from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from domain.axes import Axes
from domain.errors import StoreError
from domain.instant import FOREVER
from ledger.postgresql.setup import roles_of
from ledger.stores import open_recorder
from projections.queries.cases import CaseQuery, cases
from projections.runner import standby
from projections.runner.follower import Follower
from projections.runner.metrics import FollowerCounts
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from projections.tables import checkpoint, rows
from projections.tables.engine import reading
from tests.clock import Clock
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.recorder import LedgerRecorder
    from tests.postgres.databases import Databases

ANNA, FILLER = "longcase_test_anna", "longcase_test_filler"


@pytest.fixture
def shelf(store_url: str, databases: Databases) -> Iterator[Shelf]:
    """A store with two who work with it, of whom one fills its tables."""
    _, app, filler = roles_of(database_of(store_url))
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {ANNA} LOGIN IN ROLE {app}; CREATE ROLE {FILLER} LOGIN IN ROLE {filler}")
        with closing(Shelf(store_url)) as opened:
            yield opened
        admin.execute(f"DROP ROLE {ANNA}, {FILLER}")


@pytest.fixture
def anna(shelf: Shelf, store_url: str, databases: Databases) -> Iterator[LedgerRecorder]:
    with closing(open_recorder(databases.at(database_of(store_url), ANNA), Clock())) as ledger:
        yield ledger


@pytest.fixture
def filler(shelf: Shelf, store_url: str, databases: Databases) -> Iterator[LedgerRecorder]:
    with closing(open_recorder(databases.at(database_of(store_url), FILLER), Clock())) as ledger:
        yield ledger


def database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def listed(runner: Runner) -> list[str]:
    """Return the cases of a list that is brought up to date first."""
    runner.catch_up()
    found = cases(runner, CaseQuery(Axes(FOREVER - 1, FOREVER - 1)))
    return sorted(item["reference"] for item in found.items)


def own_rows(runner: Runner) -> list[list[Any]]:
    """Return the rows of a session's own tables, in a fixed order."""
    connection = runner.recorder.connection
    (generation,) = connection.execute("SELECT generation FROM pg_temp.projection").fetchone()
    order = "stream, valid_from, valid_to, known_from, known_to"
    return [
        connection.execute(f"SELECT * FROM pg_temp.case_interval_{generation} ORDER BY {order}").fetchall(),
        connection.execute(
            f"SELECT * FROM pg_temp.clock_interval_{generation} ORDER BY {order}, kind, name, standard, key"
        ).fetchall(),
    ]


def test_without_any_tables(shelf: Shelf, anna: LedgerRecorder) -> None:
    """All is worked out, for this session alone."""
    shelf.open("A", "B")
    runner = Runner(anna)
    assert listed(runner) == ["A", "B"]
    assert own_rows(runner) == list(shelf.rebuilt_rows())
    assert shelf.tables() == []


def test_more_rows_than_are_written_together(
    shelf: Shelf, anna: LedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are put in beside the session's first tables, some at a time, and nothing is left behind."""
    monkeypatch.setattr(rows, "BATCH", 1)
    shelf.open("A", "B", "C")
    runner = Runner(anna)
    assert listed(runner) == ["A", "B", "C"]
    assert own_rows(runner) == list(shelf.rebuilt_rows())
    with reading(runner.engine) as connection:
        assert checkpoint.generations(connection) == [checkpoint.in_service(connection).generation] == [2]
    assert shelf.tables() == []


def test_tables_that_are_behind(shelf: Shelf, anna: LedgerRecorder) -> None:
    """What they lack is added to a copy of them, however often; those in service stay as they were."""
    shelf.open("A", "B")
    shelf.runner.catch_up()
    before = shelf.rows()
    runner = Runner(anna)
    assert listed(runner) == ["A", "B"]
    assert not runner._alone
    for more in (["C"], ["D", "E"]):
        shelf.open(*more)
        assert listed(runner)[-1] == more[-1]
        assert own_rows(runner) == list(shelf.rebuilt_rows())
    assert listed(Runner(anna)) == ["A", "B", "C", "D", "E"]
    assert shelf.rows() == before
    assert rebuild(shelf.runner)[2:] == (0, 0)


def test_tables_of_another_shape(shelf: Shelf, anna: LedgerRecorder) -> None:
    """Older ones are not copied; newer ones are not read."""
    shelf.open("A")
    shelf.runner.catch_up()
    shelf.sql("UPDATE projection SET schema = schema - 1")
    assert listed(Runner(anna)) == ["A"]
    shelf.sql("UPDATE projection SET schema = schema + 2")
    with pytest.raises(StoreError, match="the tables are of shape"):
        Runner(anna).catch_up()


def test_an_entry_that_cannot_be_read(shelf: Shelf, anna: LedgerRecorder) -> None:
    """Stops these tables as it does those of everybody; what is left out by decision is left out."""
    shelf.open("A", "B")
    position = shelf.poison("A")
    with pytest.raises(StoreError, match=f"stopped before position {position}"):
        Runner(anna).catch_up()
    shelf.skip(position)
    assert listed(Runner(anna)) == ["A", "B"]


def test_a_follower_is_waited_for(
    shelf: Shelf, anna: LedgerRecorder, filler: LedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a moment: if it does not come along, the session goes on alone."""
    shelf.open("A")
    assert filler.lead()
    monkeypatch.setattr(standby, "FOLLOWER_SECONDS", 0.2)
    pauses: list[float] = []

    def catch_up(seconds: float) -> None:
        pauses.append(seconds)
        Runner(filler).catch_up()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("projections.runner.standby.time.sleep", catch_up)
        runner = Runner(anna)
        assert listed(runner) == ["A"]
    assert len(pauses) == 1
    assert shelf.tables() != []
    assert not runner._alone
    shelf.open("B")
    assert listed(runner) == ["A", "B"]
    assert runner._alone


def test_who_may_not_fill_them(shelf: Shelf, anna: LedgerRecorder) -> None:
    """Neither makes them anew nor follows, and is told what that takes."""
    shelf.open("A")
    with pytest.raises(StoreError, match="may not fill the tables") as caught:
        rebuild(Runner(anna))
    assert f'_tables" TO "{ANNA}"' in caught.value.hints[0]
    follower = Follower(lambda: anna, print, FollowerCounts(), Event())
    with pytest.raises(StoreError, match="may not fill the tables"):
        follower.run()


def test_no_temporary_tables(shelf: Shelf, anna: LedgerRecorder, store_url: str) -> None:
    """Where a login may make none, the list is refused and not behind."""
    shelf.open("A")
    shelf.runner.catch_up()
    database = database_of(store_url)
    shelf.sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
    assert listed(Runner(anna)) == ["A"]
    shelf.open("B")
    with pytest.raises(StoreError, match="may neither fill them nor make temporary ones") as caught:
        Runner(anna).catch_up()
    assert caught.value.hints[1].endswith(f"GRANT TEMPORARY ON DATABASE {database} TO {ANNA}")
