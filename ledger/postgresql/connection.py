"""Connecting to a store on PostgreSQL: recognised before it is used, as the role that may only append."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ledger import schema as versions
from ledger.errors import Busy, NotAStore
from ledger.postgresql.connect_errors import NotAMember, Unusable, no_connection, quoted
from ledger.postgresql.errors import meaning
from ledger.postgresql.foreign import look
from ledger.postgresql.location import PATH, app_of, connection_info, filler_of, options, owner_of, psycopg
from ledger.postgresql.schema import SERVERS_CLOCK
from ledger.reader import LAST, now

_WHAT: Final = f"""
SELECT (SELECT max(version) FROM longcase.written), (SELECT value FROM longcase.store WHERE name = 'id'),
    CASE WHEN pg_is_in_recovery() THEN NULL
        ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer END,
    (SELECT system_identifier FROM pg_control_system()),
    coalesce(position, 0), coalesce(recorded_at, {-LAST}), leaf, {SERVERS_CLOCK}
FROM (SELECT) AS one LEFT JOIN
    (SELECT position, recorded_at, leaf FROM longcase.entry ORDER BY position DESC LIMIT 1) AS last ON true"""  # noqa: S608  (made of constants)
_SCHEMA: Final = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'longcase'"
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_ROLE: Final = """
SELECT pg_catalog.set_config('role', coalesce((SELECT rolname::text FROM pg_catalog.pg_roles
    WHERE rolname = %(filler)s::name AND EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %(app)s::name)
        AND pg_catalog.pg_has_role(session_user, oid, CASE
        WHEN pg_catalog.current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)),
    %(app)s), false)"""
"""Whoever may fill the tables does; everybody else works as those who read and append."""
_SAME_MICROSECONDS: Final = 1_000_000
"""Clocks that differ by less are taken for one: that is what a question and its answer may take."""

_NEWEST_WRITER: Final = "SELECT longcase FROM longcase.written ORDER BY version DESC LIMIT 1"


class Met(NamedTuple):
    """What a server said of a store when it was asked first.

    ``timeline`` counts the promotions in the server's history, and is ``None`` on a standby; ``system`` tells
    its cluster, with all standbys of it, from any other; ``position``,
    ``recorded_at`` and ``leaf`` are those of the last entry, 0, the earliest and ``None`` if there is none;
    ``offset`` is what this machine's clock has to be set by, in microseconds; 0 if both agree to the second.
    """

    store: str | None
    timeline: int | None
    system: int | None
    position: int
    recorded_at: int
    leaf: bytes | None
    offset: int


def connect(location: str, *, standby: bool = False) -> tuple[Any, Met]:
    """Return a connection to an existing store, in which every statement is a transaction unless one is begun.

    With it comes what the server said of the store. Raises ``NotAStore`` if there is none that this version can
    use, ``Lost`` if no server answers.
    """
    connection = reach(location, standby=standby)
    try:
        return connection, _recognise(connection, location)
    except BaseException:
        connection.close()
        raise


def reach(location: str, *, standby: bool = False) -> Any:
    """Return a connection to a database, whatever is in it.

    Raises ``Unreachable`` if no server answers, ``Unusable`` if one answers and there is no way in.
    """
    driver = psycopg()
    info = connection_info(location, standby=standby)
    try:
        return driver.connect(**info, options=options(), autocommit=True)
    except (driver.Error, ValueError) as error:
        raise no_connection(error) from error


def begin_with(connection: Any, turn: str, lock: int) -> None:
    """Begin a transaction with a ``turn``, which is a function; in a store from before it is a ``lock``."""
    try:
        connection.execute(f"{_BEGIN}; SELECT longcase.{turn}()")
    except psycopg().errors.UndefinedFunction:
        roll_back(connection)
        connection.execute(f"{_BEGIN}; SELECT pg_advisory_xact_lock({lock})")


def roll_back(connection: Any) -> None:
    """Undo what there is to undo; a connection that is gone has done so itself, and is closed."""
    try:
        connection.rollback()
    except psycopg().Error:
        connection.close()


def _recognise(connection: Any, location: str) -> Met:
    driver = psycopg()
    database = connection.info.dbname
    app = app_of(database)
    try:
        connection.execute(_ROLE, {"app": app, "filler": filler_of(database)})
    except driver.errors.InsufficientPrivilege as error:
        raise not_a_member(connection) from error
    except driver.errors.InvalidParameterValue as error:
        raise _no_store(connection, database) from error
    try:
        _check_ours(connection, location)
        began = now()
        version, store, timeline, system, *last, servers = connection.execute(_WHAT).fetchone()
        offset = servers - (began + now()) // 2
    except (driver.errors.UndefinedTable, driver.errors.InvalidSchemaName) as error:
        raise NotAStore(f"there is no store in the database {database}") from error
    except driver.errors.InsufficientPrivilege as error:
        what = f"{app} may not read what is in the schema longcase of {database}: {error}"
        raise Unusable(what, "longcase init --print shows what is granted to it") from error
    except driver.Error as error:
        found = meaning(error, gone=connection.closed)
        raise _named(connection, found) if isinstance(found, Busy) else found from error
    if version != versions.VERSION:
        from ledger.versions import unfit

        raise unfit(location, version or 0, connection.execute(_NEWEST_WRITER).fetchone()[0])
    position, recorded_at, leaf = last
    offset = offset if abs(offset) >= _SAME_MICROSECONDS else 0
    return Met(store, timeline, system, position, recorded_at, leaf, offset)


def _named(connection: Any, error: Busy) -> Busy:
    from ledger.postgresql.holders import named  # (nobody is in the way of most)

    return named(connection, error)


def _check_ours(connection: Any, location: str) -> None:
    """Raise ``Unusable`` if code of somebody else's could run here; nothing of the store is read before."""
    database = connection.info.dbname
    found = look(connection, owner_of(database))
    if found:
        what = f"nothing is read from the store in the database {database}, for others could run code there"
        raise Unusable(
            f"{what}: {'; '.join(one.what for one in found)}",
            f"an administrator mends it: longcase init --harden --store {location}",
            "docs/operators.md, PostgreSQL: a store from before the tables had an owner",
        )
    connection.execute(f"SET search_path = {PATH}")


def not_a_member(connection: Any) -> NotAMember:
    """Return why a login that may not act as the role of the store cannot use it."""
    who, database = connection.info.user, connection.info.dbname
    hint = f"an administrator lets them: GRANT {quoted(app_of(database))} TO {quoted(who)}"
    return NotAMember(f"{who} may not use the store in the database {database}", hint)


def _no_store(connection: Any, database: str) -> NotAStore:
    """Return why there is none: the schema of one may be there, without the role of this database's name."""
    found = connection.execute(_SCHEMA).fetchone()
    if found is None:
        return NotAStore(f"there is no store in the database {database}")
    app, owner = quoted(app_of(database)), quoted(found[0])
    missing = f"there is a schema longcase in the database {database}, and no role {app} that may use it"
    return Unusable(
        missing,
        f"its owner is {owner}: a database that was renamed, or restored without its roles, needs them",
        f"after CREATE ROLE {app} NOLOGIN, longcase init --print shows what to grant to it",
    )
