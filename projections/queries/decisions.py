"""Which cases wait for somebody's decision, by the population tables: whose details are then read live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, select

from domain.deadlines.decisions import AWAITED
from projections.queries.filters import Filtered, around, holds, narrowed, narrowing, owned_by, parameters
from projections.queries.states import awaiting
from projections.tables import checkpoint
from projections.tables.case_key import position_of
from projections.tables.engine import reading
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import sqlalchemy

    from projections.runner.runner import Runner

NOBODY: Final = "unowned"
"""That nobody has an open case."""

IN_TABLES: Final = (*AWAITED, NOBODY)


def undecided(runner: Runner, wanted: Filtered, kinds: Collection[str]) -> list[bytes]:
    """Return the streams of the cases in which one of ``kinds`` holds, in the order of their reports.

    ``wanted`` has the two instants and the filters. The tables must have been brought up to date.
    """
    with reading(runner.engine) as connection:
        generation = checkpoint.in_service(connection).generation
        cases = case_interval(generation)
        values, keys = parameters(wanted), set[bytes]()
        for one in _where(cases, clock_interval(generation), kinds):
            query = select(cases.c.stream, cases.c.owner).where(*one, *narrowed(cases, narrowing(wanted)))
            rows = connection.execute(query, values)
            keys.update(key for key, owner in rows if owned_by(owner, wanted))
    return runner.recorder.streams_at(sorted(map(position_of, keys)))


def _where(
    cases: sqlalchemy.Table, clocks: sqlalchemy.Table, kinds: Collection[str]
) -> Iterator[list[ColumnElement[bool]]]:
    """Yield the conditions of each question: for conditions of a case, and for cases without an owner."""
    names = [one for one in AWAITED if one in kinds]
    if names:
        yield [cases.c.stream.in_(awaiting(clocks, names)), holds(cases)]
    if NOBODY in kinds:
        yield [around(cases), cases.c.closed_at.is_(None), holds(cases), cases.c.owner.is_(None)]
