"""The question about all cases: how each stood, as at an instant and as known at one, in one range query."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import sqlalchemy
from sqlalchemy import ColumnElement, Integer, bindparam, case, func, select, union_all

from domain.cases.events import RISKS
from domain.errors import UsageProblem
from domain.identity import case_stream, comparable
from domain.instant import SECOND, Instant
from ledger.workers.spool import Aside
from projections.fields import copied, fields
from projections.intervals.cases import RESTRICTED
from projections.queries.filters import (
    NO_FILTER,
    SHAPES,
    Narrowing,
    among,
    around,
    holds,
    narrowed,
    narrowing,
    parameters,
)
from projections.queries.leads import severity
from projections.queries.states import in_state, waiting
from projections.tables import checkpoint
from projections.tables.case_key import key_at, position_of
from projections.tables.column_values import meant
from projections.tables.engine import reading
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from domain.axes import Axes
    from projections.runner.runner import Runner

T = TypeVar("T")
Names = tuple[str, ...]

FIELDS: Final = fields(
    "reference category risk ownership owner team reported_at closed_at open age_seconds last_activity "
    "last_activity_at idle_seconds"
)

_COLUMNS: Final = (*FIELDS[:8], "last_activity", "last_activity_at")
_APART: Final = ("open", "idle_seconds")
"""Orders in which those open are apart from those closed; with ``-`` in front the open come first."""

_TOGETHER: Final = 500
"""How many cases are looked up by one query."""


class CaseQuery(NamedTuple):
    """Which cases are asked for. Instants are microseconds UTC; an empty filter lets all through.

    ``state`` keeps cases in one of the states named, of ``queries.states.STATES``. ``idle_before`` keeps cases
    whose last activity was before that instant. ``sort`` is one of ``FIELDS``, with ``-`` in front for the other
    direction. ``waits`` keeps, of the closed cases alone, those in which a clock of one of these standards runs.
    """

    axes: Axes
    category: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    unallocated: bool = False
    open: bool | None = None
    state: tuple[str, ...] = ()
    idle_before: Instant | None = None
    sort: str = "last_activity_at"
    limit: int | None = None
    waits: tuple[str, ...] | None = None


class CaseList(NamedTuple):
    """The cases found, as items of the contract, and how many there are without the limit."""

    items: list[dict[str, Any]]
    total: int


def cases(runner: Runner, question: CaseQuery) -> CaseList:
    """Return the cases asked for, in the order asked for, then by reference.

    The tables must have been brought up to date. Raises ``UsageProblem`` for an order that there is not.
    """
    with put_aside(runner, question) as (found, total):
        return CaseList(list(found), total)


@contextmanager
def put_aside(runner: Runner, question: CaseQuery) -> Iterator[tuple[Aside[dict[str, Any]], int]]:
    """Lend the cases asked for as ``cases`` returns them, but not held in memory, and how many there are."""
    with reading(runner.engine) as connection:
        shape, values = _asked(connection, question, _COLUMNS)
        rows = _rows(connection, question, (shape, _COLUMNS), values)
        found = Aside((_item(row, question) for row in rows), dict)
        total = len(found)
        if question.limit is not None and total == question.limit:
            total = connection.execute(_count(shape), values).scalar_one()
    with found:
        yield found, total


def named(runner: Runner, question: CaseQuery, names: Sequence[str], read: Callable[[list[Any]], T]) -> Aside[T]:
    """Return what ``read`` makes of these columns of the cases asked for, in the order asked for.

    They are not held in memory.
    """
    with reading(runner.engine) as connection:
        shape, values = _asked(connection, question, tuple(dict.fromkeys((*_COLUMNS, *names))))
        rows = _rows(connection, question, (shape, tuple(names)), values)
        return Aside((tuple(row) for row in rows), read)


def streams(runner: Runner, question: CaseQuery) -> Iterator[bytes]:
    """Yield the streams of the cases asked for, in the order asked for; some are looked up at a time."""
    with named(runner, question, ("stream",), itemgetter(0)) as keys:
        left = iter(keys)
        while some := list(islice(left, _TOGETHER)):
            yield from runner.recorder.streams_at([position_of(key) for key in some])


def restricted_among(runner: Runner, references: Sequence[str]) -> set[str]:
    """Return which of these cases are restricted as things stand now, whatever instant is asked about."""
    found: set[str] = set()
    with reading(runner.engine) as connection:
        table = case_interval(checkpoint.in_service(connection).generation)
        c = table.c
        now = (c.valid_to == 0, c.known_to == 0, c.record.in_(RESTRICTED))
        for start in range(0, len(references), _TOGETHER):
            streams = [case_stream(one) for one in references[start : start + _TOGETHER]]
            keys = list(map(key_at, runner.recorder.first_positions(streams)))
            found.update(connection.execute(select(c.reference).where(c.stream.in_(keys), *now)).scalars())
    return found


def _rows(
    connection: sqlalchemy.Connection, question: CaseQuery, of: tuple[_Shape, Names], values: dict[str, Any]
) -> Iterator[sqlalchemy.Row[Any]]:
    """Yield these columns of the cases asked for, in order; those that are beyond the limit are not asked for."""
    limit, count = question.limit, 0
    for part in _parts(of[0], question.sort):
        if limit and count == limit:
            return
        query = _listing(part, of[1], question.sort, limited=limit is not None)
        left = None if limit is None else limit - count
        for row in connection.execute(query, {**values, "limit": left}):
            count += 1
            yield row


def _parts(shape: _Shape, sort: str) -> list[_Shape]:
    """Return one shape for those open and one for those closed, in their order, where that keeps them apart."""
    if sort.removeprefix("-") not in _APART:
        return [shape]
    first = sort.startswith("-")
    return [shape._replace(states=(one,)) for one in (first, not first) if one in shape.states]


class _Shape(NamedTuple):
    """What a statement depends on; the values of the filters are not in it."""

    generation: int
    narrowing: Narrowing
    states: tuple[bool, ...]
    owner: bool
    idle: bool
    names: Names
    in_state: tuple[str, ...] = ()
    waits: tuple[str, ...] | None = None


def _asked(connection: sqlalchemy.Connection, question: CaseQuery, names: Names) -> tuple[_Shape, dict[str, Any]]:
    """Return the shape of a question for these columns, and the values that its statements name."""
    generation = checkpoint.in_service(connection).generation
    states = (True, False) if question.open is None else (question.open,)
    idle, owner = question.idle_before is not None, bool(question.owner)
    values = {**parameters(question), "idle": question.idle_before, "limit": question.limit}
    if owner:
        values["owners"] = _owners(connection, generation, question)
    return _Shape(
        generation, narrowing(question), states, owner, idle, names, question.state, question.waits
    ), values


def _owners(connection: sqlalchemy.Connection, generation: int, question: CaseQuery) -> list[str]:
    """Return the owners asked for as the table spells them: letters and spacing name the same officer.

    Not left to the database, whose idea of lower case is its own.
    """
    wanted = set(map(comparable, question.owner))
    every = CaseQuery(question.axes)
    names = connection.execute(_owners_of(generation), parameters(every))
    return [name for name in names.scalars() if name is not None and comparable(name) in wanted]


@lru_cache(SHAPES)
def _owners_of(generation: int) -> sqlalchemy.Select[Any]:
    shape = _Shape(generation, NO_FILTER, (True, False), owner=False, idle=False, names=("owner",))
    return select(_found(shape).c.owner).distinct()


@lru_cache(SHAPES)
def _listing(shape: _Shape, names: Names, sort: str, *, limited: bool) -> sqlalchemy.Select[Any]:
    found = _found(shape)
    query = select(*(found.c[name] for name in names)).order_by(*_order(found, sort))
    return query.limit(bindparam("limit", type_=Integer)) if limited else query


@lru_cache(SHAPES)
def _count(shape: _Shape) -> sqlalchemy.Select[Any]:
    return select(func.count()).select_from(_found(shape))


def _found(shape: _Shape) -> sqlalchemy.Subquery:
    """Return how the cases asked for stood: those open and those closed, each by an index of their own.

    No more than the columns named: SQLite may hold in memory all that it sorts.
    """
    table = case_interval(shape.generation)
    columns = [meant(table, name) for name in shape.names]
    found = [select(*columns).where(*_matching(table, shape, is_open=is_open)) for is_open in shape.states]
    return (union_all(*found) if len(found) > 1 else found[0]).subquery()


def _matching(table: sqlalchemy.Table, shape: _Shape, *, is_open: bool) -> list[ColumnElement[bool]]:
    c = table.c
    conditions = [around(table), holds(table), *narrowed(table, shape.narrowing)]
    conditions.append(c.closed_at.is_(None) if is_open else c.closed_at.is_not(None))
    if shape.owner:
        conditions.append(c.owner.in_(among("owners")))
    if shape.idle:
        conditions.append(meant(table, "last_activity_at") < bindparam("idle"))
    if shape.waits is not None and not is_open:
        conditions.append(c.stream.in_(waiting(clock_interval(shape.generation), shape.waits)))
    if shape.in_state:
        conditions.append(in_state(table, clock_interval(shape.generation), shape.in_state))
    return conditions


def _order(table: sqlalchemy.FromClause, sort: str) -> list[ColumnElement[Any]]:
    name = sort.removeprefix("-")
    columns = _sorting(table, name)
    if columns is None:
        raise UsageProblem(f"cases cannot be sorted by {name!r}", hints=(f"one of: {', '.join(FIELDS)}",))
    downwards = sort.startswith("-")
    return [*(_directed(column, downwards=downwards) for column in columns), table.c.reference.asc()]


def _directed(column: ColumnElement[Any], *, downwards: bool) -> ColumnElement[Any]:
    """Put what is missing before all that there is, as SQLite does and PostgreSQL does not."""
    return column.desc().nulls_last() if downwards else column.asc().nulls_first()


def _sorting(table: sqlalchemy.FromClause, name: str) -> list[ColumnElement[Any]] | None:
    """Return what grows as a field grows; ``None`` for a field that there is not."""
    c = table.c
    special: dict[str, list[ColumnElement[Any]]] = {
        "risk": [case({risk: severity(risk) for risk in RISKS}, value=c.risk, else_=severity(None))],
        "open": [_as_number(c.closed_at.is_(None))],
        "age_seconds": [func.coalesce(c.closed_at, bindparam("a")) - c.reported_at],
        "idle_seconds": [_as_number(c.closed_at.is_(None)), -c.last_activity_at],
    }
    if name in special:
        return special[name]
    return [c[name]] if name in FIELDS else None


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _item(row: sqlalchemy.Row[Any], question: CaseQuery) -> dict[str, Any]:
    is_open = row.closed_at is None
    until = question.axes.as_at if is_open else row.closed_at
    return {
        **copied(row, FIELDS[:8]),
        "open": is_open,
        "age_seconds": max(0, until - row.reported_at) // SECOND,
        "last_activity": row.last_activity,
        "last_activity_at": row.last_activity_at,
        "idle_seconds": max(0, question.axes.as_at - row.last_activity_at) // SECOND if is_open else None,
    }


def references(runner: Runner, question: CaseQuery) -> Iterator[str]:
    """Yield the references of the cases asked for, in the order asked for."""
    with named(runner, question, ("reference",), itemgetter(0)) as found:
        yield from found
