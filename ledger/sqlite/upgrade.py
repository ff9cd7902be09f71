"""Stores of another version: why one cannot be used, and how an older one becomes one of this version.

An upgrade happens on request, after a copy was made and checked, in one transaction that also sets the
version: whoever looks finds the old store or the new one.
"""

from __future__ import annotations

import os
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from ledger import schema
from ledger.errors import Misplaced
from ledger.integrity.findings import DAMAGED, Wrong
from ledger.integrity.tally import Damaged
from ledger.reader import now
from ledger.sqlite import backup as backups
from ledger.sqlite.checks import guards
from ledger.sqlite.connection import connect, translated, version_of, writing
from ledger.sqlite.driver import newest
from ledger.sqlite.place import check_unused
from ledger.sqlite.salting import salt_entries
from ledger.synchronise import synchronise
from ledger.versions import NotUpgraded, Upgraded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_GUARDS_OF_WRITTEN: Final = ("written_append", "written_update", "written_delete")


def _say_who_writes(connection: Any, _: Callable[[int], None]) -> None:
    for statement in (schema.WRITTEN, *(schema.TRIGGERS[name] for name in _GUARDS_OF_WRITTEN)):
        connection.execute(statement)


STEPS: Final[dict[int, Callable[[Any, Callable[[int], None]], None]]] = {
    1: _say_who_writes,
    2: salt_entries,
}
"""By version, what makes the next version of it; none touches what an entry says."""


def upgrade(
    path: str,
    *,
    backup: str | None = None,
    driver: ModuleType | None = None,
    clock: Callable[[], int] = now,
    say_done: Callable[[str], None] = lambda _: None,
    advance: Callable[[int], None] = lambda _: None,
) -> Upgraded:
    """Make the store at ``path`` one of this version, after copying it to ``backup`` or beside it.

    Nobody else can write meanwhile. ``clock`` gives microseconds since 1970 UTC; ``tell`` is called with what is
    done, ``advance`` of numbers of pages and of entries, first of the copy. Raises ``NotUpgraded`` if the copy
    cannot be made or is not sound, or if the tables are not those of the older version; ``NotAStore`` and
    ``Busy`` as ``connect`` does, and ``OperationalError`` if the store fails.
    """
    driver = driver or newest()
    with closing(connect(path, driver=driver, older=True)) as connection, translated(driver):
        if version_of(connection) == schema.VERSION:
            return _nothing_to_do(connection)
        with writing(connection):
            version = version_of(connection)
            if version == schema.VERSION:  # somebody else was quicker
                return _nothing_to_do(connection)
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(clock() // 1_000_000))
            copy = backup or f"{path}.before-upgrade-from-{version}-{stamp}"
            say_done(f"copying the store to {copy}, and checking the copy")
            _back_up(path, copy, driver, advance)
            say_done(f"the copy is sound; upgrading from version {version} to {schema.VERSION}")
            with _as_it_was():
                _step(connection, version, clock(), advance)
                guards(connection, driver)
            return Upgraded(version, schema.VERSION, copy, _count(connection))


def _nothing_to_do(connection: Any) -> Upgraded:
    return Upgraded(schema.VERSION, schema.VERSION, None, _count(connection))


def _count(connection: Any) -> int:
    return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def _step(connection: Any, version: int, at: int, advance: Callable[[int], None]) -> None:
    longcase = schema.longcase_version()
    for before in range(version, schema.VERSION):
        STEPS[before](connection, advance)
        connection.execute(schema.WRITE, (before + 1, longcase, at))
        connection.execute(f"PRAGMA user_version = {before + 1}")


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Say of what is wrong with a store that it keeps it from being upgraded."""
    try:
        yield
    except Wrong as error:
        raise NotUpgraded(f"the store was not upgraded and is as it was: {error}", *error.advice) from error


def _back_up(path: str, copy: str, driver: ModuleType, advance: Callable[[int], None]) -> None:
    with _reserved(copy):
        try:
            backups.copy(path, copy, driver=driver, older=True, advance=advance)
        except backups.NotCopied as error:
            raise _no_copy(copy, str(error)) from error
        except Damaged as error:
            why = f"a copy of it is not sound: {error}"
            raise NotUpgraded(f"the store was not upgraded and is as it was: {why}", *DAMAGED) from error
        for made in (copy, os.path.dirname(copy) or "."):  # noqa: PTH120  (a path is a text here)
            synchronise(made)  # SQLite leaves that to others


@contextmanager
def _reserved(copy: str) -> Iterator[None]:
    """Make the file of the copy, for its owner alone, where nothing is; remove it if the copy fails."""
    try:
        check_unused(copy)
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError as error:
        raise _no_copy(copy, "something is there, and it is never overwritten") from error
    except Misplaced as error:
        raise _no_copy(copy, str(error)) from error
    except OSError as error:
        raise _no_copy(copy, error.strerror or str(error)) from error
    try:
        yield
    except BaseException:
        os.unlink(copy)  # noqa: PTH108  (a path is a text here)
        raise


def _no_copy(copy: str, why: str) -> NotUpgraded:
    said = f"the store was not upgraded and is as it was: its copy {copy} cannot be made: {why}"
    return NotUpgraded(said, "--backup FILE says where else the copy can go")
