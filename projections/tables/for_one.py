"""The population tables of one session on PostgreSQL, for a login that may not fill those of everybody.

They are temporary: a copy of the tables in service as of one moment, which is then brought up to date as those
are, and goes with the session. So whoever reads sees every entry, and nobody else's lists are touched. See
docs/adr/0060.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.errors import StoreError
from ledger.postgresql.location import psycopg
from ledger.postgresql.tables import PROJECTION, TABLES, for_oneself
from projections.tables import checkpoint
from projections.tables.engine import translated
from projections.tables.postgres import copying, driver_of
from projections.tables.schema import CHECKPOINT, SCHEMA

if TYPE_CHECKING:
    import sqlalchemy
    from psycopg import Connection

    from projections.tables.checkpoint import Checkpoint

_FIRST: Final = PROJECTION.replace(f"{TABLES}.", "pg_temp.")
_OWN: Final = "SELECT pg_my_temp_schema()::regnamespace::text"
_HINTS: Final = (
    "longcase follow, as a login that may fill the tables, keeps them current for everybody",
    "or an administrator lets this one work out its own: GRANT TEMPORARY ON DATABASE {} TO {}",
)


def engine_for_one(engine: sqlalchemy.Engine) -> sqlalchemy.Engine:
    """Return an engine over the same connection whose tables are the session's own, as those in service are now.

    Raises ``StoreError`` if the login may make no temporary tables.
    """
    with translated(), engine.connect() as connection:
        schema = _copied(connection)
    return engine.execution_options(schema_translate_map={None: schema})


def _copied(connection: sqlalchemy.Connection) -> str:
    driver = driver_of(connection)
    try:
        driver.execute("DISCARD TEMP")
        with copying(connection):
            found = checkpoint.find(connection)
            driver.execute(_FIRST)
            schema: str = driver.execute(_OWN).fetchone()[0]  # type: ignore[index]  # it has one row
            if found is not None and found.schema >= SCHEMA:
                _copy(driver, found, schema)
            return schema
    except Exception as error:
        raise _in_words(driver, error) from error


def _copy(driver: Connection[Any], found: Checkpoint, schema: str) -> None:
    """Copy the checkpoint and, if they are of today's shape, the tables that it says are in service."""
    names = [CHECKPOINT.name]
    if found.schema == SCHEMA:
        _all(driver, for_oneself("tables_make", found.generation, schema))
        names += [table.name for table in checkpoint.tables(found.generation)]
    for name in names:
        driver.execute(f"INSERT INTO {schema}.{name} SELECT * FROM {TABLES}.{name}")  # noqa: S608  (names of ours)
    if found.schema == SCHEMA and found.position:
        _all(driver, for_oneself("tables_index", found.generation, schema))


def _all(driver: Connection[Any], statements: tuple[str, ...]) -> None:
    for statement in statements:
        driver.execute(statement)


def _in_words(driver: Connection[Any], error: Exception) -> Exception:
    if not isinstance(error.__cause__, psycopg().errors.InsufficientPrivilege):
        return error
    why = "the tables of the lists are behind, and this login may neither fill them nor make temporary ones"
    about = driver.info
    return StoreError(why, hints=(_HINTS[0], _HINTS[1].format(about.dbname, about.user)))
