"""The population tables, for both engines: how every case stood, as at any instant and as known at any.

What the columns hold, and why differences, is in ``tables.column_values``. Each interval table carries a
number, its generation. A rebuild fills the next ones beside those in service and then points readers there.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

TABLES: Final = "longcase_tables"
"""The schema on PostgreSQL in which the tables are; the ledger is in one of its own."""

PROJECTION: Final = "cases"
SCHEMA: Final = 9
"""Counts the shapes that the rows have had: rows of another shape are rebuilt before they are read."""

_METADATA = MetaData()
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared and sorted by its code points, as SQLite and Python do, whatever language a server speaks."""

CHECKPOINT = Table(
    "projection",
    _METADATA,
    Column("name", _TEXT, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("failed_position", BigInteger),
    Column("failure", _TEXT),
)
"""Which interval table is in service, the position that its rows reflect, and what stopped it."""


@cache
def case_interval(generation: int) -> Table:
    """Return the interval table of a generation; its rows are ``projections.intervals.cases``.

    They lie in the order of their cases, so that what a case was at an instant is one look away. In ``stream`` of
    both tables stands the key of a case (``case_key``), which is shorter than its stream.
    """
    return Table(f"case_interval_{generation}", _METADATA, *_case_columns(), sqlite_with_rowid=False)


@cache
def clock_interval(generation: int) -> Table:
    """Return the table of a generation that holds what cases wait for (``deadlines.facts``).

    A wait is too long from ``stalled_from`` on, and ``cell`` is that of the rest of the row's interval
    (``intervals.cells``); both are empty if it was never too long. ``officer`` is the stream of an owner.
    A child is in ``key`` (``child_key``), never by its name: the tables hold nothing personal.
    """
    return Table(f"clock_interval_{generation}", _METADATA, *_clock_columns())


def _clock_columns() -> list[Column[Any]]:
    return [
        Column("stream", LargeBinary(16), nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_to", BigInteger, nullable=False),
        Column("known_from", BigInteger, nullable=False),
        Column("known_to", BigInteger, nullable=False),
        Column("kind", _TEXT, nullable=False),
        Column("name", _TEXT, nullable=False),
        Column("standard", _TEXT, nullable=False),
        Column("key", _TEXT, nullable=False),
        Column("limit", _TEXT, nullable=False),
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
        Column("reference", _TEXT, nullable=False),
        Column("category", _TEXT),
        Column("risk", _TEXT),
        Column("ownership", _TEXT, nullable=False),
        Column("owner", _TEXT),
        Column("team", _TEXT),
        Column("allocated_by", _TEXT),
        Column("reported_at", BigInteger, nullable=False),
        Column("closed_at", BigInteger),
        Column("record", _TEXT, nullable=False),
        Column("last_activity", _TEXT, nullable=False),
        Column("last_activity_at", BigInteger, nullable=False),
        Column("cell", BigInteger, nullable=False),
    ]
