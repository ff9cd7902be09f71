"""What a URL of PostgreSQL may say, and how libpq is told to connect.

A password never stands in it: it would be seen in the list of processes, in the shell's history and in
messages. libpq finds it in ``~/.pgpass``, in the file that PGPASSFILE names, in a service file, or in PGPASSWORD.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ledger.errors import NotAStore

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
    "search_path": "pg_catalog, longcase, longcase_tables, pg_temp",
    "client_encoding": "UTF8",
    "TimeZone": "UTC",
}
"""The settings of each session, whatever the server, the database or the role has."""

_FORBIDDEN = ("password", "sslpassword", "options", "replication")
_PASSWORDS = ": let libpq find it in ~/.pgpass, or in the file that PGPASSFILE names"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,50}")


def psycopg() -> ModuleType:
    """Return the driver; raise ``NotAStore`` if it is not installed."""
    try:
        import psycopg as driver
    except ImportError as error:
        why = "a store on PostgreSQL needs psycopg: pip install 'longcase[postgresql]'"
        raise NotAStore(why) from error
    return driver


def connection_info(location: str, *, standby: bool = False) -> dict[str, str]:
    """Return what libpq is to be told; raise ``NotAStore`` if ``location`` cannot be used.

    A store is recorded in, and read, on the primary; ``standby`` asks for a standby instead, if there is one.
    """
    driver = psycopg()
    try:
        found: dict[str, Any] = driver.conninfo.conninfo_to_dict(location)
    except driver.Error as error:
        raise NotAStore(f"the URL of the store cannot be used: {str(error).strip()}") from error
    for name in _FORBIDDEN:
        if name in found:
            raise NotAStore(
                f"{name} may not stand in the URL of a store{_PASSWORDS if 'password' in name else ''}"
            )
    wanted = {"target_session_attrs": "standby" if standby else "read-write"}
    info = {**DEFAULTS, **wanted, **{name: str(value) for name, value in found.items()}}
    return {**info, **wanted} if standby else info


def options(settings: Mapping[str, str] = SESSION) -> str:
    """Return libpq's ``options`` for the settings of a session."""
    return " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in settings.items())


def check_name(database: str) -> str:
    """Return the database's name if roles can be named after it; raise ``NotAStore`` if not."""
    if not _NAME.fullmatch(database):
        why = "small letters, digits and _ alone, 51 at most: its roles are named after it"
        raise NotAStore(f"the database of a store has a name of {why}; {database!r} has not")
    return database


def owner_of(database: str) -> str:
    """Return the name of the role that owns the ledger in a database, as which nobody logs in."""
    return f"{check_name(database)}_owner"


def app_of(database: str) -> str:
    """Return the name of the role as which everybody works with the store in a database."""
    return f"{check_name(database)}_app"
