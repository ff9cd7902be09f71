"""A copy of a store's file while others write to it, and reading entries back from such a copy.

SQLite copies the pages of one moment. Under the write-ahead log that moment is held fast by a reader, which
keeps nobody from writing. Under the rollback journal a reader would keep writers out for as long as the copy
takes; so it is made in steps between which they can go on, and only when they disturb it again and again are
they made to wait.
"""

from __future__ import annotations

import os
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.persistence import OperationalError, PersistenceError

from ledger import schema
from ledger.errors import Busy
from ledger.integrity.tally import Damaged, Held, in_order, tally_of
from ledger.sqlite.connection import READING_KIB, connect, translated, version_of, written_by
from ledger.sqlite.driver import newest, wal_is_safe
from ledger.sqlite.reader import SQLiteReader
from ledger.transfer.archive import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

MAGIC: Final = b"SQLite format 3\0"
"""How a file of SQLite begins."""

PAGES: Final = 1_024
"""How many pages are copied in one step: 4 MiB, some milliseconds."""

DISTURBED: Final = 3
"""How often a copy in steps may have to begin again before writers are made to wait."""

PATIENCE: Final = 300.0
"""How many seconds a copy waits for others to let it read: nobody sits in front of it."""

_PAUSE: Final = 0.01

_WITH_SALTS: Final = "CREATE TEMP VIEW entry AS SELECT *, x'' AS salt FROM main.entry"
"""Lets a copy of a version without salts be read by the queries of this one; nothing is written to its file."""


class NotCopied(OperationalError):
    """The copy cannot be written; the text says why."""


class _Disturbed(Exception):
    """Others wrote to the store again and again while it was copied."""


def copy(
    path: str,
    target: str,
    *,
    driver: ModuleType | None = None,
    older: bool = False,
    advance: Callable[[int], None],
) -> Held:
    """Copy the store at ``path`` into the empty file ``target``, check the copy, and return what it holds.

    Whatever was acknowledged before is in it; ``older`` lets a store of an older version pass. ``advance`` is
    told of numbers of pages, then of entries.
    Raises ``Damaged`` if the copy is not sound, which means that the store is not, ``NotCopied`` if the copy
    cannot be written, and ``Busy``, ``NotAStore`` or ``OperationalError`` if the store cannot be used.
    """
    driver = driver or newest()
    with closing(connect(path, driver=driver, wait=PATIENCE, older=older, cache_kib=READING_KIB)) as store:
        least = _copy(store, target, driver, advance)
    held = check(target, driver=driver, advance=advance)
    if held.entries < least:
        raise Damaged(f"of {least:,} entries the copy has {held.entries:,}")
    return held


def _copy(store: Any, target: str, driver: ModuleType, advance: Callable[[int], None]) -> int:
    """Copy the pages, and return how many entries there are in them at least."""
    with closing(driver.connect(target, isolation_level=None)) as made:
        # Nobody else knows of this file, and whoever is interrupted throws it away: what is written to it
        # must be taken back only by this process, before a second attempt.
        made.execute("PRAGMA journal_mode = MEMORY")
        made.execute("PRAGMA synchronous = OFF")
        with translated(driver):
            least = _last(store)
            if not wal_is_safe(driver.sqlite_version_info):
                try:
                    _copy_pages(store, made, driver, _Watch(advance, disturbed=DISTURBED))
                except _Disturbed:
                    least = _copy_moment(store, made, driver, advance)
            else:
                least = _copy_moment(store, made, driver, advance)
        with _written(driver):  # out of the write-ahead log, to be read where nothing can be written
            made.execute("PRAGMA synchronous = FULL")
            made.execute("PRAGMA journal_mode = DELETE")
    return least


def _copy_moment(store: Any, made: Any, driver: ModuleType, advance: Callable[[int], None]) -> int:
    """Copy what is there at one moment, which a read transaction holds fast."""
    store.execute("BEGIN")
    try:
        least = _last(store)
        _copy_pages(store, made, driver, _Watch(advance))
    finally:
        store.execute("COMMIT")
    return least


def _copy_pages(store: Any, made: Any, driver: ModuleType, watch: _Watch) -> None:
    with _written(driver):
        store.backup(made, pages=PAGES, progress=watch, sleep=_PAUSE)


@contextmanager
def _written(driver: ModuleType) -> Iterator[None]:
    try:
        yield
    except driver.Error as error:
        raise NotCopied(f"the copy cannot be written: {error}") from error


def _last(connection: Any) -> int:
    return int(connection.execute("SELECT coalesce(max(position), 0) FROM entry").fetchone()[0])


class _Watch:
    """Watches a copy in steps: how far it is, how often it began again, and whether it goes on at all."""

    def __init__(self, advance: Callable[[int], None], disturbed: int | None = None) -> None:
        self._advance = advance
        self._left = disturbed
        self._remaining: int | None = None
        self._moved = time.monotonic()

    def __call__(self, _status: int, remaining: int, total: int) -> None:
        """Take note of a step; raise ``_Disturbed`` or ``Busy``."""
        before = total if self._remaining is None else self._remaining
        self._remaining = remaining
        if remaining == before:
            if time.monotonic() - self._moved > PATIENCE:
                raise Busy("others kept the store locked")
            return
        self._moved = time.monotonic()
        if remaining < before:
            self._advance(before - remaining)
        elif self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise _Disturbed


def check(path: str, *, driver: ModuleType | None = None, advance: Callable[[int], None]) -> Held:
    """Read a copy of a store through, and return what it holds; raise ``Damaged`` if it is not sound.

    ``advance`` is called with numbers of entries.
    """
    with opened(path, driver) as ledger, _as_damage(path):
        _check_pages(ledger, "PRAGMA integrity_check(3)")
        return tally_of(ledger, ledger.head()[0], advance)


def _check_pages(ledger: SQLiteReader, query: str) -> None:
    said = [str(row[0]) for row in ledger.rows(query)]
    if said != ["ok"]:
        raise Damaged("; ".join(" ".join(text.split()) for text in said))


@contextmanager
def opened(path: str, driver: ModuleType | None = None) -> Iterator[SQLiteReader]:
    """Lend the ledger in a copy of a store, opened so that nothing is written to it or beside it.

    A copy of an older version is read as it is. Raises ``Damaged`` if it is no copy of a store, and
    ``NotAStore`` for one of a newer version.
    """
    driver = driver or newest()
    _refuse_one_in_use(path)
    uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    with closing(driver.connect(uri, uri=True, isolation_level=None)) as connection:
        with _as_damage(path), translated(driver):
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            found = connection.execute("PRAGMA application_id").fetchone()[0]
            version = version_of(connection)
        if found != schema.APPLICATION_ID:
            raise Damaged("it is a file of SQLite, and no store of Longcase")
        if not 0 < version <= schema.VERSION:
            from ledger.versions import unfit

            raise unfit(path, version, written_by(connection, version))
        ledger = SQLiteReader(connection, driver=driver)
        if version < schema.SALTED:
            ledger.unsalted = True
            connection.execute(_WITH_SALTS)
        yield ledger


def _refuse_one_in_use(path: str) -> None:
    for end in ("-wal", "-journal"):
        beside = path + end
        if os.path.isfile(beside) and os.path.getsize(beside):  # noqa: PTH113, PTH202  (a path is a text here)
            why = "it is a store in use, and longcase backup makes a copy of one"
            raise Damaged(f"a part of it is in {beside}: {why}")


@contextmanager
def _as_damage(path: str) -> Iterator[None]:
    """Take whatever SQLite says of a copy for damage."""
    try:
        yield
    except PersistenceError as error:
        raise Damaged(f"SQLite says: {error}") from error
    except (TypeError, ValueError, MemoryError, OverflowError) as error:  # SQLite may ask for absurd sizes
        raise Damaged(f"what stands in {path} is absurd: {error}") from error


@contextmanager
def source(path: str) -> Iterator[Source]:
    """Lend what the copy at ``path`` holds, to be restored; errors as for ``opened``."""
    with opened(path) as ledger:
        with _as_damage(path):
            _check_pages(ledger, "PRAGMA quick_check(3)")  # a file that was cut off can look empty
            settings = {str(name): str(value) for name, value in ledger.settings().items()}
            last = ledger.head()[0]
        yield Source(settings, last, _entries(ledger, last, path), ledger.unsalted)


def _entries(ledger: SQLiteReader, last: int, path: str) -> Iterator[Any]:
    with _as_damage(path):
        yield from in_order(ledger, last)
