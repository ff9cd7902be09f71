"""Opening a store's file: made with care, recognised before it is used, in the journal mode that is safe.

``ledger.errors`` stands on eventsourcing, whose import costs a short command a fifth of its time; so it is
imported where something went wrong, and reading a case does without it.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ledger import schema
from ledger.sqlite.driver import bind_as_they_are, durability, newest
from ledger.sqlite.place import check_one_name, check_unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import ModuleType

MEMORY = ":memory:"
WAIT_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""

CACHE_KIB = 16_384
"""How much of the store one process that records keeps in memory at most, in KiB.

A large import needs it for the indexes, into which its entries go at random places.
"""

READING_KIB = 8_192
"""The same of one that reads: what it has left behind it does not come back to, and the system has it at hand."""

_PAUSE = 0.005

JOURNAL_BYTES = 67_108_864
"""To what size the journal is cut back after a large transaction."""


class _Translated:
    """Turns the driver's errors into those of the ledger: what every statement passes is no generator."""

    __slots__ = ("_driver",)

    def __init__(self, driver: ModuleType) -> None:
        self._driver = driver

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, self._driver.Error):
            from ledger.errors import meaning

            raise meaning(self._driver, error) from error


@cache
def translated(driver: ModuleType) -> AbstractContextManager[None]:
    """Turn the driver's errors into those of the ledger, in eventsourcing's family."""
    return _Translated(driver)


def _not_a_store(message: str) -> Exception:
    from ledger.errors import NotAStore

    return NotAStore(message)


def connect(
    path: str,
    *,
    wait: float = WAIT_SECONDS,
    driver: ModuleType | None = None,
    older: bool = False,
    cache_kib: int = CACHE_KIB,
) -> Any:
    """Return a connection to an existing store.

    ``wait`` is how many seconds to wait for a lock; ``older`` lets a store of an older version pass; of the
    store ``cache_kib`` KiB are kept in memory at most. Raises
    ``NotAStore`` if the file is missing or is not a store that this version can use (``versions.OldStore``,
    ``versions.NewerStore`` and, for a file of two names, ``errors.Misplaced`` are of that family), and ``Busy``
    or ``OperationalError`` if it cannot be opened.
    """
    driver = driver or newest()
    if path != MEMORY:
        real = os.path.realpath(path)
        if not os.path.isfile(real):  # noqa: PTH113  (pathlib costs a cold start 3 ms)
            raise _not_a_store(f"there is no store at {path}")
        if not os.path.getsize(real):  # noqa: PTH202  (as above)
            raise _not_a_store(f"{path} is not a store of Longcase")  # SQLite would delete what lies beside it
        check_one_name(real)
    with _opened(driver, path, wait, cache_kib) as connection:
        if path != MEMORY:
            _recognise(connection, path, older=older)
            _make_durable(driver, connection)
        return connection


@contextmanager
def _opened(
    driver: ModuleType, path: str, wait: float = WAIT_SECONDS, cache_kib: int = CACHE_KIB
) -> Iterator[Any]:
    """Lend a connection that is closed if anything goes wrong with it, and stays open otherwise."""
    bind_as_they_are(driver)
    with translated(driver):
        connection = driver.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA recursive_triggers = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute(f"PRAGMA cache_size = -{cache_kib}")
            connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
            yield connection
        except BaseException as error:
            connection.close()
            if "not a database" in str(error):
                raise _not_a_store(f"{path} is not a store of Longcase") from error
            if isinstance(error, UnicodeDecodeError):  # the driver could not quote what a damaged schema says
                raise _not_a_store(f"{path} is not a store of Longcase, or it is damaged: {error}") from error
            raise


def _make_durable(driver: ModuleType, connection: Any) -> None:
    journal, synchronous = durability(driver.sqlite_version_info)
    found = _into_mode(driver, connection, journal)
    if found.upper() != journal:
        from ledger.errors import Busy

        raise Busy(f"the store is in journal mode {found} and cannot be put into {journal} while others use it")
    connection.execute(f"PRAGMA synchronous = {synchronous}")


def _into_mode(driver: ModuleType, connection: Any, journal: str) -> str:
    """Put the store into a journal mode, and return the one that it is in then.

    Where others open it at the same moment SQLite says that it is locked, and does not wait as it does
    elsewhere.
    """
    end = time.monotonic() + connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
    while True:
        try:
            return str(connection.execute(f"PRAGMA journal_mode = {journal}").fetchone()[0])
        except driver.OperationalError as error:
            if "locked" not in str(error):
                raise
            if time.monotonic() >= end:
                raise _other_mode(driver, journal) from error
        time.sleep(_PAUSE)


def _other_mode(driver: ModuleType, journal: str) -> Exception:
    from ledger.errors import Busy

    why = f"it cannot be put into journal mode {journal}, which SQLite {driver.sqlite_version} needs here"
    who = "somebody uses it in another mode, as with a newer or older SQLite: let all use one version"
    return Busy(f"database is locked: {why}; {who}, or end their commands first")


def _recognise(connection: Any, path: str, *, older: bool = False) -> None:
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(connection)
    if found != schema.APPLICATION_ID:
        raise _not_a_store(f"{path} is not a store of Longcase")
    if version == schema.VERSION or (older and 0 < version < schema.VERSION):
        return
    from ledger.versions import unfit

    raise unfit(path, version, written_by(connection, version))


def written_by(connection: Any, version: int) -> str | None:
    """Return which Longcase made the store one of this version, ``None`` where that cannot be read."""
    try:
        row = connection.execute("SELECT longcase FROM written WHERE version = ?", (version,)).fetchone()
    except connection.Error:
        return None
    return str(row[0]) if row else None


def version_of(connection: Any) -> int:
    """Return which version of the schema a store says it has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def writing(connection: Any, begin: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the writer's lock, and commit at the end; whatever goes wrong, nothing has happened.

    ``begin`` takes the lock, in another way than SQLite's own.
    """
    if begin is None:
        connection.execute("BEGIN IMMEDIATE")
    else:
        begin()
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def create(
    path: str,
    settings: dict[str, str],
    *,
    driver: ModuleType | None = None,
    clock: Callable[[], int] | None = None,
) -> Any:
    """Return a connection to the store at ``path``, made first if it is not there yet.

    A new file can be read by its owner alone. A store that exists keeps its settings: ``settings`` are for
    a new one. ``clock`` gives microseconds since 1970 UTC, the system's unless given: when a new store was
    made is kept in it. Raises ``NotAStore`` if something else is there, or parts of another store.
    """
    driver = driver or newest()
    if path != MEMORY:
        _new_file(path)
    with _opened(driver, path) as connection:
        with writing(connection):
            _fill(connection, path, {"id": str(uuid4()), **settings}, clock)
        if path != MEMORY:
            _make_durable(driver, connection)
        return connection


def _new_file(path: str) -> None:
    real = os.path.realpath(path)
    check_unused(real)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not os.path.isfile(path):  # noqa: PTH113  (as above)
            raise _not_a_store(f"{path} is not a file") from None
        _close_to_others(path)
    except OSError as error:
        raise _not_a_store(f"{path} cannot be made: {error.strerror}") from error
    check_one_name(real)


def _close_to_others(path: str) -> None:
    """Have a file that is still empty read by its owner alone."""
    about = os.stat(path)  # noqa: PTH116  (as above)
    if about.st_size or os.name != "posix" or not about.st_mode & 0o077:
        return
    try:
        os.chmod(path, 0o600)  # noqa: PTH101  (as above)
    except OSError as error:
        raise _not_a_store(
            f"others may read the empty file {path}, and that stays so: {error.strerror}"
        ) from error


def _fill(connection: Any, path: str, settings: dict[str, str], clock: Callable[[], int] | None) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        _recognise(connection, path)
        return
    from ledger.reader import now

    for statement in (*schema.TABLES, *schema.TRIGGERS.values()):
        connection.execute(statement)
    connection.executemany("INSERT INTO store VALUES (?, ?)", settings.items())
    connection.execute(schema.WRITE, (schema.VERSION, schema.longcase_version(), (clock or now)()))
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")
