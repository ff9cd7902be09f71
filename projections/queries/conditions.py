"""Which cases are in some condition at an instant, by the population tables: whose details are then read live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, select

from domain.deadlines.facts import CONDITION, HARM, WAIT
from projections.queries.filters import around, holds, narrowed, narrowing, owned_by, parameters
from projections.tables import checkpoint
from projections.tables.case_key import position_of
from projections.tables.engine import reading
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import sqlalchemy

    from domain.rulebook.model import Standard
    from projections.queries.stalled import StalledQuery
    from projections.runner.runner import Runner

_INDEXED: Final = (CONDITION, HARM)
"""What the index by name holds; it is used only by a query that says so."""


def in_condition(runner: Runner, wanted: StalledQuery, name: str) -> list[bytes]:
    """Return the streams of the open cases in which a condition holds: ``missing`` or ``detained``.

    ``wanted`` has the two instants and the filters. The tables must have been brought up to date.
    """
    with reading(runner.engine) as connection:
        generation = checkpoint.in_service(connection).generation
        clocks, cases = clock_interval(generation), case_interval(generation)
        k = clocks.c
        conditions = [by_name(clocks), k.kind == CONDITION, k.name == name, k.since <= bindparam("s")]
        query = select(cases.c.stream, cases.c.owner).where(
            *conditions,
            holds(clocks),
            cases.c.stream == k.stream,
            holds(cases),
            *narrowed(cases, narrowing(wanted)),
        )
        return _of_owner(runner, connection.execute(query.distinct(), parameters(wanted)), wanted)


def by_name(clocks: sqlalchemy.Table) -> ColumnElement[bool]:
    """Return the condition that lets a question for conditions or harm use the index that holds no others."""
    return clocks.c.kind.in_(bindparam("kinds", _INDEXED, expanding=True, literal_execute=True))


def waiting_for(runner: Runner, wanted: StalledQuery, standards: Collection[Standard]) -> list[bytes]:
    """Return the streams of the open cases in which a clock of one of ``standards`` runs.

    ``wanted`` has the two instants and the filters. The tables must have been brought up to date. The clocks
    are looked up only in cases of the categories that the standards are for.
    """
    ids = {standard.id for standard in standards}
    with reading(runner.engine) as connection:
        generation = checkpoint.in_service(connection).generation
        clocks, cases = clock_interval(generation), case_interval(generation)
        k, c = clocks.c, cases.c
        runs = exists().where(k.stream == c.stream, k.kind == WAIT, k.standard.in_(ids), holds(clocks))
        is_open = (around(cases), c.closed_at.is_(None), holds(cases))
        query = select(c.stream, c.owner).where(
            *is_open, *narrowed(cases, narrowing(wanted)), *_for(cases, standards), runs
        )
        return _of_owner(runner, connection.execute(query, parameters(wanted)), wanted)


def _for(cases: sqlalchemy.Table, standards: Collection[Standard]) -> list[ColumnElement[bool]]:
    if not all(standard.categories for standard in standards):
        return []
    return [cases.c.category.in_({category for standard in standards for category in standard.categories})]


def _of_owner(runner: Runner, rows: Iterable[Any], wanted: StalledQuery) -> list[bytes]:
    """Return the streams whose owner was asked for."""
    return runner.recorder.streams_at([position_of(key) for key, owner in rows if owned_by(owner, wanted)])
