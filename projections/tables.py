"""The population tables, for both engines: how every case stood, as at any instant and as known at any.

Each interval table carries a number, its generation. A rebuild fills the next ones beside those in service
and then points readers there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, and_

from domain.instant import FOREVER
from domain.stalls import CONDITION, HARM, WAIT

PROJECTION = "cases"
SCHEMA = 2
"""Counts the shapes that the rows have had: rows of another shape are rebuilt before they are read."""

_METADATA = MetaData()

CHECKPOINT = Table(
    "projection",
    _METADATA,
    Column("name", Text, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("failed_position", BigInteger),
    Column("failure", Text),
)
"""Which interval table is in service, the position that its rows reflect, and what stopped it."""


@cache
def case_interval(generation: int) -> Table:
    """Return the interval table of a generation, with its indexes; its rows are ``projections.intervals``.

    One index on the interval alone slows down late in the log, so the same columns stand the other way
    round as well; what holds for ever on both axes, which is what most questions are about, has its own.
    """
    name = f"case_interval_{generation}"
    table = Table(name, _METADATA, *_columns())
    c = table.c
    for_ever = and_(c.valid_to == FOREVER, c.known_to == FOREVER)
    Index(f"{name}_stream", c.stream)
    Index(f"{name}_from", c.valid_from, c.valid_to)
    Index(f"{name}_to", c.valid_to, c.valid_from)
    Index(f"{name}_now", c.last_activity_at, sqlite_where=for_ever, postgresql_where=for_ever)
    _around(name, table, c.valid_from)
    return table


@cache
def clock_interval(generation: int) -> Table:
    """Return the table of a generation that holds what cases wait for; its rows are ``projections.weaving``.

    A wait is too long from ``stalled_from`` on, and ``cell`` is that of the rest of the row's interval
    (``projections.cells``); both are empty if it was never too long. ``officer`` is the stream of an owner.
    """
    name = f"clock_interval_{generation}"
    table = Table(name, _METADATA, *_clock_columns())
    c = table.c
    waits, owned, others = c.kind == WAIT, c.officer.is_not(None), c.kind.in_((CONDITION, HARM))
    Index(f"{name}_stream", c.stream)
    Index(f"{name}_due", c.due, sqlite_where=waits, postgresql_where=waits)
    Index(f"{name}_officer", c.officer, sqlite_where=owned, postgresql_where=owned)
    Index(f"{name}_kind", c.name, c.since, sqlite_where=others, postgresql_where=others)
    _around(name, table, c.stalled_from)
    return table


def _around(name: str, table: Table, start: Column[int]) -> None:
    """Give a table the index that finds what holds at an instant."""
    placed = table.c.cell.is_not(None)
    Index(f"{name}_cell", table.c.cell, start, sqlite_where=placed, postgresql_where=placed)


def _rectangle() -> list[Column[Any]]:
    return [
        Column("stream", LargeBinary(16), nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_to", BigInteger, nullable=False),
        Column("known_from", BigInteger, nullable=False),
        Column("known_to", BigInteger, nullable=False),
    ]


def _clock_columns() -> list[Column[Any]]:
    return [
        *_rectangle(),
        Column("kind", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("standard", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("limit", Text, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("due", BigInteger, nullable=False),
        Column("stalled_from", BigInteger),
        Column("cell", BigInteger),
        Column("officer", LargeBinary(16)),
    ]


def _columns() -> list[Column[Any]]:
    return [
        *_rectangle(),
        Column("reference", Text, nullable=False),
        Column("category", Text),
        Column("risk", Text),
        Column("ownership", Text, nullable=False),
        Column("owner", Text),
        Column("team", Text),
        Column("allocated_by", Text),
        Column("reported_at", BigInteger, nullable=False),
        Column("closed_at", BigInteger),
        Column("record", Text, nullable=False),
        Column("last_activity", Text, nullable=False),
        Column("last_activity_at", BigInteger, nullable=False),
        Column("cell", BigInteger),
    ]
