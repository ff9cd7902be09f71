"""What a URL of PostgreSQL may say, and how libpq is told to connect.

A password never stands in it: it would be seen in the list of processes, in the shell's history and in
messages. libpq finds it in ``~/.pgpass``, in the file that PGPASSFILE names, in a service file, or in PGPASSWORD.
An empty one is none: libpq is told nothing of it, and looks in those places all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ledger.postgresql.connect_errors import PASSWORDS, Unusable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

WAIT_SECONDS: Final = 30
"""How long a writer waits for another one before it gives up."""

IDLE_SECONDS: Final = 300
"""How long a client may hold a transaction open without a word before the server ends it for the others' sake."""

DEFAULTS: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "longcase",
}
"""What libpq is told where the URL says nothing: a server that is gone is noticed, and waited for no longer."""

SESSION: Final = {
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "lock_timeout": f"{WAIT_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "search_path": "pg_catalog, pg_temp",
    "client_encoding": "UTF8",
    "TimeZone": "UTC",
}
"""The settings of each session, whatever the server, the database or the role has."""

PATH: Final = "pg_catalog, longcase, pg_temp"
"""The path of a session once nothing foreign was found in the store."""

_SECRETS = ("password", "sslpassword", "oauth_client_secret")
_FORBIDDEN = ("options", "replication", "client_encoding", "sslkeylogfile")
_SHAPE = "write postgresql://USER@HOST:PORT/DATABASE; several hosts are parted by commas"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,50}")


def psycopg() -> ModuleType:
    """Return the driver; raise ``Unusable`` if it is not installed."""
    try:
        import psycopg as driver
    except ImportError as error:
        hint = "pip install 'longcase[postgresql]'"
        raise Unusable(f"a store on PostgreSQL needs psycopg: {error}", hint) from error
    return driver


def connection_info(location: str, *, standby: bool = False) -> dict[str, str]:
    """Return what libpq is to be told; raise ``Unusable`` if ``location`` cannot be used.

    A store is recorded in, and read, on the primary; ``standby`` asks for a standby instead.
    """
    found = _parsed(location)
    wanted = {"target_session_attrs": "standby" if standby else "read-write"}
    info = {**DEFAULTS, **wanted, **found}
    return {**info, **wanted} if standby else info


def database_in(location: str) -> str | None:
    """Return the database that ``location`` names itself; raise ``Unusable`` if it cannot be used."""
    return _parsed(location).get("dbname")


def _parsed(location: str) -> dict[str, str]:
    driver = psycopg()
    try:
        found: dict[str, Any] = driver.conninfo.conninfo_to_dict(location)
    except driver.Error as error:
        # What libpq quotes may be a password, and so may what it was quoted from.
        why = str(error).partition(': "')[0].strip()
        raise Unusable(f"the URL of the store cannot be used: {why}", _SHAPE) from None
    for name in _SECRETS:
        if found.pop(name, ""):
            raise secret_shown(name)
    for name in _FORBIDDEN:
        if name in found:
            raise Unusable(f"{name} may not stand in the URL of a store", f"leave {name} out of the URL")
    if "dbname" in found:
        check_name(found["dbname"])
    return {name: str(value) for name, value in found.items()}


def secret_shown(name: str = "password") -> Unusable:
    """Return why a URL with a password in it is not used."""
    why = "others would see it in the list of processes, and it stays in the shell's history"
    return Unusable(f"a {name} may not stand in the URL of a store: {why}", PASSWORDS)


def options(settings: Mapping[str, str] = SESSION) -> str:
    """Return libpq's ``options`` for the settings of a session."""
    return " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in settings.items())


def check_name(database: str) -> str:
    """Return the database's name if roles can be named after it; raise ``Unusable`` if not."""
    if not _NAME.fullmatch(database):
        why = "small letters, digits and _ alone, 51 at most: its roles are named after it"
        raise Unusable(f"the database of a store has a name of {why}; {database!r} has not")
    return database


def owner_of(database: str) -> str:
    """Return the name of the role that owns the ledger in a database, as which nobody logs in."""
    return f"{check_name(database)}_owner"


def app_of(database: str) -> str:
    """Return the name of the role as which everybody works with the store in a database."""
    return f"{check_name(database)}_app"


def filler_of(database: str) -> str:
    """Return the name of the role as which the population tables are filled, and a store is restored."""
    return f"{check_name(database)}_tables"
