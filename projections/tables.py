"""The population tables, for both engines: how every case stood, as at any instant and as known at any.

Each interval table carries a number, its generation. A rebuild fills the next ones beside those in service
and then points readers there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

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

    Rows lie in the order of their cases, so that what a case was at an instant is one look away. Whatever holds
    at an instant is found by its cell (``projections.cells``); open cases, which most questions are about and
    which must be counted without reading the closed ones, have an index of their own. That they are not closed
    stands in it too: SQLite would look into the table for it otherwise, which took fifty times as long.
    """
    name = f"case_interval_{generation}"
    table = Table(name, _METADATA, *_case_columns(), sqlite_with_rowid=False)
    c = table.c
    is_open = c.closed_at.is_(None)
    Index(f"{name}_cell", c.cell, c.valid_from)
    Index(
        f"{name}_open",
        c.cell,
        c.valid_from,
        c.valid_to,
        c.known_from,
        c.known_to,
        c.closed_at,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip  (one index)
    return table


@cache
def clock_interval(generation: int) -> Table:
    """Return the table of a generation that holds what cases wait for; its rows are ``projections.weaving``.

    A wait is too long from ``stalled_from`` on, and ``cell`` is that of the rest of the row's interval
    (``projections.cells``); both are empty if it was never too long. The index of the cells holds all that the
    question for the stalled cases asks, so that it need not look into the table. ``officer`` is the stream of
    an owner.
    """
    name = f"clock_interval_{generation}"
    table = Table(name, _METADATA, *_clock_columns())
    c = table.c
    waits, owned, others = c.kind == WAIT, c.officer.is_not(None), c.kind.in_((CONDITION, HARM))
    placed = c.cell.is_not(None)
    Index(f"{name}_stream", c.stream)
    Index(f"{name}_due", c.due, sqlite_where=waits, postgresql_where=waits)
    Index(f"{name}_officer", c.officer, sqlite_where=owned, postgresql_where=owned)
    Index(f"{name}_kind", c.name, c.since, sqlite_where=others, postgresql_where=others)
    Index(
        f"{name}_cell",
        c.cell,
        c.stalled_from,
        c.valid_to,
        c.valid_from,
        c.known_from,
        c.known_to,
        c.stream,
        c.kind,
        c.name,
        c.standard,
        c.key,
        c.limit,
        c.since,
        c.due,
        sqlite_where=placed,
        postgresql_where=placed,
    )  # fmt: skip  (one index)
    return table


def _clock_columns() -> list[Column[Any]]:
    return [
        Column("stream", LargeBinary(16), nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_to", BigInteger, nullable=False),
        Column("known_from", BigInteger, nullable=False),
        Column("known_to", BigInteger, nullable=False),
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


def _case_columns() -> list[Column[Any]]:
    return [
        Column("stream", LargeBinary(16), primary_key=True),
        Column("valid_from", BigInteger, primary_key=True, autoincrement=False),
        Column("known_from", BigInteger, primary_key=True, autoincrement=False),
        Column("valid_to", BigInteger, nullable=False),
        Column("known_to", BigInteger, nullable=False),
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
        Column("cell", BigInteger, nullable=False),
    ]
