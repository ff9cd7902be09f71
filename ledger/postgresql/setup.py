"""Making a store in a database of PostgreSQL: its roles, schemas, tables, guards and grants.

Whoever does it may make roles and schemas there (the database's owner with CREATEROLE, or a superuser).
Afterwards nobody is a member of the role that owns the ledger, the maker included.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from ledger import schema as versions
from ledger.errors import NotAStore
from ledger.postgresql import schema
from ledger.postgresql.connection import reach
from ledger.postgresql.errors import translated
from ledger.postgresql.location import app_of, owner_of, psycopg
from ledger.reader import now

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = 130_000
"""The first version of PostgreSQL that is used: 13."""


class Made(NamedTuple):
    """What a set-up did: whether it made the store, and the roles and grants that were made."""

    made: bool
    statements: tuple[str, ...]


def set_up(location: str, settings: dict[str, str]) -> Made:
    """Make a store in the database that ``location`` names; one that exists stays as it is.

    Any number of processes may do so at once: one makes it, the others find it. Raises ``NotAStore`` if the
    database cannot hold a store, or if who asks may not make one.
    """
    connection = reach(location)
    driver = psycopg()
    try:
        with translated(connection), connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (schema.SETUP_LOCK,))
            _check_server(connection)
            if connection.execute("SELECT to_regclass('longcase.written')").fetchone()[0]:
                return Made(made=False, statements=())
            return Made(made=True, statements=tuple(_make(connection, settings)))
    except driver.errors.InsufficientPrivilege as error:
        raise _not_allowed(connection, error) from error
    finally:
        connection.close()


def _not_allowed(connection: Any, error: Exception) -> NotAStore:
    who, what = connection.info.user, str(error).strip().partition("\n")[0]
    return NotAStore(f"{who} may not make a store in {connection.info.dbname}: {what}")


def _check_server(connection: Any) -> None:
    version, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
    if version < OLDEST:
        raise NotAStore(f"the server is PostgreSQL {version // 10_000}, and 13 is the first that is used")
    if encoding != "UTF8":
        raise NotAStore(f"the database's encoding is {encoding}, and a store's is UTF8")


def _make(connection: Any, settings: dict[str, str]) -> Iterator[str]:
    """Make everything in the open transaction, and yield what a database administrator wants to see of it."""
    database = connection.info.dbname
    owner, app = f'"{owner_of(database)}"', f'"{app_of(database)}"'
    for role in (owner, app):
        if _made_role(connection, role):
            yield f"CREATE ROLE {role} NOLOGIN"
    with _lent(connection, owner), _lent(connection, app):
        for name, role in (("longcase", owner), ("longcase_tables", app)):
            connection.execute(f"CREATE SCHEMA {name} AUTHORIZATION {role}")
            yield f"CREATE SCHEMA {name} AUTHORIZATION {role}"
        connection.execute(f"SET LOCAL ROLE {owner}")
        _make_ledger(connection, settings)
        for grant in schema.grants(app):
            connection.execute(grant)
            yield grant
        connection.execute("RESET ROLE")


def _made_role(connection: Any, role: str) -> bool:
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role.strip('"'),)).fetchone()
    if found is None:
        connection.execute(f"CREATE ROLE {role} NOLOGIN")
    return found is None


@contextmanager
def _lent(connection: Any, role: str) -> Iterator[None]:
    """Let the maker act as ``role`` for a while; a superuser may anyway."""
    if connection.info.parameter_status("is_superuser") == "on":
        yield
        return
    connection.execute(f"GRANT {role} TO CURRENT_USER")
    yield
    connection.execute(f"REVOKE {role} FROM CURRENT_USER")


def _make_ledger(connection: Any, settings: dict[str, str]) -> None:
    for statement in (*schema.TABLES, *schema.FUNCTIONS):
        connection.execute(statement)
    stored = {"id": str(uuid4()), **settings}
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO longcase.store VALUES (%s, %s)", list(stored.items()))
    row = (versions.VERSION, versions.longcase_version(), now())
    connection.execute("INSERT INTO longcase.written VALUES (%s, %s, %s)", row)
    for name in schema.TRIGGERS:
        for statement in schema.guard(name):
            connection.execute(statement)
