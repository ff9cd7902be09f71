"""What the population tables do on PostgreSQL alone: locks, lost connections, plans and the order of texts."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import StoreError
from ledger.errors import Lost
from ledger.postgresql import tables as functions
from projections.queries.cases import CaseQuery, cases
from projections.queries.stalled import StalledQuery, stalled
from projections.runner.follower import BUSY, LOST, kind_of
from projections.runner.rebuild import rebuild
from projections.tables import checkpoint, postgres
from projections.tables.engine import insert, reading, writing
from projections.tables.indexes import _indexes
from projections.tables.schema import CHECKPOINT, TABLES
from tests.clock import hours
from tests.projections.stores import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.projections.engines import OnServer
    from tests.projections.stores import Shelf

COMPILED: Any = {
    "dialect": sqlalchemy.create_engine("postgresql+psycopg://").dialect,
    "schema_translate_map": {None: TABLES},
    "render_schema_translate": True,
    "compile_kwargs": {"literal_binds": True},
}
ARREST = ev.ActionRecorded(kind="arrest")


@pytest.fixture
def shelf(on_server: OnServer) -> Iterator[Shelf]:
    shelf = on_server.shelf()
    shelf.open("A", "B")
    shelf.runner.catch_up()
    yield shelf
    shelf.close()


def cut(shelf: Shelf) -> None:
    """End the server's side of the connection, as a crash of the server or of the network does."""
    pid = shelf.ledger.connection.info.backend_pid
    with psycopg.connect(str(shelf.location), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
        until = time.monotonic() + 30
        while admin.execute("SELECT FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone() is not None:
            assert time.monotonic() < until, "the server does not end the connection"
            time.sleep(0.005)


def catch_up(shelf: Shelf) -> object:
    shelf.put("A", ARREST)
    return shelf.runner.catch_up(lambda _: cut(shelf))


def rebuilt(shelf: Shelf) -> object:
    return rebuild(shelf.runner, lambda _: cut(shelf))


def asked(shelf: Shelf) -> object:
    cut(shelf)
    return shelf.ask()


@pytest.mark.parametrize("deed", [catch_up, rebuilt, asked], ids=["catch_up", "rebuild", "ask"])
def test_a_connection_that_is_lost_is_told_and_nothing_has_changed(
    shelf: Shelf, deed: Callable[[Shelf], object]
) -> None:
    """Whoever follows the store knows it for what it is; connected again, the same tables go on."""
    before = shelf.rows()
    with pytest.raises(StoreError, match="the connection to the store was lost") as caught:
        deed(shelf)
    assert kind_of(caught.value) == LOST
    assert caught.value.hints
    with pytest.raises(StoreError, match="the connection to the store was lost"):
        shelf.runner.catch_up()
    shelf.ledger.reconnect()
    assert shelf.rows() == before
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()
    assert rebuild(shelf.runner)[2:] == (0, 0)
    assert shelf.ask().total == 2


def test_the_ledgers_own_reading_may_be_what_is_lost(shelf: Shelf) -> None:
    """Inside what the tables do, its errors are theirs."""
    with pytest.raises(StoreError, match="lost") as caught, reading(shelf.runner.engine):
        raise Lost("gone")
    assert isinstance(caught.value.__cause__, Lost)
    assert shelf.runner.catch_up() == 2


def test_a_reader_keeps_its_tables_while_a_rebuild_puts_others_into_service(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rebuild does not wait for it long; what it could not drop, the next drops."""
    monkeypatch.setattr(postgres, "_DROPPING", postgres._DROPPING.replace("'2s'", "'50ms'"))
    other = shelf.again()
    with reading(other.runner.engine) as connection:
        assert checkpoint.in_service(connection).generation == 1
        shelf.open("C")
        assert rebuild(shelf.runner)[2:] == (0, 0)
        assert checkpoint.count_rows(connection, 1) == 4
    assert shelf.tables() == tables(1, 2)
    assert other.ask().total == 3
    assert rebuild(shelf.runner)[2:] == (0, 0)
    assert shelf.tables() == tables(3)
    assert shelf.sql("SHOW lock_timeout") == [("30s",)]
    other.close()


def test_who_begins_to_read_while_tables_are_dropped_reads_those_in_service_then(shelf: Shelf) -> None:
    """It waits until they are gone, and only then fixes the moment that it reads."""
    other = shelf.again()
    found: list[Any] = []
    reader = threading.Thread(target=lambda: found.append(other.ask().total))
    shelf.open("C")
    with writing(shelf.runner.engine) as connection:
        checkpoint.put_in_service(connection, checkpoint.begin_next(connection), 0, 0)
        renewed = checkpoint.in_service(connection)
        checkpoint.drop_others(connection, renewed.generation)
        reader.start()
        reader.join(0.3)
        assert found == []
    reader.join(10)
    assert found == [0]
    other.close()


def test_before_the_first_tables_are_made_reading_needs_none(on_server: OnServer) -> None:
    """Nor are the first in anybody's way who began to read before."""
    shelf = on_server.shelf()
    shelf.open("A")
    other = shelf.again()
    with reading(other.runner.engine) as connection:
        assert checkpoint.find(connection) is None
        assert shelf.runner.catch_up() == 1
        assert checkpoint.find(connection) is None
    assert other.ask().total == 1
    other.close()
    shelf.close()


@pytest.mark.parametrize(
    "statement",
    ["LOCK TABLE {} IN ACCESS SHARE MODE", "PREPARE p AS DELETE FROM {}", "SELECT count(*) FROM {}"],
)
def test_whoever_holds_a_table_keeps_nobody_from_making_others(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    """It is left, as one that is read through the table of checkpoints, and dropped by the next."""
    monkeypatch.setattr(postgres, "_DROPPING", postgres._DROPPING.replace("'2s'", "'50ms'"))
    with psycopg.connect(shelf.ledger.location or "") as other:
        other.execute(statement.format("longcase_tables.case_interval_1"))
        assert rebuild(shelf.runner)[2:] == (0, 0)
        other.rollback()
    assert shelf.tables() == tables(1, 2)
    rebuild(shelf.runner)
    assert shelf.tables() == tables(3)


def test_two_that_wait_for_one_another_are_told_that_the_store_is_busy(shelf: Shelf) -> None:
    """A lock that cannot be had in time is no failure of the store."""
    other = shelf.again()
    other.sql("SET lock_timeout = '50ms'")
    with writing(shelf.runner.engine) as connection:
        assert postgres.drop_if_nobody_reads(connection, [])
        with pytest.raises(StoreError, match="in use by another writer") as caught:
            other.runner.status()
    assert kind_of(caught.value) == BUSY
    other.close()


def test_a_transaction_inside_another_is_refused(shelf: Shelf) -> None:
    """The server would only warn, and end both with the first."""
    for outer in (reading, writing):
        with outer(shelf.runner.engine), pytest.raises(StoreError, match="there is a transaction already"):
            shelf.runner.status()
    with shelf.ledger.transaction(), pytest.raises(StoreError, match="there is a transaction already"):
        shelf.runner.catch_up()


def test_interrupted_while_rows_go_over_the_connection_stays(shelf: Shelf) -> None:
    """Ctrl-C in the middle of a COPY leaves nothing behind."""
    before = shelf.rows()

    def rows() -> Iterator[Any]:
        yield from before.cases
        raise KeyboardInterrupt

    def fill() -> None:
        with writing(shelf.runner.engine) as connection:
            checkpoint.make_table(connection, 2)
            insert(connection, checkpoint.tables(2)[0], rows())  # type: ignore[arg-type]  # not all are there

    with pytest.raises(KeyboardInterrupt):
        fill()
    assert (shelf.tables(), shelf.rows()) == (tables(1), before)
    assert shelf.runner.catch_up() == 2


def test_texts_are_compared_by_their_code_points_whatever_the_server_speaks(shelf: Shelf) -> None:
    """In every column, so that both engines put cases in the same order."""
    columns = shelf.sql(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns"
        " WHERE table_schema = 'longcase_tables' AND data_type = 'text'"
    )
    assert len(columns) > 15
    assert {collation for _, _, collation in columns} == {"C"}


def test_names_of_any_length_find_room(shelf: Shelf) -> None:
    """A correction may put anything there; an index of PostgreSQL takes a third of a page at most."""
    shelf.put("A", ev.Allocated(officer="DC 1417", team="Hydra"))
    long = "".join(chr(0x4E00 + number % 20_000) for number in range(9_000))
    shelf.put("A", ev.EntryCorrected(entry=2, values={"officer": long, "team": long}))
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()
    assert shelf.references(owner=(long,)) == ["A"]


def test_what_holds_at_an_instant_is_found_by_its_index(shelf: Shelf) -> None:
    """Also where the instant is a parameter and the index is a part of the table.

    In tables as small as these any index will do, so there is no other here.
    """
    plans: list[str] = []

    def explain(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "cell" in statement:
            plan = shelf.ledger.connection.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(row[0] for row in plan))

    for name in {*shelf.indexes(1)} - {"clock_interval_1_cell", "case_interval_1_open"}:
        shelf.sql(f"DROP INDEX {name}")
    shelf.sql("ALTER TABLE case_interval_1 DROP CONSTRAINT case_interval_1_pkey")
    shelf.sql("SET enable_seqscan = off")
    sqlalchemy.event.listen(shelf.runner.engine, "before_cursor_execute", explain)
    stalled(shelf.runner, StalledQuery(Axes(hours(99), hours(99))))
    cases(shelf.runner, CaseQuery(Axes(hours(99), hours(99)), open=True))
    assert ["clock_interval_1_cell" in plan for plan in plans] == [True, False, False, False]
    assert ["case_interval_1_open" in plan for plan in plans] == [False, True, True, True]


def test_the_planner_knows_what_was_filled(shelf: Shelf) -> None:
    """Without that it takes a table of a million rows for one of ten pages until somebody looks."""
    sizes = "SELECT reltuples::int FROM pg_class WHERE relname IN ('case_interval_{0}', 'clock_interval_{0}')"
    assert sorted(shelf.sql(sizes.format(1))) == [(2,), (2,)]
    rebuild(shelf.runner)
    assert sorted(shelf.sql(sizes.format(2))) == [(2,), (2,)]


def test_the_functions_make_what_the_tables_are() -> None:
    """The words of the owner's functions come to the same as what SQLAlchemy knows of the tables."""
    made: list[Any] = [CreateTable(CHECKPOINT, if_not_exists=True), *map(CreateTable, checkpoint.tables(7))]
    made += (CreateIndex(one, if_not_exists=True) for one in _indexes(7, server=True))
    said = [functions.PROJECTION, *functions.INTERVALS, *functions.INDEXES]
    assert [plain(one.replace("%s", "7")) for one in said] == [
        plain(str(one.compile(**COMPILED))) for one in made
    ]


def plain(statement: str) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(statement.split()))
