"""Filling tables that nobody reads yet, a batch at a time, so that writers wait for no longer than that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from projections.tables import checkpoint
from projections.tables.engine import writing
from projections.tables.writer import Shelves

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy

    from projections.tables.rows import Flats
    from projections.tables.writer import Target

WRITERS_PAUSE: Final = 0.05
"""Pause in seconds between two transactions, so that writers get the lock."""


def fill(target: Target, rows: Iterable[Flats]) -> None:
    """Put rows into tables that are empty, and make their indexes; raise ``Overtaken`` as ``target`` says."""
    for each in rows:
        for part in each.parts():
            _write(target, part)
    while _indexed_further(target):
        pass


def _write(target: Target, rows: Flats) -> None:
    began = time.monotonic()
    with writing(target.engine) as connection:
        target.check(connection)
        Shelves(connection, target.generation).write(rows)
    _let_writers_in(target.engine, began)


def _indexed_further(target: Target) -> bool:
    began = time.monotonic()
    with writing(target.engine) as connection:
        target.check(connection)
        more = checkpoint.index_next(connection, target.generation)
    _let_writers_in(target.engine, began)
    return more


def _let_writers_in(engine: sqlalchemy.Engine, began: float) -> None:
    """Rest as long as the lock was held, up to a bound, where whoever records waits for it; not on PostgreSQL.

    Who waits for long looks less often, and who waits for little soon: the tables of a small store rest hardly.
    """
    if engine.dialect.name == "sqlite":
        time.sleep(min(time.monotonic() - began, WRITERS_PAUSE))


def forget(engine: sqlalchemy.Engine, generation: int) -> None:
    """Drop the tables of a generation that are not to be finished, as far as they are there."""
    with writing(engine) as connection:
        if generation in checkpoint.generations(connection):
            checkpoint.drop(connection, generation)
