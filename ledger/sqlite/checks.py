"""Whether a store is whole: what ``doctor`` asks of it, quickly or by reading every entry.

No check inside a file can show that its last entries were cut off by somebody who may write to it and took
care. That takes a copy, or a position and its leaf noted down, somewhere else.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from eventsourcing.persistence import PersistenceError

from ledger.errors import Busy, Lost
from ledger.sqlite.connection import MEMORY, create, version_of
from ledger.sqlite.driver import durability, wal_is_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

DAMAGED = (
    "record nothing more in it and keep a copy of the file as it is: it is evidence",
    "go on with the last backup that passes doctor --deep",
)
"""What to do with a damaged store."""

_SETTINGS = frozenset({"id", "zone", "scenario", "restored_from", "restored_at", "restored_position"})
"""The names of all settings that a store may be made with."""

_LAST_WRITTEN = (
    "SELECT version, longcase, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000000, 'unixepoch') FROM written"
    " ORDER BY version DESC LIMIT 1"
)


class Finding(NamedTuple):
    """What one check found: its name, whether all is well, why, and what to do if it is not."""

    check: str
    ok: bool
    explanation: str
    advice: tuple[str, ...] = ()


class Wrong(Exception):
    """A check found something wrong; the text says what, ``advice`` what to do."""

    def __init__(self, message: str, *advice: str) -> None:
        """Keep the message and the advice, which is what to do with a damaged store unless given."""
        super().__init__(message)
        self.advice = advice or DAMAGED


def quick(path: str, connection: Any, driver: ModuleType) -> Iterator[Finding]:
    """Yield what the checks find that read no payload; raise ``Busy`` if another process is in the way."""
    yield found("file", driver, lambda: _file(path))
    from ledger.integrity.sequence import ORDER

    for name, check in {**_QUICK, **ORDER, "projections": _projections}.items():
        yield found(name, driver, lambda check=check: check(connection, driver))  # type: ignore[misc]  # mypy cannot infer a lambda's default


def found(name: str, driver: ModuleType, check: Callable[[], str]) -> Finding:
    """Return what ``check`` finds; an error of the driver or the server means that the store is damaged.

    Raises ``Busy`` if another process is in the way, ``Lost`` if the server is gone.
    """
    try:
        return Finding(name, ok=True, explanation=check())
    except Wrong as error:
        return Finding(name, ok=False, explanation=str(error), advice=error.advice)
    except (TypeError, ValueError, MemoryError) as error:  # a damaged file makes SQLite ask for absurd sizes
        return Finding(name, ok=False, explanation=f"what stands there is absurd: {error}", advice=DAMAGED)
    except (Busy, Lost):
        raise
    except PersistenceError as error:
        return Finding(name, ok=False, explanation=f"the server says: {error}", advice=DAMAGED)
    except driver.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Busy(str(error)) from error
        return Finding(name, ok=False, explanation=f"SQLite says: {error}", advice=DAMAGED)


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
    return f"{in_force}: what was acknowledged survives a power cut, unless the disk itself lies about writing"


def guards(connection: Any, driver: ModuleType) -> str:
    """Return that the tables and their guards are as this version makes them, or raise ``Wrong``."""
    with_guards = create(MEMORY, {}, driver=driver)
    wanted, there = _made(with_guards), _made(connection)
    with_guards.close()
    wrong = [f"{name} is missing" for name in wanted if name not in there]
    wrong += [f"{name} is not as it was made" for name in wanted if there.get(name, wanted[name]) != wanted[name]]
    wrong += [f"{name} was added" for name in there if name not in wanted]
    if wrong:
        raise Wrong(f"entries could be changed or deleted: {', '.join(wrong)}")
    return f"the {len(wanted)} tables, indexes and triggers that let entries only be added are as they were made"


def _made(connection: Any) -> dict[str, str]:
    query = (
        "SELECT type || ' ' || name, sql FROM sqlite_schema"
        " WHERE tbl_name IN ('entry', 'store', 'written') AND sql IS NOT NULL ORDER BY name"
    )
    return dict(connection.execute(query))


def _settings(connection: Any, _driver: ModuleType) -> str:
    settings = dict(connection.execute("SELECT name, value FROM store"))
    return settings_told(settings, version_of(connection), connection.execute(_LAST_WRITTEN).fetchone())


def settings_told(settings: dict[Any, Any], version: int, written: tuple[Any, ...] | None) -> str:
    """Return what a store was made with, and which Longcase made it one of its version; or raise ``Wrong``.

    ``written`` is the version, by which Longcase, and since when, as text.
    """
    check_settings(settings)
    if written is None or written[0] != version or written[2] is None:
        raise Wrong(f"the store has version {version}, and does not say by which Longcase and since when")
    told = ", ".join(f"{name} {value}" for name, value in sorted(settings.items()))
    return f"{told}; store version {version}, by Longcase {written[1]}, since {written[2]}"


def check_settings(settings: dict[Any, Any]) -> None:
    """Raise ``Wrong`` for settings that no store was made with: half of all answers hang on the zone."""
    if "id" not in settings:
        raise Wrong("the store's own id is missing")
    unknown = sorted(str(name) for name in settings if name not in _SETTINGS)
    if unknown:
        raise Wrong(f"no store was made with a setting of this name: {', '.join(unknown)}")
    if not _is_id(settings["id"]):
        raise Wrong(f"the store's own id is no id: {settings['id']}")
    if not _is_zone(settings.get("zone", "UTC")):
        where = "if the name is right, this system does not know it: pip install tzdata"
        raise Wrong(f"no time zone is named {settings['zone']}", where, *DAMAGED)


def _is_id(value: str) -> bool:
    from uuid import UUID

    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        return bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        return False


def _projections(connection: Any, driver: ModuleType) -> str:
    from ledger.integrity.sequence import NOT_BUILT, projections

    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'projection'").fetchone()[0]:
        return NOT_BUILT
    return projections(connection, driver)


_QUICK: dict[str, Callable[[Any, ModuleType], str]] = {
    "library": _library,
    "durability": _durability,
    "guards": guards,
    "settings": _settings,
}
