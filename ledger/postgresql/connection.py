"""Connecting to a store on PostgreSQL: recognised before it is used, as the role that may only append."""

from __future__ import annotations

from typing import Any, Final

from ledger import schema as versions
from ledger.errors import Lost, NotAStore
from ledger.postgresql.errors import meaning
from ledger.postgresql.location import app_of, connection_info, options, psycopg

_WHAT: Final = "SELECT (SELECT max(version) FROM longcase.written), pg_is_in_recovery()"
_NEWEST_WRITER: Final = "SELECT longcase FROM longcase.written ORDER BY version DESC LIMIT 1"


def connect(location: str, *, standby: bool = False) -> Any:
    """Return a connection to an existing store, in which every statement is a transaction unless one is begun.

    Raises ``NotAStore`` if there is none that this version can use, ``Lost`` if no server answers.
    """
    connection = reach(location, standby=standby)
    try:
        _recognise(connection, location)
    except BaseException:
        connection.close()
        raise
    return connection


def reach(location: str, *, standby: bool = False) -> Any:
    """Return a connection to a database, whatever is in it; raise ``Lost`` if no server answers."""
    driver = psycopg()
    info = connection_info(location, standby=standby)
    try:
        return driver.connect(**info, options=options(), autocommit=True)
    except driver.OperationalError as error:
        raise Lost(f"no connection to the store: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _recognise(connection: Any, location: str) -> None:
    driver = psycopg()
    database = connection.info.dbname
    app = app_of(database)
    try:
        connection.execute(f'SET ROLE "{app}"')
        version = connection.execute(_WHAT).fetchone()[0]
    except (
        driver.errors.UndefinedTable,
        driver.errors.InvalidSchemaName,
        driver.errors.InvalidParameterValue,
    ) as e:
        raise NotAStore(f"there is no store in the database {database}") from e
    except driver.errors.InsufficientPrivilege as error:
        who = connection.info.user
        raise NotAStore(f"{who} may not use the store in {database}: GRANT {app} TO {who} lets them") from error
    except driver.Error as error:
        raise meaning(error, gone=connection.closed) from error
    if version != versions.VERSION:
        from ledger.upgrading import unfit

        raise unfit(location, version, connection.execute(_NEWEST_WRITER).fetchone()[0])
