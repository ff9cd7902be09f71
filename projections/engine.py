"""SQLAlchemy over the ledger's own connection: rows and the position they reflect share one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy.pool import StaticPool

from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.reader import LedgerReader


def engine_of(recorder: LedgerReader) -> sqlalchemy.Engine:
    """Return an engine whose only connection is the recorder's; closing it is the recorder's business."""
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


@contextmanager
def writing(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    """Hold the writer's lock and commit at the end; whatever goes wrong, nothing has happened."""
    with translated(), engine.connect() as connection:
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
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLAlchemy's errors into one that a user understands."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        if "locked" in str(error.orig):
            raise StoreError("the store is in use by another writer", hints=("try again",)) from error
        hint = "longcase doctor --deep says what is wrong with the store"
        raise StoreError(f"the store failed: {error.orig}", hints=(hint,)) from error
