"""Two pictures of all cases, and which cases stand otherwise in the one than in the other: by the tables alone.

A case stands otherwise where one of its rows holds in one picture and not in the other, or where it is stalled
for something else. Of no case an entry is read.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, not_, or_, select, union_all

from domain.instant import FOREVER
from projections.intervals.cells import cells_around
from projections.queries.filters import SHAPES, around, owned_by
from projections.queries.stalled import Cause, StalledQuery, gravity, without_what_came_true
from projections.queries.waits import WaitReader
from projections.tables import checkpoint
from projections.tables.child_key import child_of_key
from projections.tables.column_values import known_from
from projections.tables.engine import reading
from projections.tables.schema import case_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy

    from domain.axes import Axes
    from domain.instant import Instant
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner


class Standing(NamedTuple):
    """How a case stands in a picture, and what it is stalled for, the longest overdue first."""

    reference: str
    category: str | None
    risk: str | None
    owner: str | None
    team: str | None
    reported_at: Instant
    closed_at: Instant | None
    causes: tuple[Cause, ...] = ()

    def is_meant(self, wanted: Filtered) -> bool:
        """Say whether the filters of ``wanted`` let the case through."""
        named = ((wanted.category, self.category), (wanted.risk, self.risk), (wanted.team, self.team))
        if any(values and value not in values for values, value in named):
            return False
        return owned_by(self.owner, wanted) and not (wanted.unallocated and self.owner is not None)


class Pair(NamedTuple):
    """How a case stands in the first picture and in the second; ``None`` where it is not reported by then."""

    before: Standing | None
    after: Standing | None

    def is_meant(self, wanted: Filtered) -> bool:
        """Say whether the filters let the case through in one of the pictures: for who had it, and who has it."""
        return any(one is not None and one.is_meant(wanted) for one in self)


class Pictures(NamedTuple):
    """What the two pictures are: the world at an instant, by what was known at one, in either."""

    first: Axes
    second: Axes


_TOGETHER: Final = 1_000
_OF_CASE: Final = ("stream", *Standing._fields[:-1])
_OF_WAIT: Final = ("stream", "name", "standard", "key", "limit", "since", "due")

Causes = dict[bytes, set[Cause]]
"""What cases are stalled for, by their keys in the tables."""


def differing(runner: Runner, pictures: Pictures) -> list[Pair]:
    """Return the cases that stand otherwise in the second picture, and maybe some that do not.

    The tables must have been brought up to date.
    """
    with reading(runner.engine) as connection:
        readers = _readers(runner, connection, pictures)
        first, second = causes = [_causes(one) for one in readers]
        keys = {key for key in {*first, *second} if first.get(key) != second.get(key)}
        keys.update(_restated(readers))
        return list(_pairs(readers, sorted(keys), causes))


def standing(runner: Runner, pictures: Pictures, keys: Sequence[bytes]) -> dict[bytes, Pair]:
    """Return how cases stand in both pictures, by their keys in the tables, without what they are stalled for."""
    with reading(runner.engine) as connection:
        first, second = (_cases(one, keys) for one in _readers(runner, connection, pictures))
        return {key: Pair(first.get(key), second.get(key)) for key in {*first, *second}}


def _readers(runner: Runner, connection: sqlalchemy.Connection, pictures: Pictures) -> list[WaitReader]:
    service = checkpoint.in_service(connection)
    return [WaitReader(runner, connection, service, StalledQuery(axes)) for axes in pictures]


def _pairs(readers: Sequence[WaitReader], keys: Sequence[bytes], causes: Sequence[Causes]) -> Iterator[Pair]:
    for start in range(0, len(keys), _TOGETHER):
        some = keys[start : start + _TOGETHER]
        first, second = (_cases(one, some) for one in readers)
        for key in some:
            found = zip((first, second), causes, strict=True)
            yield Pair(*(_stalled(cases.get(key), waits.get(key)) for cases, waits in found))


def _stalled(case: Standing | None, causes: set[Cause] | None) -> Standing | None:
    if case is None or not causes:
        return case
    return case._replace(causes=tuple(sorted(causes, key=gravity)))


def _cases(asked: WaitReader, keys: Sequence[bytes]) -> dict[bytes, Standing]:
    return {key: Standing(*row) for key, *row in asked._replace(streams=keys).cases(_OF_CASE)}


def _causes(asked: WaitReader) -> Causes:
    """Return all that is too long in a picture."""
    found: Causes = defaultdict(set)
    for key, name, standard, about, limit, since, due in asked.waits(_OF_WAIT):
        child = child_of_key(about) if about else 0
        found[key].add(Cause(name, standard, "" if child else about, limit, since, due, child))
    for (key,), (_, name, standard, about, limit, since, due, *_) in asked.silences(("stream",)):
        found[key].add(Cause(name, standard, about, limit, since, due))
    if asked.wanted.runs_on:
        return {key: set(without_what_came_true(list(causes))) for key, causes in found.items()}
    return found


def _restated(readers: Sequence[WaitReader]) -> Iterator[bytes]:
    """Yield the keys of the cases a row of which holds in one picture and not in the other."""
    values: dict[str, object] = {}
    cells = set[int]()
    for number, axes in enumerate((one.wanted.axes for one in readers), start=1):
        at, known = axes.valid_at, axes.known_at
        values |= {f"s{number}": at, f"k{number}": known}
        values |= {f"s{number}_left": at - FOREVER, f"k{number}_left": known - FOREVER}
        cells.update(cells_around(at))
    statement = _restating(readers[0].service.generation)
    yield from readers[0].connection.scalars(statement, {**values, "cells": sorted(cells)})


@lru_cache(SHAPES)
def _restating(generation: int) -> sqlalchemy.CompoundSelect[Any]:
    """Return the statement of ``_restated``: for cases open and for cases closed, each by its own index."""
    table = case_interval(generation)
    first, second = (_holds(table, number) for number in (1, 2))
    either = or_(and_(first, not_(second)), and_(second, not_(first)))
    closed = table.c.closed_at
    states = closed.is_(None), closed.is_not(None)
    return union_all(*(select(table.c.stream).where(around(table), one, either) for one in states))


def _holds(table: sqlalchemy.Table, number: int) -> ColumnElement[bool]:
    """Return the condition that a row holds in the first picture or in the second."""
    at: BindParameter[Instant] = bindparam(f"s{number}")
    known: BindParameter[Instant] = bindparam(f"k{number}")
    c = table.c
    return and_(
        c.valid_from <= at,
        c.valid_to > bindparam(f"s{number}_left"),
        known_from(table) <= known,
        c.known_to > bindparam(f"k{number}_left"),
    )
