"""The indexes of the population tables.

They stand apart from the tables because only those who make tables need them: a condition for an index on
PostgreSQL loads all that SQLAlchemy knows of PostgreSQL, which would double what a reading command loads.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Index, Table
from sqlalchemy.schema import CreateIndex

from domain.deadlines.facts import CONDITION, HARM, WAIT
from projections.tables.engine import on_server
from projections.tables.schema import case_interval, clock_interval


def make_next(connection: sqlalchemy.Connection, generation: int) -> bool:
    """Make the first index of a generation's tables that is not there yet; say whether there was one to make."""
    tables = (case_interval(generation), clock_interval(generation))
    made = {each["name"] for table in tables for each in sqlalchemy.inspect(connection).get_indexes(table.name)}
    for index in _indexes(generation, server=on_server(connection)):
        if index.name not in made:
            connection.execute(CreateIndex(index))
            return True
    return False


@cache
def _indexes(generation: int, *, server: bool) -> list[Index]:
    """Return the indexes of a generation's tables, by name."""
    made = [*_of_cases(case_interval(generation), server=server), *_of_clocks(clock_interval(generation))]
    return sorted(made, key=lambda index: str(index.name))


def _of_cases(table: Table, *, server: bool) -> list[Index]:
    """Whatever holds at an instant is found by its cell (``projections.intervals.cells``).

    Open cases, which most questions are about and which must be counted without reading the closed ones, have
    an index of their own. That they are not closed stands in it too: SQLite would look into the table for it
    otherwise, which took fifty times as long. The other index has those that are closed; on PostgreSQL, where it
    takes an administrator to make another, it has all.
    """
    c = table.c
    rectangle = (c.valid_from, c.valid_to, c.known_from, c.known_to)
    cell = f"{table.name}_cell", c.cell, c.valid_from
    return [
        Index(*cell) if server else _partial(cell[0], c.closed_at.is_not(None), *cell[1:]),
        _partial(f"{table.name}_open", c.closed_at.is_(None), c.cell, *rectangle, c.closed_at),
    ]


def _of_clocks(table: Table) -> list[Index]:
    """Find waits by their cell.

    What else the question for stalled cases asks of a wait it reads from the row: an index that held that too was
    as large as the table.
    """
    c = table.c
    rectangle = (c.valid_to, c.valid_from, c.known_from, c.known_to)
    return [
        Index(f"{table.name}_stream", c.stream),
        _partial(f"{table.name}_due", c.kind == WAIT, c.due),
        _partial(f"{table.name}_officer", c.officer.is_not(None), c.officer),
        _partial(f"{table.name}_kind", c.kind.in_((CONDITION, HARM)), c.name, c.since),
        _partial(f"{table.name}_cell", c.cell.is_not(None), c.cell, c.stalled_from, *rectangle),
    ]


def _partial(name: str, where: ColumnElement[bool], *columns: ColumnElement[Any]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
