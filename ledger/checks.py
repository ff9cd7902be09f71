"""Whether a store is whole: what ``doctor`` asks of it, quickly or by reading every entry.

No check inside a file can show that its last entries were cut off by somebody who may write to it and took
care. That takes a copy, or a position and its leaf noted down, somewhere else.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.connection import MEMORY, create, version_of
from ledger.driver import durability, wal_is_safe
from ledger.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_DAMAGED = (
    "record nothing more in it and keep a copy of the file as it is: it is evidence",
    "go on with the last backup that passes doctor --deep",
)
_LAST_BEFORE_A_GAP = (
    "SELECT min(position) FROM entry AS one"
    " WHERE NOT EXISTS (SELECT 1 FROM entry WHERE position = one.position + 1)"
)
_SETTINGS = frozenset({"id", "zone", "scenario"})
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
        self.advice = advice or _DAMAGED


def quick(path: str, connection: Any, driver: ModuleType) -> Iterator[Finding]:
    """Yield what the checks find that read no payload; raise ``Busy`` if another process is in the way."""
    yield found("file", driver, lambda: _file(path))
    for name, check in _QUICK.items():
        yield found(name, driver, lambda check=check: check(connection, driver))  # type: ignore[misc]  # mypy cannot infer a lambda's default


def found(name: str, driver: ModuleType, check: Callable[[], str]) -> Finding:
    """Return what ``check`` finds; an error of the driver means that the file is damaged.

    Raises ``Busy`` if another process is in the way.
    """
    try:
        return Finding(name, ok=True, explanation=check())
    except Wrong as error:
        return Finding(name, ok=False, explanation=str(error), advice=error.advice)
    except (TypeError, ValueError, MemoryError) as error:  # a damaged file makes SQLite ask for absurd sizes
        return Finding(name, ok=False, explanation=f"what stands there is absurd: {error}", advice=_DAMAGED)
    except driver.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Busy(str(error)) from error
        return Finding(name, ok=False, explanation=f"SQLite says: {error}", advice=_DAMAGED)


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
    check_settings(settings)
    told = ", ".join(f"{name} {value}" for name, value in sorted(settings.items()))
    return f"{told}; {_written(connection)}"


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
        raise Wrong(f"no time zone is named {settings['zone']}", where, *_DAMAGED)


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


def _written(connection: Any) -> str:
    version = version_of(connection)
    last = connection.execute(_LAST_WRITTEN).fetchone()
    if last is None or last[0] != version or last[2] is None:
        raise Wrong(f"the store has version {version}, and does not say by which Longcase and since when")
    return f"store version {version}, by Longcase {last[1]}, since {last[2]}"


def _positions(connection: Any, _driver: ModuleType) -> str:
    count, first, last = connection.execute("SELECT count(*), min(position), max(position) FROM entry").fetchone()
    if count == 0:
        return "there is no entry yet"
    if (first, last) == (1, count):
        return f"1 to {last:,}, without a gap"
    gap = 1 if first != 1 else connection.execute(_LAST_BEFORE_A_GAP).fetchone()[0] + 1
    raise Wrong(f"{count:,} entries, the last at position {last:,}: the first that is missing is {gap:,}")


def _versions(connection: Any, _driver: ModuleType) -> str:
    odd = connection.execute(
        "SELECT hex(stream), count(*), max(version) FROM entry GROUP BY stream"
        " HAVING min(version) IS NOT 1 OR max(version) IS NOT count(*) LIMIT 1"
    ).fetchone()
    if odd:
        raise Wrong(f"a stream has {odd[1]} entries and the last is number {odd[2]}: stream {odd[0].lower()}")
    return "the entries of every case are numbered without a gap"


def _clock(connection: Any, _driver: ModuleType) -> str:
    odd = connection.execute(
        "SELECT position FROM"
        " (SELECT position, recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before FROM entry)"
        " WHERE recorded_at IS NULL OR recorded_at < before LIMIT 1"
    ).fetchone()
    if odd:
        raise Wrong(f"the entry at position {odd[0]:,} is said to be recorded before the one in front of it")
    return "no entry is recorded before the one in front of it"


def _projections(connection: Any, _driver: ModuleType) -> str:
    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'projection'").fetchone()[0]:
        return "none is built yet; the first command that needs them builds them"
    rows = connection.execute(
        "SELECT name, position, failed_position, (SELECT coalesce(max(position), 0) FROM entry) FROM projection"
    ).fetchall()
    for name, position, failed, last in rows:
        if position > last:
            raise Wrong(
                f"{name} has seen position {position:,} and the ledger ends at {last:,}: entries are gone"
            )
        if failed is not None:
            status = "longcase projections status says why; then projections retry or skip"
            raise Wrong(f"{name} is stopped by the entry at position {failed:,}", status)
    return "; ".join(f"{name} at position {position:,} of {last:,}" for name, position, _, last in rows)


_QUICK: dict[str, Callable[[Any, ModuleType], str]] = {
    "library": _library,
    "durability": _durability,
    "guards": guards,
    "settings": _settings,
    "positions": _positions,
    "versions": _versions,
    "clock": _clock,
    "projections": _projections,
}
