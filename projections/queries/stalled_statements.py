"""The statements of the question for stalled cases, each made once for questions of the same shape.

Waits and the cases that wait are asked for apart: a case waits for two or three things at a time, and its row is
looked up once, in the order of the rows, where a join would look it up for each wait, wherever that lies.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select, union_all

from domain.deadlines.facts import CONDITION, WAIT
from projections.queries.filters import NO_FILTER, SHAPES, Narrowing, among, around, holds, narrowed
from projections.tables.column_values import meant
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    import sqlalchemy

    from domain.axes import Axes
    from domain.instant import Instant

Columns = tuple[str, ...]

_BEFORE, _AT, _AFTER, _DUE = "before", "at", "after", "due"
"""Where the instant asked about lies beside that of the state that is shown; or what falls due is asked for."""


class StalledShape(NamedTuple):
    """What a statement depends on; the values that it names are not in it.

    ``by_stream`` says that it is known which cases are meant: ``:of`` are their streams.
    """

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
    shape: StalledShape, columns: Columns, *, harm: bool
) -> sqlalchemy.CompoundSelect[Any] | sqlalchemy.Select[Any]:
    """Return the statement that yields these columns of each wait, and with ``harm`` of what came to light."""
    clocks, cases = clock_interval(shape.generation), case_interval(shape.generation)
    also: list[ColumnElement[bool]] = [clocks.c.stream.in_(among("of"))] if shape.by_stream else []
    if any(shape.narrowing):
        also += [cases.c.stream == clocks.c.stream, holds(cases), *narrowed(cases, shape.narrowing)]
    query = select(*(clocks.c[name] for name in columns))
    found = [query.where(one, holds(clocks), *also) for one in _too_long(clocks, shape, harm=harm)]
    return union_all(*found) if len(found) > 1 else found[0]


def _too_long(clocks: sqlalchemy.Table, shape: StalledShape, *, harm: bool) -> list[ColumnElement[bool]]:
    """Return the conditions one of which a wait that is asked for fulfils."""
    if shape.mode == _DUE:
        return [_due_between(clocks, bindparam("a"), bindparam("d"))]
    until: BindParameter[Instant] = bindparam("a" if shape.mode == _BEFORE else "s")
    # Where it is known which cases are meant, they are looked up by their streams and not by the cells of all.
    cell = clocks.c.cell.is_not(None) if shape.by_stream else around(clocks)
    found = [and_(cell, clocks.c.stalled_from <= until, _of_kinds(clocks, harm=harm))]
    return [*found, _due_between(clocks, bindparam("s"), bindparam("a"))] if shape.mode == _AFTER else found


def _of_kinds(clocks: sqlalchemy.Table, *, harm: bool) -> ColumnElement[bool]:
    """Return the condition that a row is a wait, or if asked for harm; of conditions harm alone has a key."""
    k, waits = clocks.c, clocks.c.kind == WAIT
    return or_(waits, and_(k.kind == CONDITION, k.key != "")) if harm else waits


def _due_between(
    clocks: sqlalchemy.Table, after: BindParameter[Instant], until: BindParameter[Instant]
) -> ColumnElement[bool]:
    return and_(clocks.c.kind == WAIT, clocks.c.due > after, clocks.c.due <= until)


@lru_cache(SHAPES)
def cases_meant(shape: StalledShape, columns: Columns) -> sqlalchemy.Select[Any]:
    """Return the statement that yields these columns of the cases whose streams are ``:of``."""
    cases = case_interval(shape.generation)
    found = select(*(meant(cases, name) for name in columns))
    return found.where(cases.c.stream.in_(among("of")), holds(cases), *narrowed(cases, shape.narrowing))


@lru_cache(SHAPES)
def open_streams(generation: int) -> sqlalchemy.Select[Any]:
    """Return the statement that yields the streams of all open cases."""
    table = case_interval(generation)
    return select(table.c.stream).where(*_are_open(table, NO_FILTER))


@lru_cache(SHAPES)
def count_open(generation: int, given: Narrowing, *, by_owner: bool) -> sqlalchemy.Select[Any]:
    """Return the statement that counts the open cases asked for, all together or by their owners."""
    table = case_interval(generation)
    count = select(func.count()).where(*_are_open(table, given))
    return count.add_columns(table.c.owner).group_by(table.c.owner) if by_owner else count


def _are_open(table: sqlalchemy.Table, given: Narrowing) -> list[ColumnElement[bool]]:
    return [around(table), table.c.closed_at.is_(None), holds(table), *narrowed(table, given)]
