"""Which cases wait for somebody's decision, by the population tables: whose details are then read live."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import null, select

from domain.deadlines.decisions import AWAITED
from domain.deadlines.facts import CONDITION
from domain.instant import FOREVER
from projections.queries.filters import Filtered, around, holds, narrowed, narrowing, owned_by, parameters
from projections.tables import checkpoint
from projections.tables.case_key import position_of
from projections.tables.engine import reading
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import sqlalchemy

    from domain.instant import Instant
    from projections.runner.runner import Runner

NOBODY: Final = "unowned"
"""That nobody has an open case."""

IN_TABLES: Final = (*AWAITED, NOBODY)


class Undecided(NamedTuple):
    """The streams of cases in which something waits, in the order of their reports; and how much waits in all."""

    streams: list[bytes]
    total: int


class _Waiting(NamedTuple):
    """That something waits in a case: since when, where the tables know that, and how much."""

    key: bytes
    since: Instant | None
    many: int


def undecided(runner: Runner, wanted: Filtered, kinds: Collection[str], limit: int | None = None) -> Undecided:
    """Return the cases in which one of ``kinds`` waits; with a ``limit`` those in which the first so many do.

    ``wanted`` has the two instants and the filters. The tables must have been brought up to date.
    """
    with reading(runner.engine) as connection:
        generation = checkpoint.in_service(connection).generation
        cases, clocks = case_interval(generation), clock_interval(generation)
        questions = [query.where(*narrowed(cases, narrowing(wanted))) for query in _queries(cases, clocks, kinds)]
        rows = [row for one in questions for row in connection.execute(one, parameters(wanted))]
    found = [
        _Waiting(key, since, int(count or 1)) for key, owner, since, count in rows if owned_by(owner, wanted)
    ]
    keys = {one.key for one in _first(found, limit)}
    streams = runner.recorder.streams_at(sorted(map(position_of, keys)))
    return Undecided(streams, sum(one.many for one in found))


def _first(found: list[_Waiting], limit: int | None) -> list[_Waiting]:
    """Return what waits no shorter than the last of the first so many, and that of which it is not known."""
    times = [one.since for one in found if one.since is not None]
    if limit is None or limit >= len(times):
        return found
    last = max(nsmallest(limit, times), default=-FOREVER)
    return [one for one in found if one.since is None or one.since <= last]


def _queries(
    cases: sqlalchemy.Table, clocks: sqlalchemy.Table, kinds: Collection[str]
) -> Iterator[sqlalchemy.Select[Any]]:
    """Yield the questions for conditions of a case, and for cases without an owner."""
    names, k = [one for one in AWAITED if one in kinds], clocks.c
    if names:
        waits = (around(clocks), k.kind == CONDITION, k.name.in_(names), holds(clocks))
        query = select(k.stream, cases.c.owner, k.since, k.limit)
        yield query.where(*waits, cases.c.stream == k.stream, holds(cases))
    if NOBODY in kinds:
        free = (around(cases), cases.c.closed_at.is_(None), holds(cases), cases.c.owner.is_(None))
        yield select(cases.c.stream, cases.c.owner, null(), null()).where(*free)
