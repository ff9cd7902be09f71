"""Which engine a store is on, told by its location: a path, or a ``postgresql://`` URL.

Each engine's modules are imported when a store on it is opened, and no sooner: psycopg is an extra.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ledger.reader import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.postgresql.seen import Memory
    from ledger.reader import LedgerReader
    from ledger.recorder import LedgerRecorder

SCHEMES: Final = ("postgresql://", "postgres://")


def on_server(location: str) -> bool:
    """Say whether a store is on a server of PostgreSQL, and not in a file."""
    return location.startswith(SCHEMES)


def absolute(location: str) -> str:
    """Return a location that means the same in every folder."""
    return location if on_server(location) else os.path.abspath(location)  # noqa: PTH100  (does not follow links, as resolve would)


def name_of(location: str) -> str:
    """Return the last part of a location: the name of a file, or of a database."""
    if on_server(location):
        return location.partition("?")[0].rpartition("/")[2]
    return os.path.basename(location)  # noqa: PTH119  (a path is a text here)


def files_of(location: str) -> list[str]:
    """Return the files that a store may consist of, a link followed; those of a server are its own business."""
    if on_server(location):
        return []
    real = os.path.realpath(location) if os.path.islink(location) else location  # noqa: PTH114  (a path is a text here)
    return [real + end for end in ("", "-wal", "-shm", "-journal")]


def open_recorder(
    location: str, clock: Callable[[], int] = now, *, memory: Callable[[], str] | None = None
) -> LedgerRecorder:
    """Open an existing store to record in it.

    ``memory`` returns the folder in which this machine keeps what a server has shown to it of each store.
    Raises ``NotAStore`` if there is none that this version can use, and ``Busy``, ``Lost`` or
    ``OperationalError`` if it cannot be opened.
    """
    if on_server(location):
        from ledger.postgresql.recorder import PostgresRecorder

        return PostgresRecorder.open(location, clock, memory=_memory(memory))
    from ledger.sqlite.recorder import SQLiteRecorder

    return SQLiteRecorder.open(location, clock)


def open_reader(
    location: str,
    clock: Callable[[], int] = now,
    *,
    standby: bool = False,
    memory: Callable[[], str] | None = None,
) -> LedgerReader:
    """Open an existing store to read it, on a ``standby`` if wanted; all else as for ``open_recorder``."""
    if on_server(location):
        from ledger.postgresql.reader import PostgresReader

        return PostgresReader.reading(location, clock, standby=standby, memory=_memory(memory))
    from ledger.sqlite.reader import SQLiteReader

    return SQLiteReader.reading(location, clock)


def open_to_glance(location: str) -> LedgerReader:
    """Open an existing store for a look that changes nothing at all; errors as for ``open_reader``."""
    if on_server(location):
        return open_reader(location)
    from ledger.sqlite.glance import glance

    return glance(location)


def _memory(folder: Callable[[], str] | None) -> Memory | None:
    from ledger.postgresql.seen import Memory

    return None if folder is None else Memory(folder())


def create(location: str, settings: dict[str, str]) -> None:
    """Make a store where there is none; one that exists keeps its settings.

    Raises ``NotAStore`` if something else is there, ``OperationalError`` if it cannot be made.
    """
    if on_server(location):
        from ledger.postgresql.setup import set_up

        set_up(location, settings)
    else:
        from ledger.sqlite.connection import create as create_file

        create_file(location, settings).close()
