"""Making a store in a database of PostgreSQL: its roles, schemas, tables, guards and grants.

Whoever does it may make roles and schemas there (CREATEROLE, and CREATE on the database; or a superuser).
Afterwards nobody is a member of the role that owns the ledger, the maker included. From version 16 on whoever
makes a role without being a superuser keeps the right to make themselves a member of it; ``doctor`` names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from ledger import schema as versions
from ledger.postgresql import schema, tables
from ledger.postgresql.connect_errors import Unusable, quoted
from ledger.postgresql.connection import reach
from ledger.postgresql.errors import meaning
from ledger.postgresql.location import app_of, database_in, filler_of, owner_of, psycopg
from ledger.reader import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST: Final = 130_000
"""The first version of PostgreSQL that is used: 13."""

_THERE: Final = (
    "SELECT FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE nspname = 'longcase' AND relname = 'written'"
)
_RIGHTS: Final = (
    "SELECT rolsuper, rolcreaterole, has_database_privilege(current_database(), 'CREATE')"
    " FROM pg_roles WHERE rolname = current_user"
)
_TOLD: Final = (
    "CREATE ROLE",
    "CREATE SCHEMA",
    "GRANT SELECT",
    "GRANT USAGE",
    "GRANT EXECUTE",
    "REVOKE ALL",
    'GRANT "',
)
PRINT: Final = "longcase init --print shows the SQL, for an administrator who runs it by hand"


class Made(NamedTuple):
    """What a set-up did: whether it made the store, in which database, and the roles, schemas and grants."""

    made: bool
    database: str
    statements: tuple[str, ...]


def set_up(location: str, settings: dict[str, str]) -> Made:
    """Make a store in the database that ``location`` names; one that exists stays as it is.

    Any number of processes may do so at once: one makes it, the others find it. Raises ``Unusable`` if the
    database cannot hold a store, or if who asks may not make one, and ``Unreachable`` or ``Lost``.
    """
    connection = reach(location)
    driver = psycopg()
    try:
        with connection.transaction():
            return _set_up(connection, settings)
    except driver.errors.InsufficientPrivilege as error:
        raise _not_allowed(connection, str(error)) from error
    except driver.errors.DuplicateSchema as error:
        database = connection.info.dbname
        raise Unusable(f"the database {database} has a schema of that name, and no store: {error}") from error
    except driver.Error as error:
        raise meaning(error, gone=connection.closed) from error
    finally:
        connection.close()


def script(location: str, settings: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the database, and all that an administrator runs in it by hand, without connecting to anything.

    Raises ``Unusable`` if ``location`` cannot be used, or names no database.
    """
    database = database_in(location)
    if database is None:
        raise Unusable("the URL names no database, after which the roles are named")
    statements = _statements(database, settings, missing=roles_of(database), lend=True)
    return database, ("BEGIN", *statements, "COMMIT")


def roles_of(database: str) -> tuple[str, str, str]:
    """Return the roles of a store: who owns it, who works with it, who fills its tables."""
    return owner_of(database), app_of(database), filler_of(database)


def to_do(database: str) -> tuple[str, str]:
    """Return what is left to do for each login that works with the store, and for that which fills its tables."""
    return f"GRANT {quoted(app_of(database))} TO LOGIN", f"GRANT {quoted(filler_of(database))} TO LOGIN"


def _set_up(connection: Any, settings: dict[str, str]) -> Made:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (schema.SETUP_LOCK,))
    _check_server(connection)
    database = connection.info.dbname
    if connection.execute(_THERE).fetchone() is not None:
        return Made(made=False, database=database, statements=())
    missing = [role for role in roles_of(database) if not is_there(connection, role)]
    superuser, may_make_roles, may_make_schemas = connection.execute(_RIGHTS).fetchone()
    if not (may_make_schemas and (superuser or may_make_roles or not missing)):
        raise _not_allowed(connection, "it takes CREATEROLE, and CREATE on the database")
    statements = tuple(_statements(database, settings, missing=missing, lend=not superuser))
    for statement in statements:
        connection.execute(statement)
    return Made(
        made=True, database=database, statements=tuple(one for one in statements if one.startswith(_TOLD))
    )


def _check_server(connection: Any) -> None:
    version, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
    if version < OLDEST:
        why = f"the server is PostgreSQL {version // 10_000}, and 13 is the first that is used"
        raise Unusable(why, "pg_upgrade makes its databases those of a newer server")
    if encoding != "UTF8":
        hint = f"createdb -E UTF8 -T template0 {connection.info.dbname}"
        raise Unusable(f"the database's encoding is {encoding}, and a store's is UTF8", hint)


def is_there(connection: Any, role: str) -> bool:
    """Say whether there is a role of this name."""
    return connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None


def _not_allowed(connection: Any, why: str) -> Unusable:
    who, database = connection.info.user, connection.info.dbname
    rights = f"ALTER ROLE {quoted(who)} CREATEROLE; GRANT CREATE ON DATABASE {quoted(database)} TO {quoted(who)}"
    reason = " ".join(why.split())
    return Unusable(f"{who} may not make a store in {database}: {reason}", f"an administrator: {rights}", PRINT)


def _statements(database: str, settings: dict[str, str], *, missing: Sequence[str], lend: bool) -> Iterator[str]:
    """Yield what makes everything, in one transaction; ``lend``: whoever does it is no superuser."""
    owner, app, filler = map(quoted, roles_of(database))
    yield from (f"CREATE ROLE {quoted(role)} NOLOGIN" for role in missing)
    yield f"GRANT {app} TO {filler}"
    if lend:
        yield f"GRANT {owner}, {app}, {filler} TO CURRENT_USER"
    yield f"CREATE SCHEMA longcase AUTHORIZATION {owner}"
    yield f"CREATE SCHEMA longcase_tables AUTHORIZATION {owner}"
    yield f"SET LOCAL ROLE {owner}"
    yield from (*schema.TABLES, *schema.FUNCTIONS, *tables.functions(app, filler))
    yield from _first_rows(settings)
    for name in schema.TRIGGERS:
        yield from schema.guard(name)
    yield from (*schema.grants(app, filler), *tables.grants(app, filler))
    yield "RESET ROLE"
    if lend:
        yield f"REVOKE {owner}, {app}, {filler} FROM CURRENT_USER"


def _first_rows(settings: dict[str, str]) -> Iterator[str]:
    for name, value in {"id": str(uuid4()), **settings}.items():
        yield f"INSERT INTO longcase.store VALUES ({text(name)}, {text(value)})"  # noqa: S608  (each value is quoted)
    written = f"{versions.VERSION}, {text(versions.longcase_version())}, {now()}"
    yield f"INSERT INTO longcase.written VALUES ({written})"  # noqa: S608  (as above)


def text(value: str) -> str:
    """Return a text as a literal of SQL."""
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'" if "\\" in value else f"'{escaped}'"
