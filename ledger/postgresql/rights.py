"""Who may do what to a store on PostgreSQL: the two roles, their members, everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.integrity.findings import Wrong
from ledger.postgresql.connect_errors import quoted
from ledger.postgresql.location import app_of, filler_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.postgresql.reader import PostgresReader

_POWERS: Final = "rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
_NAMES_OF_POWERS: Final = ("LOGIN", "SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")
_ROLE: Final = f"SELECT {_POWERS} FROM pg_roles WHERE rolname = ?"  # noqa: S608  (made of constants)
_MEMBERS: Final = """
SELECT m.rolname, m.rolcanlogin,
    bool_or(coalesce((to_jsonb(a) ->> 'set_option')::boolean, true)
        OR coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, true))
FROM pg_auth_members AS a JOIN pg_roles AS r ON r.oid = roleid JOIN pg_roles AS m ON m.oid = member
WHERE r.rolname = ? GROUP BY 1, 2 ORDER BY 1"""
_EXCESS: Final = """
SELECT right_, table_ FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
    AS right_, unnest(ARRAY['entry', 'node', 'checkpoint', 'store', 'written']) AS table_
WHERE has_table_privilege(?, 'longcase.' || table_, right_)
    OR right_ IN ('INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(?, 'longcase.' || table_, right_)
ORDER BY 2, 1"""
_MORE: Final = """
SELECT privilege_type, what FROM (
    SELECT 'TABLE longcase_tables.' || relname AS what, (aclexplode(relacl)).*
    FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname = 'longcase_tables'
    UNION ALL
    SELECT 'SCHEMA ' || nspname, (aclexplode(nspacl)).*
    FROM pg_namespace WHERE nspname IN ('longcase', 'longcase_tables')
) AS granted
WHERE pg_get_userbyid(grantee) = ? AND privilege_type <> ALL (?)
ORDER BY 2, 1"""
_GRANTED: Final = """
SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END, privilege_type, what
FROM (
    SELECT 'TABLE ' || nspname || '.' || relname AS what, (aclexplode(relacl)).*
    FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname IN ('longcase', 'longcase_tables')
    UNION ALL
    SELECT 'TABLE longcase.' || relname, (aclexplode(attacl)).*
    FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid WHERE relnamespace = 'longcase'::regnamespace
    UNION ALL
    SELECT 'SCHEMA ' || nspname, (aclexplode(nspacl)).*
    FROM pg_namespace WHERE nspname IN ('longcase', 'longcase_tables')
    UNION ALL
    SELECT 'FUNCTION longcase.' || proname,
        (aclexplode(coalesce(proacl, acldefault('f', proowner)))).*
    FROM pg_proc WHERE pronamespace = 'longcase'::regnamespace
) AS granted ORDER BY 1, 3, 2"""
_SCHEMAS: Final = (
    "SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname IN ('longcase', 'longcase_tables')"
)
_IS_MEMBER: Final = """
SELECT pg_has_role(m.oid, r.oid, 'MEMBER') FROM pg_roles AS m, pg_roles AS r
WHERE m.rolname = ? AND r.rolname = ?"""
_WHO: Final = "SELECT session_user, rolsuper FROM pg_roles WHERE rolname = session_user"
_READ: Final = ["USAGE", "SELECT"]
_FILL: Final = [*_READ, "INSERT", "UPDATE", "DELETE"]
"""What is granted in the schema of the tables: ``_READ`` to those who work with the store."""

_HARMLESS: Final = frozenset({"SELECT", "USAGE"})
"""Rights by which others read: it is said who they are, and whether they should is for somebody else to say."""


def rights(ledger: PostgresReader) -> str:
    """Return who may do what to the store, or raise ``Wrong`` if anybody may do more than was meant."""
    database = ledger.connection.info.dbname
    owner, app, filler = owner_of(database), app_of(database), filler_of(database)
    granted = [row for row in ledger.rows(_GRANTED) if row[0] not in {owner, app, filler}]
    faults = [
        *_of_filler(ledger, app, filler),
        *(fault for role in (owner, app) for fault in _of_role(ledger, role)),
        *_of_members(ledger, owner),
        *_of_excess(ledger, owner, app, _READ),
        *_of_excess(ledger, owner, filler, _FILL),
        *_of_others(ledger, {"longcase": owner, "longcase_tables": owner}, granted),
    ]
    if faults:
        raise Wrong("; ".join(what for what, _ in faults), *(advice for _, advice in faults))
    return "; ".join(_sentences(ledger, (owner, app, filler), granted))


def _sentences(
    ledger: PostgresReader, roles: tuple[str, str, str], granted: list[tuple[Any, ...]]
) -> Iterator[str]:
    owner, app, filler = roles
    yield f"nobody works as {owner}, who owns the ledger"
    members = [row[0] for row in ledger.rows(_MEMBERS, (app,)) if row[2] and row[0] != filler]
    yield f"{app} may read and add entries and nothing else, and is granted to {_listed(members)}"
    fillers = [row[0] for row in ledger.rows(_MEMBERS, (filler,)) if row[2]]
    yield f"{filler} fills the tables that they read, may restore a store, and is granted to {_listed(fillers)}"
    if not ledger.followed():
        yield "nobody follows the store now: whoever may not fill the tables works out alone what they lack"
    if readers := sorted({row[0] for row in granted if row[1] == "SELECT"}):
        yield f"{_listed(readers)} may read entries too"
    for name, _, works in ledger.rows(_MEMBERS, (owner,)):
        if not works:
            yield f"{name} made the roles, and may make themselves a member of {owner}"
    who, superuser = ledger.rows(_WHO)[0]
    if superuser:
        yield f"{who}, who asks, is a superuser, whom nothing here binds"


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "nobody"


def _of_role(ledger: PostgresReader, role: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a role, and the statement that puts it right; so do those below."""
    found = ledger.rows(_ROLE, (role,))
    if not found:
        yield f"there is no role {role}", f"CREATE ROLE {quoted(role)} NOLOGIN"
        return
    for power, held in zip(_NAMES_OF_POWERS, found[0], strict=True):
        if held:
            yield f"{role} has {power}", f"ALTER ROLE {quoted(role)} NO{power}"


def _of_filler(ledger: PostgresReader, app: str, filler: str) -> Iterator[tuple[str, str]]:
    """Yield what lets others than the ``filler`` change the tables: a store from before there was one does."""
    if not ledger.rows(_ROLE, (filler,)):
        what = f"every login that works with the store may change what its lists show: there is no role {filler}"
        yield what, "an administrator mends it: longcase init --harden"
        return
    yield from _of_role(ledger, filler)
    if (True,) in ledger.rows(_IS_MEMBER, (app, filler)):
        what = (
            f"every login that works with the store may change what its lists show: {app} is a member of {filler}"
        )
        yield what, f"REVOKE {quoted(filler)} FROM {quoted(app)}"


def _of_members(ledger: PostgresReader, owner: str) -> Iterator[tuple[str, str]]:
    for name, _, works in ledger.rows(_MEMBERS, (owner,)):
        if works:
            what = f"{name} is a member of {owner}, and can take the guards off"
            yield what, f"REVOKE {quoted(owner)} FROM {quoted(name)}"


def _of_excess(ledger: PostgresReader, owner: str, role: str, meant: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what a role may do beyond what is ``meant`` for it in the schema of the tables."""
    for right, table in ledger.rows(_EXCESS, (role, role)) if ledger.rows(_ROLE, (role,)) else ():
        advice = f"REVOKE {right} ON longcase.{table} FROM {quoted(role)}"
        yield f"{role} has {right} on longcase.{table}", advice
    for right, what in ledger.rows(_MORE, (role, meant)):
        yield f"{role} has {right} on {what}", f"REVOKE {right} ON {what} FROM {quoted(role)}"
    if (True,) in ledger.rows(_IS_MEMBER, (role, owner)):
        yield f"{role} is a member of {owner}", f"REVOKE {quoted(owner)} FROM {quoted(role)}"


def _of_others(
    ledger: PostgresReader, wanted: dict[str, str], granted: list[tuple[Any, ...]]
) -> Iterator[tuple[str, str]]:
    for name, owner in ledger.rows(_SCHEMAS):
        if owner != wanted[name]:
            advice = f"ALTER SCHEMA {name} OWNER TO {quoted(wanted[name])}"
            yield f"the schema {name} belongs to {owner}", advice
    for name, right, what in granted:
        if right not in _HARMLESS:
            who = name if name == "PUBLIC" else quoted(name)
            yield f"{name} has {right} on {what}", f"REVOKE {right} ON {what} FROM {who}"
