"""Whether a store is whole: what ``doctor`` asks of it, quickly or by reading every entry.

No check inside a file can show that its last entries were cut off by somebody who may write to it and took
care. That takes a copy, or a position and its leaf noted down, somewhere else.
"""

from __future__ import annotations

import os
import stat
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ledger.integrity.entries import entries_deep
from ledger.integrity.findings import Finding, Wrong, as_made, found
from ledger.integrity.sequence import NOT_BUILT, ORDER, projections
from ledger.integrity.settings import settings_in_words
from ledger.schema import COLUMNS
from ledger.sqlite.connection import MEMORY, create, version_of
from ledger.sqlite.driver import durability, wal_is_safe
from ledger.sqlite.reader import SQLiteReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from ledger.entry import StoredEntry


_ALL = f"SELECT {COLUMNS} FROM entry ORDER BY position"  # noqa: S608  (made of constants)
_LAST_WRITTEN = (
    "SELECT version, longcase, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000000, 'unixepoch') FROM written"
    " ORDER BY version DESC LIMIT 1"
)


def quick(path: str, connection: Any, driver: ModuleType) -> Iterator[Finding]:
    """Yield what the checks find that read no payload; raise ``Busy`` if another process is in the way."""
    yield found("file", driver, lambda: _file(path))
    for name, check in {**_QUICK, **ORDER, "projections": _projections}.items():
        yield found(name, driver, lambda check=check: check(connection, driver))  # type: ignore[misc]  # mypy cannot infer a lambda's default


def _file(path: str) -> str:
    about = os.stat(path)  # noqa: PTH116  (a path is a text here)
    size = f"{about.st_size:,} bytes"
    if os.name != "posix":
        return size
    if about.st_mode & stat.S_IRWXO:
        raise Wrong(f"{size}, open to everybody on this system", f"chmod o-rwx {path}")
    readers = "its owner and its group" if about.st_mode & stat.S_IRWXG else "its owner alone"
    return f"{size}, open to {readers}"


def _library(_connection: Any, driver: ModuleType) -> str:
    what = f"SQLite {driver.sqlite_version}, by {driver.__name__}"
    if wal_is_safe(driver.sqlite_version_info):
        return f"{what}: its write-ahead log is safe with several connections"
    return f"{what}: older than 3.51.3, whose write-ahead log can lose commits, so it is not used"


def _durability(connection: Any, driver: ModuleType) -> str:
    journal = str(connection.execute("PRAGMA journal_mode").fetchone()[0]).upper()
    synchronous = ("OFF", "NORMAL", "FULL", "EXTRA")[connection.execute("PRAGMA synchronous").fetchone()[0]]
    in_force = f"journal mode {journal}, synchronous {synchronous}"
    if (journal, synchronous) != durability(driver.sqlite_version_info):
        raise Wrong(f"{in_force}: a power cut can lose what was acknowledged", "use a file on a local disk")
    in_memory = _in_memory(connection.execute("PRAGMA database_list").fetchone()[2])
    if in_memory:
        return f"{in_force}, but the file lies in memory ({in_memory}): a power cut loses all of it"
    return f"{in_force}: what was acknowledged survives a power cut, unless the disk itself lies about writing"


def _in_memory(path: str, mounts: str = "/proc/self/mountinfo") -> str | None:
    """Return the kind of file system in memory on which a file lies; ``None`` if it is on none, or unknown."""
    try:
        device = os.stat(path).st_dev  # noqa: PTH116  (a path is a text here)
        with open(mounts, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  (as above)
            lines = [line.split() for line in file]
    except OSError:
        return None
    here = f"{os.major(device)}:{os.minor(device)}"
    kinds = [line[line.index("-") + 1] for line in lines if "-" in line and line[2] == here]
    return next((kind for kind in kinds if kind in {"tmpfs", "ramfs"}), None)


def guards(connection: Any, driver: ModuleType) -> str:
    """Return that the tables and their guards are as this version makes them, or raise ``Wrong``."""
    with closing(create(MEMORY, {}, driver=driver)) as with_guards:
        wanted = _made(with_guards)
    return as_made(_made(connection), wanted, "tables, indexes and triggers")


def _made(connection: Any) -> dict[str, str]:
    query = (
        "SELECT type || ' ' || name, sql FROM sqlite_schema"
        " WHERE tbl_name IN ('entry', 'node', 'checkpoint', 'store', 'written') AND sql IS NOT NULL ORDER BY name"
    )
    return dict(connection.execute(query))


def _settings(connection: Any, _driver: ModuleType) -> str:
    settings = dict(connection.execute("SELECT name, value FROM store"))
    return settings_in_words(settings, version_of(connection), connection.execute(_LAST_WRITTEN).fetchone())


def _projections(connection: Any, driver: ModuleType) -> str:
    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'projection'").fetchone()[0]:
        return NOT_BUILT
    return projections(connection, driver)


_QUICK: dict[str, Callable[[Any, ModuleType], str]] = {
    "library": _library,
    "durability": _durability,
    "guards": guards,
    "settings": _settings,
}


def deep(
    connection: Any,
    driver: ModuleType,
    *,
    complaint: Callable[[StoredEntry], str | None],
    advance: Callable[[], None],
) -> Iterator[Finding]:
    """Yield what the checks find that read everything.

    ``complaint`` says what is wrong with an entry's payload, if anything; ``advance`` is called after each
    entry. Raises ``Busy`` if another process is in the way.
    """
    yield found("pages", driver, lambda: _pages(connection))
    ledger = SQLiteReader(connection, driver=driver)
    yield from entries_deep(_rows(connection), ledger, driver, complaint=complaint, advance=advance)


def _pages(connection: Any) -> str:
    said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
    if said == ["ok"]:
        return "every page of the file and every index is sound"
    lines = [line for text in said for line in text.splitlines() if not line.startswith("***")]
    raise Wrong(f"the file is damaged: {'; '.join(lines[:3])}")


def _rows(connection: Any) -> Iterator[tuple[Any, ...]]:
    yield from connection.execute(_ALL)
