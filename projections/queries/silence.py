"""Open cases in which no work was done for too long: reckoned from the last activity, with no row for each wait.

A row of how a case stands has the instant of its last activity and its risk; the rulebook of that instant has the
limit (``domain.deadlines.silence``). Where that would not do, the row says so and the wait has rows of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, case, func, literal, select

from domain.deadlines.silence import UNASSESSED, silences, waits
from domain.instant import FOREVER, Instant
from projections.intervals.cases import RECKONED
from projections.queries.filters import around, holds, narrowed, parameters
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
        self, instant: Instant, risk: ColumnElement[str | None], pick: Callable[[Iterable[int]], int]
    ) -> ColumnElement[int]:
        """Return the instant that lies a limit before ``instant``, by risk; of several limits the one picked."""
        names = {name for limits in self._limits for name in limits}
        lengths = {
            name: pick(limits[key][1] for limits in self._limits for key in ({name, ""} & limits.keys()))
            for name in names
        }
        bounds = {name: instant - length for name, length in lengths.items() if name}
        other = literal(instant - lengths[""] if "" in lengths else -FOREVER, BigInteger)
        if not bounds:
            return other
        named = {name: literal(bound, BigInteger) for name, bound in bounds.items()}
        return case(named, value=func.coalesce(risk, UNASSESSED), else_=other)

    def longest_before(self, instant: Instant) -> Instant:
        """Return the instant that lies the longest limit before another."""
        return instant - max(length for limits in self._limits for _, length in limits.values())


def silent(
    runner: Runner, connection: sqlalchemy.Connection, found: Checkpoint, asked: SilentQuery
) -> Iterator[tuple[Sequence[Any], Fact]]:
    """Yield, for each wait for work asked for, the columns of its case and what it waits for."""
    known = Silences(versions_up_to(runner.recorder, found.position, runner.skipped()))
    if not known:
        return
    table = case_interval(found.generation)
    c, after, until = table.c, asked.after, asked.until
    query = select(*(c[name] for name in asked.of_case), c.category, c.risk, c.last_activity_at)
    rows = connection.execute(query.where(*_conditions(table, asked, known)), parameters(asked.wanted.axes))
    for *of_case, category, risk, since in rows:
        for fact in waits(known.at(since), category or "", risk, since):
            if after < fact.due <= until:
                yield of_case, fact


def _conditions(table: sqlalchemy.Table, asked: SilentQuery, known: Silences) -> list[ColumnElement[bool]]:
    c, wanted, after, until = table.c, asked.wanted, asked.after, asked.until
    found = [c.stream.in_(asked.streams)] if asked.streams else [around(table, wanted.axes.valid_at)]
    found += [c.closed_at.is_(None), c.record.in_(RECKONED), holds(table), *narrowed(table, wanted)]
    found.append(c.last_activity_at <= known.before(until, c.risk, min))
    if after > -FOREVER:
        # A row begins with the last activity or after it: so its index finds those that are recent enough.
        recent = known.before(after, c.risk, max)
        found += [c.last_activity_at > recent, c.valid_from > known.longest_before(after)]
    return found
