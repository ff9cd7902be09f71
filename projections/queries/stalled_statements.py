"""The statements of the question for stalled cases, each made once for questions of the same shape."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, select

from domain.deadlines.facts import CONDITION, WAIT
from projections.queries.filters import SHAPES, Narrowing, among, around, holds, narrowed
from projections.tables.column_values import meant
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    import sqlalchemy

    from domain.axes import Axes
    from domain.instant import Instant
    from projections.queries.leads import Columns

_BEFORE, _AT, _AFTER, _DUE = "before", "at", "after", "due"
"""Where the instant asked about lies beside that of the state that is shown; or what falls due is asked for."""


class StalledShape(NamedTuple):
    """What a statement depends on; the values that it names are not in it."""

    generation: int
    mode: str
    narrowing: Narrowing
    by_stream: bool


def mode_of(axes: Axes, due_by: Instant | None) -> str:
    """Return where the instants of a question lie, as a statement needs to know it."""
    if due_by is not None:
        return _DUE
    as_at, valid_at = axes.as_at, axes.valid_at
    return _AT if as_at == valid_at else _AFTER if as_at > valid_at else _BEFORE


@lru_cache(SHAPES)
def waiting(
    shape: StalledShape, columns: tuple[Columns, Columns]
) -> sqlalchemy.CompoundSelect[Any] | sqlalchemy.Select[Any]:
    """Return the statement that yields these columns of a case and of what it waits for, for each wait."""
    clocks = clock_interval(shape.generation)
    joined = partial(_joined, shape, columns)
    if shape.mode == _DUE:
        return joined(_due_between(clocks, bindparam("a"), bindparam("d")))
    until: BindParameter[Instant] = bindparam("a" if shape.mode == _BEFORE else "s")
    # Where it is known which cases are meant, they are looked up by their streams and not by the cells of all.
    found = [clocks.c.cell.is_not(None)] if shape.by_stream else [around(clocks)]
    query = joined(and_(*found, clocks.c.stalled_from <= until, clocks.c.kind.in_((WAIT, CONDITION))))
    if shape.mode != _AFTER:
        return query
    return query.union_all(joined(_due_between(clocks, bindparam("s"), bindparam("a"))))


def _due_between(
    clocks: sqlalchemy.Table, after: BindParameter[Instant], until: BindParameter[Instant]
) -> ColumnElement[bool]:
    return and_(clocks.c.kind == WAIT, clocks.c.due > after, clocks.c.due <= until)


def _joined(
    shape: StalledShape, columns: tuple[Columns, Columns], condition: ColumnElement[bool]
) -> sqlalchemy.Select[Any]:
    clocks, cases = clock_interval(shape.generation), case_interval(shape.generation)
    k, c = clocks.c, cases.c
    conditions = [condition, holds(clocks), c.stream == k.stream, holds(cases), *narrowed(cases, shape.narrowing)]
    if shape.by_stream:
        conditions.append(k.stream.in_(among("of")))
    of_case, of_wait = columns
    return select(*(meant(cases, name) for name in of_case), *(k[name] for name in of_wait)).where(*conditions)


@lru_cache(SHAPES)
def count_open(generation: int, given: Narrowing, *, by_owner: bool) -> sqlalchemy.Select[Any]:
    """Return the statement that counts the open cases asked for, all together or by their owners."""
    table = case_interval(generation)
    conditions = (around(table), table.c.closed_at.is_(None), holds(table), *narrowed(table, given))
    count = select(func.count()).where(*conditions)
    return count.add_columns(table.c.owner).group_by(table.c.owner) if by_owner else count
