"""Which SQLite is used, and in which journal mode: the version gate.

SQLite before 3.51.3 can lose committed writes in WAL mode when several connections are at work, so WAL is
used from that version on only. An older library gets the rollback journal with the most careful settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

WAL_SAFE = (3, 51, 3)


def _drivers() -> Sequence[ModuleType]:
    try:
        import pysqlite3  # absent where it has no wheel: the standard library serves then
    except ImportError:
        return (_standard(),)
    # The standard library's own is not even loaded where the other will do: that costs a cold start 1.5 ms.
    return (pysqlite3,) if wal_is_safe(pysqlite3.sqlite_version_info) else (pysqlite3, _standard())


def _standard() -> ModuleType:
    import sqlite3

    return sqlite3


def newest(drivers: Sequence[ModuleType] | None = None) -> ModuleType:
    """Return the driver with the newest SQLite of those given.

    Of those installed it is pysqlite3 if its SQLite may be trusted with WAL, else the newer one.
    """
    return max(_drivers() if drivers is None else drivers, key=lambda one: one.sqlite_version_info)


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Say whether a SQLite of this version may be trusted with WAL and several connections."""
    return version >= WAL_SAFE


def durability(version: tuple[int, int, int]) -> tuple[str, str]:
    """Return the journal mode and the ``synchronous`` setting under which no commit is lost."""
    return ("WAL", "FULL") if wal_is_safe(version) else ("TRUNCATE", "EXTRA")


def bind_as_they_are(driver: ModuleType) -> None:
    """Have a driver take bytes and ``None`` as they are.

    It knows both, yet asks each such value whether it can be adapted, by attributes that are not there: that
    takes several times as long as to bind it, and made up a third of inserting an entry.
    """
    driver.register_adapter(bytes, bytes.__bytes__)
    driver.register_adapter(type(None), {}.get)  # of what is empty, get returns None
