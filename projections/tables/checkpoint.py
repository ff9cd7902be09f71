"""Where a projection stands: which table is in service, up to which position, and what stopped it."""

from __future__ import annotations

import sqlalchemy
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.schema import CreateTable

from domain.errors import StoreError
from domain.instant import Instant
from projections.tables.engine import names_of_tables, on_server
from projections.tables.schema import CHECKPOINT, PROJECTION, SCHEMA, case_interval, clock_interval

Connection = sqlalchemy.Connection
_KINDS = ("case", "clock")
Checkpoint = sqlalchemy.Row[tuple[str, int, int, int, Instant, int | None, str | None]]


class Overtaken(Exception):
    """Somebody else has changed the tables since they were looked at."""


def check_unmoved(connection: Connection, seen: Checkpoint | None) -> None:
    """Raise ``Overtaken`` unless the tables in service are those ``seen``, and reflect the same position."""
    if _place(find(connection)) != _place(seen):
        raise Overtaken


def _place(found: Checkpoint | None) -> tuple[int, int, int] | None:
    return None if found is None else (found.generation, found.schema, found.position)


def check_own(connection: Connection, generation: int) -> None:
    """Raise ``Overtaken`` if somebody else has dropped the tables of a generation that is being filled."""
    if generation not in generations(connection):
        raise Overtaken


def find(connection: Connection) -> Checkpoint | None:
    """Return the checkpoint of the population tables; ``None`` if they have never been made."""
    if CHECKPOINT.name not in names_of_tables(connection):
        return None
    return connection.execute(select(CHECKPOINT).where(CHECKPOINT.c.name == PROJECTION)).one_or_none()


def in_service(connection: Connection) -> Checkpoint:
    """Return the checkpoint; raise ``StoreError`` if the tables have never been made."""
    found = find(connection)
    if found is None:
        raise StoreError("there are no population tables yet", hints=("longcase projections rebuild",))
    return found


def begin_next(connection: Connection) -> int:
    """Make the empty tables of the next generation beside all that there are, and return its number."""
    generation = max(generations(connection), default=0) + 1
    make_table(connection, generation)
    return generation


def start(connection: Connection, now: Instant) -> Checkpoint:
    """Make the tables, empty and without their indexes, with a checkpoint at position 0."""
    if not on_server(connection):
        CHECKPOINT.create(connection, checkfirst=True)
    make_table(connection, 1)
    first = {"name": PROJECTION, "generation": 1, "schema": SCHEMA, "position": 0, "updated_at": now}
    connection.execute(insert(CHECKPOINT).values(first))
    return in_service(connection)


def put_in_service(connection: Connection, generation: int, position: int, now: Instant) -> None:
    """Have the tables of a generation read, which reflect the entries up to ``position``."""
    move(
        connection,
        generation=generation,
        schema=SCHEMA,
        position=position,
        updated_at=now,
        failed_position=None,
        failure=None,
    )


def make_table(connection: Connection, generation: int) -> None:
    """Make the interval tables of a generation, empty, without their indexes: so they fill faster.

    On PostgreSQL that is done by the owner's function, which makes the table of the checkpoint too.
    """
    if on_server(connection):
        _by_the_server(connection, "tables_make", generation)
        return
    for table in tables(generation):
        connection.execute(CreateTable(table))


def tables(generation: int) -> tuple[sqlalchemy.Table, sqlalchemy.Table]:
    """Return the interval tables of a generation: of the cases, and of what they wait for."""
    return case_interval(generation), clock_interval(generation)


def clear(connection: Connection, generation: int) -> None:
    """Empty the tables of a generation."""
    for table in tables(generation):
        connection.execute(delete(table))


def filled(connection: Connection, generation: int) -> None:
    """Make the indexes of tables that were filled, and on PostgreSQL let the planner know what is in them."""
    while index_next(connection, generation):
        pass


def index_next(connection: Connection, generation: int) -> bool:
    """Make the next index of tables that were filled, on PostgreSQL all at once; say whether there was one."""
    if on_server(connection):
        _by_the_server(connection, "tables_index", generation)
        return False
    from projections.tables.indexes import make_next

    return make_next(connection, generation)


def generations(connection: Connection) -> list[int]:
    """Return the generations of which there are tables: in service, being made, or left behind."""
    names = (name.partition("_interval_") for name in names_of_tables(connection))
    return sorted({int(number) for kind, _, number in names if kind in _KINDS and number.isdigit()})


def drop_others(connection: Connection, generation: int) -> None:
    """Drop all tables but those of ``generation``: an earlier one's, or a rebuild's that was cut off.

    On PostgreSQL, where somebody may be reading them, that is left to the next who drops tables.
    """
    others = [number for number in generations(connection) if number != generation]
    if others and on_server(connection):
        from projections.tables.postgres import drop_if_nobody_reads, for_one

        if not for_one(connection):
            drop_if_nobody_reads(connection, others)
            return
    for number in others:
        drop(connection, number)


def drop(connection: Connection, generation: int) -> None:
    """Drop the tables of a generation, as far as there are any."""
    if on_server(connection):
        _by_the_server(connection, "tables_drop", generation)
        return
    for table in tables(generation):
        table.drop(connection, checkfirst=True)


def _by_the_server(connection: Connection, what: str, generation: int) -> None:
    from projections.tables.postgres import carry_out

    carry_out(connection, what, generation)


def move(connection: Connection, **values: object) -> None:
    """Change what the checkpoint says."""
    connection.execute(update(CHECKPOINT).where(CHECKPOINT.c.name == PROJECTION).values(values))


def count_rows(connection: Connection, generation: int) -> int:
    """Return how many rows a generation's tables have, as far as they were made: once there was one."""
    made = names_of_tables(connection)
    found = (table for table in tables(generation) if table.name in made)
    counts = (select(func.count()).select_from(table) for table in found)
    return sum(connection.execute(count).scalar_one() for count in counts)


def other_shape(schema: int) -> str:
    """Say that tables are of a shape that this version does not read."""
    return f"the tables are of shape {schema}, and this version reads shape {SCHEMA}"


def stopped(position: int | None, failure: str | None) -> StoreError:
    """Return the error that says why what is read would not be current."""
    return StoreError(
        f"the population tables stopped before position {position}: {failure}",
        hints=(
            "longcase projections retry, once this version can read it",
            f"longcase projections skip {position} --reason WHY, to leave that entry out for good",
        ),
    )
