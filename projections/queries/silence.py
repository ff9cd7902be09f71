"""Open cases in which no work was done for too long: reckoned from the last activity, with no row for each wait.

A row of how a case stands has the instant of its last activity and its risk; the rulebook of that instant has the
limit (``domain.deadlines.silence``). Where that would not do, the row says so and the wait has rows of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, literal, select

from domain.deadlines.silence import UNASSESSED, limits, silences, waits
from domain.instant import FOREVER, Instant
from projections.intervals.cases import RECKONED
from projections.queries.filters import (
    SHAPES,
    Narrowing,
    among,
    around,
    holds,
    narrowed,
    narrowing,
    parameters,
)
from projections.tables.column_values import meant, record_as
from projections.tables.engine import fetched
from projections.tables.reference import versions_up_to
from projections.tables.schema import case_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import sqlalchemy

    from domain.deadlines.facts import Fact
    from domain.deadlines.silence import SilenceLimit
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner
    from projections.tables.checkpoint import Checkpoint


_RECKONED: Final = tuple(map(record_as, RECKONED))
_TELLING: Final = ("category", "risk", "last_activity_at")
"""The columns that tell how long a case may go without work, and since when it does."""


class SilentQuery(NamedTuple):
    """Which waits for work are asked for: those that fall due after one instant, and by another.

    ``wanted`` narrows the cases; ``streams``, if there are any, are those that are meant. ``of_case`` are the
    columns of a case's row to be given.
    """

    wanted: Filtered
    after: Instant
    until: Instant
    of_case: tuple[str, ...]
    streams: Sequence[bytes] = ()


class Silences:
    """The standards, of every version of the rulebook, that run out so long after the last activity."""

    def __init__(self, versions: RulebookVersions) -> None:
        """Find them in ``versions``."""
        self._since = [since for since, _ in versions.versions]
        self._found = [silences(book) for _, book in versions.versions]
        self._limits = [one.limits for found in self._found for one in found]
        self._limits_of: dict[tuple[int, str | None, str | None], list[SilenceLimit]] = {}

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._limits)

    def limits(self, category: str | None, risk: str | None, since: Instant) -> Sequence[SilenceLimit]:
        """Return the limits for such a case that were in force at ``since``, when work was last done."""
        version = max(0, bisect_right(self._since, since) - 1)
        found = self._limits_of.get((version, category, risk))
        if found is None:
            found = self._limits_of[version, category, risk] = [
                *limits(self._found[version], category or "", risk)
            ]
        return found

    def before(
        self, instant: ColumnElement[int], risk: ColumnElement[str | None], pick: Callable[[Iterable[int]], int]
    ) -> ColumnElement[int]:
        """Return the instant that lies a limit before ``instant``, by risk; of several limits the one picked."""
        names = sorted({name for limits in self._limits for name in limits})
        lengths = {
            name: pick(limits[key][1] for limits in self._limits for key in ({name, ""} & limits.keys()))
            for name in names
        }
        bounds = {name: instant - literal(length, BigInteger) for name, length in lengths.items()}
        other = bounds.pop("", literal(-FOREVER, BigInteger))
        return case(bounds, value=func.coalesce(risk, UNASSESSED), else_=other) if bounds else other

    @property
    def longest(self) -> int:
        """The longest limit, in microseconds."""
        return max(length for limits in self._limits for _, length in limits.values())


_KNOWN: Final = WeakKeyDictionary["Runner", tuple[tuple[int, int], Silences]]()
"""What was read last by each runner, and for which generation and position of the tables."""


def silent(
    runner: Runner, connection: sqlalchemy.Connection, found: Checkpoint, asked: SilentQuery
) -> Iterator[tuple[Sequence[Any], Fact]]:
    """Yield, for each wait for work asked for, the columns of its case and what it waits for."""
    known = _known(runner, found)
    if not known:
        return
    after, until = asked.after, asked.until
    bounded, by_stream = after > -FOREVER, bool(asked.streams)
    given = _SilenceShape(found.generation, narrowing(asked.wanted), asked.of_case, bounded, by_stream)
    values = {"until": until, "after": after, "since": after - known.longest, "of": asked.streams}
    shown, told = len(asked.of_case), itemgetter(*map(given.columns.index, _TELLING))
    for row in fetched(connection, _statement(known, given), parameters(asked.wanted) | values):
        category, risk, since = told(row)
        for fact in waits(known.limits(category, risk, since), since):
            if after < fact.due <= until:
                yield row[:shown], fact


def _known(runner: Runner, found: Checkpoint) -> Silences:
    """Return the silences of the rulebook that the tables reflect, read once for as long as they reflect it."""
    place = found.generation, found.position
    kept = _KNOWN.get(runner)
    if kept is None or kept[0] != place:
        versions = versions_up_to(runner.recorder, found.position, runner.skipped())
        kept = _KNOWN[runner] = place, Silences(versions)
    return kept[1]


class _SilenceShape(NamedTuple):
    """What a statement depends on beside the rulebook."""

    generation: int
    narrowing: Narrowing
    of_case: tuple[str, ...]
    bounded: bool
    by_stream: bool

    @property
    def columns(self) -> list[str]:
        """The columns of a case's row that are read: those to be given, then others that tell."""
        return [*dict.fromkeys((*self.of_case, *_TELLING))]


@lru_cache(SHAPES)
def _statement(known: Silences, given: _SilenceShape) -> sqlalchemy.Select[Any]:
    table = case_interval(given.generation)
    return select(*(meant(table, name) for name in given.columns)).where(*_conditions(table, known, given))


def _conditions(table: sqlalchemy.Table, known: Silences, given: _SilenceShape) -> list[ColumnElement[bool]]:
    c = table.c
    found = _open(table, given) if given.by_stream else _among_open(table, given)
    found += [c.record.in_(_RECKONED), *narrowed(table, given.narrowing)]
    since = meant(table, "last_activity_at")
    found.append(since <= known.before(bindparam("until", type_=BigInteger), c.risk, min))
    if given.bounded:
        found.append(since > known.before(bindparam("after", type_=BigInteger), c.risk, max))
    return found


def _among_open(table: sqlalchemy.Table, given: _SilenceShape) -> list[ColumnElement[bool]]:
    """Return the conditions that a row is one of those that the index of the open cases finds.

    So the rest of a row is looked at only where the index cannot tell that it does not hold.
    """
    index = table.alias("open")
    same = (table.c[name] == index.c[name] for name in ("stream", "valid_from", "known_from"))
    return [around(index), *_open(index, given), *same]


def _open(table: sqlalchemy.FromClause, given: _SilenceShape) -> list[ColumnElement[bool]]:
    c = table.c
    found: list[ColumnElement[bool]] = [c.closed_at.is_(None), holds(table)]
    if given.by_stream:
        found.append(c.stream.in_(among("of")))
    # A row begins with the last activity or after it: so its index finds those that are recent enough.
    return [*found, c.valid_from > bindparam("since")] if given.bounded else found
