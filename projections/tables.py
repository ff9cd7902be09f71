"""The population tables, for both engines: how every case stood, as at any instant and as known at any.

The interval table carries a number. A rebuild fills the next one beside it and then points readers there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, and_

from domain.instant import FOREVER

PROJECTION = "cases"
SCHEMA = 1
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
    return table


def _columns() -> list[Column[Any]]:
    return [
        Column("stream", LargeBinary(16), nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_to", BigInteger, nullable=False),
        Column("known_from", BigInteger, nullable=False),
        Column("known_to", BigInteger, nullable=False),
        Column("reference", Text, nullable=False),
        Column("category", Text),
        Column("risk", Text),
        Column("ownership", Text, nullable=False),
        Column("owner", Text),
        Column("team", Text),
        Column("reported_at", BigInteger, nullable=False),
        Column("closed_at", BigInteger),
        Column("record", Text, nullable=False),
        Column("last_activity", Text, nullable=False),
        Column("last_activity_at", BigInteger, nullable=False),
    ]
