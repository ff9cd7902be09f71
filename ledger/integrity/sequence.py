"""Whether the entries stand in order, and the tables read reflect them: asked in the same way of any engine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from ledger.integrity.findings import DAMAGED, Wrong

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

NOT_BUILT: Final = "none is built yet; the first command that needs them builds them"

_LAST_BEFORE_A_GAP: Final = (
    "SELECT min(position) FROM entry AS one"
    " WHERE NOT EXISTS (SELECT 1 FROM entry WHERE position = one.position + 1)"
)
_RESTORED: Final = "SELECT value FROM store WHERE name = 'restored_position'"
_REPLACED: Final = (
    *DAMAGED,
    "what another store left beside the file was put into it: docs/operators.md, one store in another's place",
)
_ODD_STREAM: Final = (
    "SELECT stream, count(*), max(version) FROM entry GROUP BY stream"
    " HAVING coalesce(min(version), 0) <> 1 OR coalesce(max(version), 0) <> count(*) LIMIT 1"
)
_ODD_CLOCK: Final = (
    "SELECT position FROM"
    " (SELECT position, recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before FROM entry) AS each"
    " WHERE recorded_at IS NULL OR recorded_at < before LIMIT 1"
)
_LAST_RECORDED: Final = "SELECT recorded_at, position FROM entry ORDER BY position DESC LIMIT 1"
_FIRST_AHEAD: Final = (
    "SELECT position, actor, payload FROM entry WHERE recorded_at > {} ORDER BY position LIMIT 1"
)
AHEAD_SECONDS: Final = 300
"""How far a store may be ahead of the clock here; clocks that are set by a server differ by less."""

_CLOCKS: Final = (
    "compare the clocks of this machine and of all that write to the store with a right one",
    "until they have passed that instant every further entry is recorded at it: docs/auditors.md, who says when",
)
_REFLECTED: Final = (
    "SELECT name, position, failed_position, (SELECT coalesce(max(position), 0) FROM entry) FROM {}"
)


def positions(connection: Any, _driver: ModuleType) -> str:
    """Return that positions run from 1 without a gap, up to what was restored at least, or raise ``Wrong``."""
    count, first, last = connection.execute("SELECT count(*), min(position), max(position) FROM entry").fetchone()
    for (restored,) in connection.execute(_RESTORED):
        if int(restored) > (last or 0):
            said = f"{int(restored):,} entries were restored, and the last is at position {last or 0:,}"
            raise Wrong(said, *_REPLACED)
    if count == 0:
        return "there is no entry yet"
    if (first, last) == (1, count):
        return f"1 to {last:,}, without a gap"
    gap = 1 if first != 1 else connection.execute(_LAST_BEFORE_A_GAP).fetchone()[0] + 1
    raise Wrong(f"{count:,} entries, the last at position {last:,}: the first that is missing is {gap:,}")


def versions(connection: Any, _driver: ModuleType) -> str:
    """Return that the entries of each stream are numbered from 1 without a gap, or raise ``Wrong``."""
    odd = connection.execute(_ODD_STREAM).fetchone()
    if odd:
        stream = odd[0].hex() if isinstance(odd[0], bytes) else odd[0]
        raise Wrong(f"a stream has {odd[1]} entries and the last is number {odd[2]}: stream {stream}")
    return "the entries of every case are numbered without a gap"


def clock(connection: Any, _driver: ModuleType, *, now: float | None = None) -> str:
    """Return that no entry is recorded before the one in front of it, nor in the future, or raise ``Wrong``.

    ``now`` is what the clock says that counts, in seconds since 1970 UTC: this machine's unless given.
    """
    now = time.time() if now is None else now
    odd = connection.execute(_ODD_CLOCK).fetchone()
    if odd:
        raise Wrong(f"the entry at position {odd[0]:,} is said to be recorded before the one in front of it")
    for recorded_at, position in connection.execute(_LAST_RECORDED):
        last = recorded_at // 1_000_000
        if (ahead := last - now) > AHEAD_SECONDS:
            who = _who(connection, now)
            raise Wrong(f"{_in_the_future(last, ahead)}, at position {position:,}; {who}", *_CLOCKS)
    return "no entry is recorded before the one in front of it, nor in the future"


def _in_the_future(last: int, ahead: float) -> str:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(last))
    return f"the last entry is recorded at {at}, {ahead / 3600:,.1f} hours after what the clock here says"


def _who(connection: Any, now: float) -> str:
    """Return which entry is the first that the clock has not reached: where it is, by whom, by which way."""
    from json import loads

    bound = round((now + AHEAD_SECONDS) * 1_000_000)
    position, actor, payload = connection.execute(_FIRST_AHEAD.format(bound)).fetchone()
    try:
        found = loads(payload)
        via = found.get("via", "import" if "from" in found else None) if isinstance(found, dict) else None
    except ValueError:  # whether it can be read at all is another check's to say
        via = None
    way = f", via {via}" if via else ""
    return f"the first in the future is at position {position:,}, by {actor}{way}"


def projections(connection: Any, _driver: ModuleType, *, table: str = "projection") -> str:
    """Return which position each projection in ``table`` reflects; raise ``Wrong`` if it is stopped or ahead."""
    rows = connection.execute(_REFLECTED.format(table)).fetchall()
    for name, position, failed, last in rows:
        if position > last:
            raise Wrong(
                f"{name} has seen position {position:,} and the ledger ends at {last:,}: entries are gone"
            )
        if failed is not None:
            status = "longcase projections status says why; then projections retry or skip"
            raise Wrong(f"{name} is stopped by the entry at position {failed:,}", status)
    return "; ".join(f"{name} at position {position:,} of {last:,}" for name, position, _, last in rows)


ORDER: Final[dict[str, Callable[[Any, ModuleType], str]]] = {
    "positions": positions,
    "versions": versions,
    "clock": clock,
}
"""Each check by its name."""
