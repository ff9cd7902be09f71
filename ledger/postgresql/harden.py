"""Mending a store on PostgreSQL from before: no code but the owner's runs there, and nobody else says when.

Tables in which others could put code are made anew, the owner's own; the functions become those of this version,
and entries are added by them alone (docs/adr/0058). It reads the catalogue alone, and runs nothing that it
finds. Where there is more than tables, it names what is there and leaves all as it is. The tables are filled
again from the ledger, by whoever reads next. See docs/adr/0055.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger import schema as versions
from ledger.errors import NotAStore
from ledger.integrity.settings import SETTINGS
from ledger.postgresql import schema, tables
from ledger.postgresql.connect_errors import Unusable, quoted
from ledger.postgresql.connection import reach
from ledger.postgresql.errors import meaning
from ledger.postgresql.foreign import look
from ledger.postgresql.location import app_of, filler_of, owner_of, psycopg
from ledger.postgresql.setup import is_there, roles_of, text
from ledger.versions import unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

_THERE: Final = (
    "SELECT FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE nspname = 'longcase' AND relname = 'written'"
)
_TABLES: Final = (
    "SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE nspname = 'longcase_tables' AND relkind = 'r' ORDER BY relname"
)
_FILLED_BY: Final = """
SELECT DISTINCT pg_get_userbyid(grantee) || ' may change the rows of longcase_tables.' || relname
FROM (SELECT relname, (aclexplode(relacl)).* FROM pg_class
    WHERE relnamespace = to_regnamespace('longcase_tables')) AS granted
WHERE pg_get_userbyid(grantee) = %(app)s AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE') ORDER BY 1"""
_VERSION: Final = "SELECT max(version) FROM longcase.written"
_UNKNOWN: Final = "SELECT name, value FROM longcase.store WHERE NOT name = ANY (%s) ORDER BY name"
_OWNER: Final = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'longcase_tables'"
_SCHEMA: Final = "SELECT FROM pg_namespace WHERE nspname = 'longcase_tables'"
_LENT: Final = (
    "SELECT rolname FROM pg_roles AS r WHERE rolname IN (%s, %s) AND NOT EXISTS (SELECT FROM pg_auth_members"
    " AS a WHERE roleid = r.oid AND member = current_user::regrole"
    " AND coalesce((to_jsonb(a) ->> 'set_option')::boolean, true)) ORDER BY rolname"
)
"""The roles that whoever asks is not granted: those alone are taken back at the end."""

_SUPERUSER: Final = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


class Hardened(NamedTuple):
    """What was mended: what was found, in words, and whether the tables were made anew for it."""

    database: str
    found: tuple[str, ...]


def harden(location: str) -> Hardened:
    """Give the population tables to the owner, as which nobody logs in, and make the functions for them.

    Raises ``Unusable`` if more than tables is there, or if who asks may not, ``NotAStore``, ``Unreachable`` or
    ``Lost``; nothing is changed then.
    """
    connection = reach(location)
    driver = psycopg()
    try:
        with connection.transaction():
            return _harden(connection, location)
    except driver.errors.InsufficientPrivilege as error:
        who = connection.info.user
        raise Unusable(
            f"{who} may not do that: {error}", "a superuser may, and whoever made the roles"
        ) from error
    except driver.errors.DependentObjectsStillExist as error:
        raise Unusable(f"others rest on the tables: {' '.join(str(error).split())}", _LOOK_AT_IT) from error
    except driver.Error as error:
        raise meaning(error, gone=connection.closed) from error
    finally:
        connection.close()


_LOOK_AT_IT: Final = "an administrator looks at each, keeps its definition, and drops it; then once more"


def _harden(connection: Any, location: str) -> Hardened:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (schema.SETUP_LOCK,))
    if not is_store(connection):
        raise NotAStore(f"there is no store in the database {connection.info.dbname}")
    version = connection.execute(_VERSION).fetchone()[0]
    if version != versions.VERSION:
        raise unfit(location, version or 0, None)
    return mend(connection)


def is_store(connection: Any) -> bool:
    """Say whether there is a store in the database."""
    return connection.execute(_THERE).fetchone() is not None


def mend(connection: Any) -> Hardened:
    """Do what ``harden`` does, to a store whose tables are those of this version, in an open transaction."""
    database = connection.info.dbname
    found = look(connection, owner_of(database))
    others = [what for (what,) in connection.execute(_FILLED_BY, {"app": app_of(database)})]
    if foreign := [one.what for one in found if not one.mended]:
        raise Unusable(
            f"in the database {database} is more than Longcase makes: {'; '.join(foreign)}", _LOOK_AT_IT
        )
    unknown = connection.execute(_UNKNOWN, (sorted(SETTINGS),)).fetchall()
    anew = bool(found or others) or connection.execute(_SCHEMA).fetchone() is None
    for statement in _statements(connection, database, anew=anew, unknown=[name for name, _ in unknown]):
        connection.execute(statement)
    taken = [
        f"the setting {name} {value} was taken away: no store has one of that name" for name, value in unknown
    ]
    return Hardened(database, (*(one.what for one in found), *others, *taken))


def _statements(connection: Any, database: str, *, anew: bool, unknown: list[str]) -> Iterator[str]:
    owner, app, filler = map(quoted, roles_of(database))
    if not is_there(connection, filler_of(database)):
        yield f"CREATE ROLE {filler} NOLOGIN"
        yield f"GRANT {app} TO {filler}"
    superuser = connection.execute(_SUPERUSER).fetchone()[0]
    lent = lent_roles(connection, database)
    if lent:
        yield f"GRANT {', '.join(lent)} TO CURRENT_USER"
    if anew:
        yield from _dropped(connection, superuser=superuser)
        yield f"CREATE SCHEMA longcase_tables AUTHORIZATION {owner}"
    yield f"SET LOCAL ROLE {owner}"
    for function in (*schema.FUNCTIONS, *tables.functions(app, filler)):
        yield function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    yield from _without(unknown)
    yield f"REVOKE INSERT ON longcase.entry, longcase.store FROM {app}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA longcase FROM {app}"
    yield from (*schema.grants(app, filler), *tables.grants(app, filler))
    yield "RESET ROLE"
    if lent:
        yield f"REVOKE {', '.join(lent)} FROM CURRENT_USER"


def _without(names: list[str]) -> Iterator[str]:
    """Yield what takes settings away that no store has, and puts their guard back."""
    if names:
        yield "ALTER TABLE longcase.store DISABLE TRIGGER store_delete"
        those = ", ".join(map(text, names))
        yield f"DELETE FROM longcase.store WHERE name IN ({those})"  # noqa: S608  (each is quoted)
        yield "ALTER TABLE longcase.store ENABLE ALWAYS TRIGGER store_delete"


def lent_roles(connection: Any, database: str) -> list[str]:
    """Return the roles, quoted, that whoever asks has to be granted to act as them; a superuser none."""
    if connection.execute(_SUPERUSER).fetchone()[0]:
        return []
    found = connection.execute(_LENT, (owner_of(database), app_of(database)))
    return [quoted(name) for (name,) in found]


def _dropped(connection: Any, *, superuser: bool) -> Iterator[str]:
    """Yield what drops the schema and the tables in it, and nothing that rests on them."""
    owner = connection.execute(_OWNER).fetchone()
    role = "NONE" if superuser or owner is None else quoted(owner[0])
    names = [f"longcase_tables.{quoted(name)}" for (name,) in connection.execute(_TABLES)]
    yield f"SET LOCAL ROLE {role}"
    if names:
        yield f"DROP TABLE {', '.join(names)}"
    yield "DROP SCHEMA IF EXISTS longcase_tables"
    yield "RESET ROLE"
