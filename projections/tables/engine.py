"""SQLAlchemy over the ledger's own connection: rows and the position they reflect share one transaction.

What SQLite and PostgreSQL want differently is here and in ``tables.postgres``; the questions that are put
to the tables are the same for both.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy
from eventsourcing.persistence import PersistenceError
from sqlalchemy.pool import StaticPool

from domain.errors import StoreError
from ledger.errors import Busy, Lost
from ledger.sqlite.reader import SQLiteReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.reader import LedgerReader

_TOGETHER: Final = 1_000
"""How many rows are taken from the database together, where there may be many."""


def engine_of(recorder: LedgerReader) -> sqlalchemy.Engine:
    """Return an engine whose only connection is the recorder's; closing it is the recorder's business."""
    if not isinstance(recorder, SQLiteReader):
        from projections.tables.postgres import engine_of as of_server

        return of_server(recorder)
    engine = sqlalchemy.create_engine(
        "sqlite://",
        module=recorder.driver,
        creator=lambda: recorder.connection,
        poolclass=StaticPool,
        pool_reset_on_return=None,
    )
    sqlalchemy.event.listen(engine, "handle_error", _keep)
    return engine


def _keep(context: sqlalchemy.engine.ExceptionContext) -> None:
    """Keep the connection whatever goes wrong: SQLAlchemy would close it after Ctrl-C, and it is not its own."""
    context.is_disconnect = False


def on_server(connection: sqlalchemy.Connection) -> bool:
    """Say whether the tables are on PostgreSQL."""
    return connection.dialect.name == "postgresql"


def names_of_tables(connection: sqlalchemy.Connection) -> list[str]:
    """Return the names of the tables that there are beside the ledger, or with it."""
    if on_server(connection):
        from projections.tables.postgres import names

        return names(connection)
    return sqlalchemy.inspect(connection).get_table_names()


@contextmanager
def writing(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    """Be the only one who writes the tables, and commit at the end; whatever goes wrong, nothing has happened.

    On SQLite that holds up whoever records, on PostgreSQL it does not.
    """
    with translated(), engine.connect() as connection:
        if on_server(connection):
            from projections.tables.postgres import writing as on_postgres

            with on_postgres(connection):
                yield connection
            return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def reading(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    """Let all that is read inside the block be of one moment of the store."""
    with translated(), engine.connect() as connection:
        if on_server(connection):
            from projections.tables.postgres import reading as on_postgres

            with on_postgres(connection):
                yield connection
            return
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()


def fetched(
    connection: sqlalchemy.Connection, statement: sqlalchemy.Executable, values: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a question as the driver gives them, some at a time: for those of many rows.

    What SQLAlchemy makes of a row, to be read by names, takes as long as the driver took for it.
    """
    with connection.execute(statement, values) as found:
        cursor = found.cursor
        try:
            while some := cursor.fetchmany(_TOGETHER):
                yield from some
        except connection.dialect.loaded_dbapi.Error as error:
            raise sqlalchemy.exc.DBAPIError(str(statement), None, error) from error


def insert(connection: sqlalchemy.Connection, table: sqlalchemy.Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, whose values come in the order of the table's columns, the fastest way that there is."""
    if on_server(connection):
        from projections.tables.postgres import copy

        copy(connection, table, rows)
    else:
        statement = sqlalchemy.insert(table).compile(dialect=connection.dialect)
        connection.exec_driver_sql(str(statement), rows)


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLAlchemy's errors, and the ledger's, into one that a user understands."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        cause = _meaning(error)
        cause.__cause__ = error
        raise _in_words(cause) from cause
    except PersistenceError as error:
        raise _in_words(error) from error


def _meaning(error: sqlalchemy.exc.DBAPIError) -> PersistenceError:
    if hasattr(error.orig, "sqlstate"):
        from projections.tables.postgres import meaning_of

        return meaning_of(error)
    return Busy(str(error.orig)) if "locked" in str(error.orig) else PersistenceError(str(error.orig))


def _in_words(cause: PersistenceError) -> StoreError:
    if isinstance(cause, Busy):
        return StoreError(cause.in_words, hints=cause.advice)
    if isinstance(cause, Lost):
        why = f"the connection to the store was lost: {cause}"
        return StoreError(why, hints=("try again when the server answers",))
    return StoreError(
        f"the store failed: {cause}", hints=("longcase doctor --deep says what is wrong with the store",)
    )
