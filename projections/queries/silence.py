"""Open cases in which no work was done for too long: reckoned from the last activity, with no row for each wait.

A row of how a case stands has the instant of its last activity and its risk; the rulebook of that instant has the
limit (``domain.deadlines.silence``). Where that would not do, the row says so and the wait has rows of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, literal, select

from domain.deadlines.silence import UNASSESSED, silences, waits
from domain.instant import FOREVER, Instant
from projections.intervals.cases import RECKONED
from projections.queries.filters import (
    SHAPES,
    TOGETHER,
    Narrowing,
    among,
    around,
    holds,
    narrowed,
    narrowing,
    parameters,
)
from projections.tables.column_values import meant, record_as
from projections.tables.reference import versions_up_to
from projections.tables.schema import case_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import sqlalchemy

    from domain.deadlines.facts import Fact
    from domain.deadlines.silence import Silence
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner
    from projections.tables.checkpoint import Checkpoint


_RECKONED: Final = tuple(map(record_as, RECKONED))


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

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._limits)

    def at(self, instant: Instant) -> Sequence[Silence]:
        """Return those in force at an instant."""
        return self._found[max(0, bisect_right(self._since, instant) - 1)]

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
    rows = connection.execute(_statement(known, given), parameters(asked.wanted) | values)
    for some in rows.partitions(TOGETHER):
        for *of_case, category, risk, since in some:
            for fact in waits(known.at(since), category or "", risk, since):
                if after < fact.due <= until:
                    yield of_case, fact


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


@lru_cache(SHAPES)
def _statement(known: Silences, given: _SilenceShape) -> sqlalchemy.Select[Any]:
    table = case_interval(given.generation)
    columns = (meant(table, name) for name in (*given.of_case, "category", "risk", "last_activity_at"))
    return select(*columns).where(*_conditions(table, known, given))


def _conditions(table: sqlalchemy.Table, known: Silences, given: _SilenceShape) -> list[ColumnElement[bool]]:
    c = table.c
    found = [c.stream.in_(among("of")) if given.by_stream else around(table)]
    found += [c.closed_at.is_(None), c.record.in_(_RECKONED), holds(table), *narrowed(table, given.narrowing)]
    since = meant(table, "last_activity_at")
    found.append(since <= known.before(bindparam("until", type_=BigInteger), c.risk, min))
    if given.bounded:
        # A row begins with the last activity or after it: so its index finds those that are recent enough.
        recent = known.before(bindparam("after", type_=BigInteger), c.risk, max)
        found += [since > recent, c.valid_from > bindparam("since")]
    return found
