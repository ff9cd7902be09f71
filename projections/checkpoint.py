"""Where a projection stands: which table is in service, up to which position, and what stopped it."""

from __future__ import annotations

import sqlalchemy
from sqlalchemy import func, insert, inspect, select, update

from domain.instant import Instant
from projections.tables import CHECKPOINT, PROJECTION, SCHEMA, case_interval

Connection = sqlalchemy.Connection
Checkpoint = sqlalchemy.Row[tuple[str, int, int, int, Instant, int | None, str | None]]


def find(connection: Connection) -> Checkpoint | None:
    """Return the checkpoint of the population tables; ``None`` if they have never been made."""
    if not inspect(connection).has_table(CHECKPOINT.name):
        return None
    return connection.execute(select(CHECKPOINT).where(CHECKPOINT.c.name == PROJECTION)).one_or_none()


def start(connection: Connection, now: Instant) -> Checkpoint:
    """Make the tables, empty, with a checkpoint at position 0."""
    CHECKPOINT.create(connection, checkfirst=True)
    make_table(connection, 1)
    first = {"name": PROJECTION, "generation": 1, "schema": SCHEMA, "position": 0, "updated_at": now}
    connection.execute(insert(CHECKPOINT).values(first))
    found = find(connection)
    if found is None:
        raise AssertionError
    return found


def make_table(connection: Connection, generation: int) -> None:
    """Make the interval table of a generation, empty, with its indexes."""
    case_interval(generation).create(connection)


def make_indexes(connection: Connection, generation: int) -> None:
    """Make the indexes of a generation's table again."""
    for index in _indexes(generation):
        index.create(connection)


def drop_indexes(connection: Connection, generation: int) -> None:
    """Drop the indexes of a generation's table, so that it fills faster."""
    for index in _indexes(generation):
        index.drop(connection)


def _indexes(generation: int) -> list[sqlalchemy.Index]:
    return sorted(case_interval(generation).indexes, key=lambda index: str(index.name))


def generations(connection: Connection) -> list[int]:
    """Return the numbers of the interval tables that there are: in service, being made, or left behind."""
    names = (name.removeprefix("case_interval_") for name in inspect(connection).get_table_names())
    return sorted(int(number) for number in names if number.isdigit())


def drop_others(connection: Connection, generation: int) -> None:
    """Drop every interval table but that of ``generation``: an earlier one, or a rebuild that was cut off."""
    for number in generations(connection):
        if number != generation:
            case_interval(number).drop(connection)


def move(connection: Connection, **values: object) -> None:
    """Change what the checkpoint says."""
    connection.execute(update(CHECKPOINT).where(CHECKPOINT.c.name == PROJECTION).values(values))


def count_rows(connection: Connection, generation: int) -> int:
    """Return how many rows a generation's table has."""
    return connection.execute(select(func.count()).select_from(case_interval(generation))).scalar_one()
