"""The population tables on PostgreSQL: transactions, locks and what SQLAlchemy has no words for.

Whoever fills the tables has a turn of its own, not that of those who record: the ledger up to a
position once read never changes, so bringing the tables up to there holds nobody up. Whoever reads shares a
lock on the table that says which tables are in service, and takes it before the moment is fixed that is read.
Tables are dropped by one who holds that lock alone, so none goes between the look at that table and the
question itself.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy
from eventsourcing.persistence import OperationalError
from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.pool import StaticPool

from ledger.errors import Busy
from ledger.postgresql.connection import begin_with, roll_back
from ledger.postgresql.errors import meaning, translated
from ledger.postgresql.location import WAIT_SECONDS, psycopg
from ledger.postgresql.schema import TABLES_LOCK
from ledger.postgresql.tables import for_oneself
from projections.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eventsourcing.persistence import PersistenceError
    from psycopg import Connection

    from ledger.reader import LedgerReader

DROPPING_SECONDS: Final = 2
"""How long it waits for readers to end before it leaves tables to be dropped another time."""

_CONFLICT: Final = "40001"
"""The SQLSTATE of a reading that a standby breaks off, so as to go on with what came from the primary."""

_FOR_ONESELF: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ"
_COPYING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL jit = off"
_READING: Final = f"{_COPYING}; SET TRANSACTION READ ONLY"
"""No question takes long enough for its plan to be compiled, whatever the server thinks of a large store."""

_SHARE: Final = f"LOCK TABLE {TABLES}.projection IN ACCESS SHARE MODE"
_ANY: Final = f"SELECT to_regclass('{TABLES}.projection')"
_DROPPING: Final = (
    f"SAVEPOINT dropping; SET LOCAL lock_timeout = '{DROPPING_SECONDS}s';"
    f" LOCK TABLE {TABLES}.projection IN ACCESS EXCLUSIVE MODE"
)
_DROPPED: Final = f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'; RELEASE SAVEPOINT dropping"
_NAMES: Final = """
SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r' ORDER BY relname"""

_TYPES: Final[dict[type[Any], str]] = {BigInteger: "int8", LargeBinary: "bytea", Text: "text"}


def engine_of(recorder: LedgerReader) -> sqlalchemy.Engine:
    """Return an engine whose only connection is the recorder's, also after that was made again."""
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: recorder.connection,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        use_native_hstore=False,
        execution_options={"schema_translate_map": {None: TABLES}},
    )

    def keep(context: sqlalchemy.engine.ExceptionContext) -> None:
        context.is_disconnect = recorder.connection.closed

    def check(connection: object, *_: object) -> None:
        if connection is not recorder.connection:
            raise sqlalchemy.exc.DisconnectionError

    sqlalchemy.event.listen(engine, "handle_error", keep)
    sqlalchemy.event.listen(engine, "checkout", check)
    return engine


def driver_of(connection: sqlalchemy.Connection) -> Connection[Any]:
    """Return psycopg's connection under SQLAlchemy's."""
    return cast("Connection[Any]", connection.connection.driver_connection)


@contextmanager
def writing(connection: sqlalchemy.Connection) -> Iterator[None]:
    """Be the only one who writes the tables, and commit at the end; whatever goes wrong, nothing has happened."""
    with _transaction(driver_of(connection)) as driver:
        if for_one(connection):
            driver.execute(_FOR_ONESELF)
        else:
            begin_with(driver, "tables_turn", TABLES_LOCK)
        yield


@contextmanager
def reading(connection: sqlalchemy.Connection) -> Iterator[None]:
    """Read one moment of the store, whose tables nobody takes away meanwhile."""
    with _transaction(driver_of(connection)) as driver:
        while not _begun(driver, _READING):
            driver.rollback()
        yield


@contextmanager
def copying(connection: sqlalchemy.Connection) -> Iterator[None]:
    """Read one moment of the store, as ``reading`` does, and make temporary tables of it."""
    with _transaction(driver_of(connection)) as driver:
        while not _begun(driver, _COPYING):
            driver.rollback()
        yield


@contextmanager
def _transaction(driver: Connection[Any]) -> Iterator[Connection[Any]]:
    """Commit at the end a transaction that is begun inside, or undo it."""
    with translated(driver):
        if not driver.closed and driver.info.transaction_status.name != "IDLE":
            raise OperationalError("there is a transaction already")
        try:
            yield driver
            driver.execute("COMMIT")
        except BaseException:
            roll_back(driver)
            raise


def _begun(driver: Connection[Any], how: str) -> bool:
    """Begin to read, and say whether that holds: it does not if the first tables are being made just now."""
    try:
        driver.execute(f"{how}; {_SHARE}")
    except psycopg().errors.UndefinedTable:
        driver.rollback()
    else:
        return True
    driver.execute(how)
    return driver.execute(_ANY).fetchone() == (None,)


def drop_if_nobody_reads(connection: sqlalchemy.Connection, generations: Iterable[int]) -> bool:
    """Drop the tables of generations, or say that somebody reads, or holds one of them, and go on.

    Those who come to read meanwhile wait until the transaction ends.
    """
    driver = driver_of(connection)
    errors = psycopg().errors
    try:
        driver.execute(_DROPPING)
        for generation in generations:
            driver.execute("SELECT longcase.tables_drop(%s)", (generation,))
        driver.execute(_DROPPED)
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        driver.execute("ROLLBACK TO SAVEPOINT dropping")
        return False
    return True


def copy(connection: sqlalchemy.Connection, table: sqlalchemy.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Hand over rows, whose values come in the order of the table's columns, in PostgreSQL's own format."""
    driver = driver_of(connection)
    columns = ", ".join(map(connection.dialect.identifier_preparer.quote, table.columns.keys()))
    into = f"COPY {schema_in(connection)}.{table.name} ({columns}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(into) as pipe:
        pipe.set_types([_TYPES[type(column.type)] for column in table.columns])
        for row in rows:
            pipe.write_row(row)


def schema_in(connection: sqlalchemy.Connection) -> str:
    """Return the schema whose tables this connection reads and fills."""
    schema: str = connection.get_execution_options()["schema_translate_map"][None]
    return schema


def for_one(connection: sqlalchemy.Connection) -> bool:
    """Say whether the tables are those that a session has for itself alone."""
    return schema_in(connection) != TABLES


def names(connection: sqlalchemy.Connection) -> list[str]:
    """Return the names of the tables that there are."""
    found = driver_of(connection).execute(_NAMES, (schema_in(connection),))
    return [name for (name,) in found]


def carry_out(connection: sqlalchemy.Connection, name: str, generation: int) -> None:
    """Make, index or drop the tables of a generation: by the owner's function, or for the session itself."""
    if for_one(connection):
        for statement in for_oneself(name, generation, schema_in(connection)):
            connection.exec_driver_sql(statement)
    else:
        connection.exec_driver_sql(f"SELECT longcase.{name}({generation})")


def meaning_of(error: sqlalchemy.exc.DBAPIError) -> PersistenceError:
    """Return what an error of psycopg means, as one of the ledger's family."""
    gone, original = error.connection_invalidated, cast("Any", error.orig)
    if original.sqlstate == _CONFLICT and not gone:
        return Busy(str(original))
    return meaning(original, gone=gone)
