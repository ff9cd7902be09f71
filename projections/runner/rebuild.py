"""Rebuilding the population tables beside those in service, comparing, and swapping.

The new tables are filled a few cases at a time, so that writers wait for no longer than that; the old one
serves until the last moment. Cut off at any point, by a signal or a crash, the old one stays in service and
what was begun is dropped, now or by the next rebuild.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy
from sqlalchemy import bindparam, except_, func, select

from domain.errors import Conflict
from projections.runner.runner import Runner, ignore, stopped
from projections.tables import checkpoint
from projections.tables.engine import writing
from projections.tables.reference import PoisonEntry, ReferenceData
from projections.tables.schema import SCHEMA
from projections.tables.workers import location_to_share, rows_by_workers
from projections.tables.writer import Filler, Shelves

if TYPE_CHECKING:
    from collections.abc import Iterator

if TYPE_CHECKING:
    from projections.tables.rows import Progress

STREAMS = 2_000

TOGETHER = 100_000
"""How many rows of a generation are compared with those of another at a time."""


class Rebuilt(NamedTuple):
    """What a rebuild found: ``missing`` rows the old table lacked, ``surplus`` rows it should not have had.

    Both are ``None`` where the old table could not be compared: it had stopped, or had another shape.
    """

    position: int
    rows: int
    missing: int | None
    surplus: int | None


def rebuild(runner: Runner, progress: Progress = ignore) -> Rebuilt:
    """Build the tables anew from the ledger and put them into service.

    ``progress`` is called with the number of entries read. Raises ``StoreError`` if an entry cannot be read, or
    the tables may not be filled from here, and ``Conflict`` if another rebuild begins meanwhile: the later one
    goes on.
    """
    runner.check_may_fill()
    generation, until = _begin(runner)
    try:
        _fill(runner, generation, until, progress)
        return _swap(runner, generation, until, progress)
    except PoisonEntry as poison:
        _forget(runner, generation)
        raise stopped(poison.position, poison.reason) from poison
    except BaseException:
        _forget(runner, generation)
        raise


def _begin(runner: Runner) -> tuple[int, int]:
    """Make a table with a number that no rebuild has had which may still be at work, and drop all but it."""
    with writing(runner.engine) as connection:
        now = runner.recorder.clock()
        found = checkpoint.find(connection) or checkpoint.start(connection, now)
        generation = max(checkpoint.generations(connection)) + 1
        checkpoint.drop_others(connection, found.generation)
        checkpoint.make_table(connection, generation)
        return generation, runner.recorder.head()[0]


def _check_own(connection: sqlalchemy.Connection, generation: int) -> None:
    """Raise ``Conflict`` if another rebuild has begun meanwhile and dropped the table of this one."""
    if generation not in checkpoint.generations(connection):
        raise Conflict("another rebuild has begun meanwhile, and goes on instead of this one")


def _fill(runner: Runner, generation: int, until: int, progress: Progress) -> None:
    path = location_to_share(runner.recorder, until)
    if path is None:
        _fill_here(runner, generation, until, progress)
        return
    for rows, count in rows_by_workers(path, until, runner.skipped()):
        with writing(runner.engine) as connection:
            _check_own(connection, generation)
            Shelves(connection, generation).write(rows)
        progress(count)


def _fill_here(runner: Runner, generation: int, until: int, progress: Progress) -> None:
    after = b""
    reference_data = ReferenceData(runner.recorder, until, runner.skipped())
    while streams := runner.recorder.next_streams(after, STREAMS):
        with writing(runner.engine) as connection:
            _check_own(connection, generation)
            filler = Filler(connection, generation, reference_data)
            filler.fill(runner.recorder.streams_between(after, streams[-1], until), 0, progress)
        after = streams[-1]


def _swap(runner: Runner, generation: int, until: int, progress: Progress) -> Rebuilt:
    with writing(runner.engine) as connection:
        _check_own(connection, generation)
        head = runner.recorder.head()[0]
        checkpoint.filled(connection, generation)
        if head > until:
            _fill_rest(runner, connection, generation, (until, head), progress)
        missing, surplus = _compare(runner, connection, generation, head)
        now = runner.recorder.clock()
        checkpoint.move(
            connection,
            generation=generation,
            schema=SCHEMA,
            position=head,
            updated_at=now,
            failed_position=None,
            failure=None,
        )
        rows = checkpoint.count_rows(connection, generation)
        checkpoint.drop_others(connection, generation)
        return Rebuilt(head, rows, missing, surplus)


def _compare(
    runner: Runner, connection: sqlalchemy.Connection, generation: int, head: int
) -> tuple[int | None, int | None]:
    """Return how many rows the old tables lack, and how many too many they have, such as are there twice."""
    old = checkpoint.find(connection)
    if old is None or old.failure is not None or old.schema != SCHEMA:
        return None, None
    if old.position < head:
        _fill_rest(runner, connection, old.generation, (old.position, head), ignore)
    missing = _count_without(connection, generation, old.generation)
    both = checkpoint.count_rows(connection, generation) - missing
    return missing, checkpoint.count_rows(connection, old.generation) - both


def _fill_rest(
    runner: Runner, connection: sqlalchemy.Connection, generation: int, span: tuple[int, int], progress: Progress
) -> None:
    """Bring what was recorded between two positions into tables that reflect the first of them."""
    since, until = span
    reference_data = ReferenceData(runner.recorder, until, runner.skipped())
    if reference_data.redrawn(since):
        checkpoint.clear(connection, generation)
        since = 0
    filler = Filler(connection, generation, reference_data)
    changed = filler.fill(runner.recorder.streams_since(since, until), since, progress)
    filler.follow(runner.recorder, changed, since, until)


def _count_without(connection: sqlalchemy.Connection, one: int, other: int) -> int:
    """Return how many rows of one generation, of which none is there twice, another lacks.

    A part of the streams is compared at a time: the database sorts what it compares, and may do so in memory.
    """
    pairs = zip(checkpoint.tables(one), checkpoint.tables(other), strict=True)
    counts = [_missing(first, second) for first, second in pairs]
    parts = _parts(checkpoint.count_rows(connection, one))
    return sum(connection.execute(count, part).scalar_one() for part in parts for count in counts)


def _missing(first: sqlalchemy.Table, second: sqlalchemy.Table) -> sqlalchemy.Select[int]:
    rows = except_(*(select(table).where(*_within(table)) for table in (first, second)))
    return select(func.count()).select_from(rows.subquery())


def _within(table: sqlalchemy.Table) -> tuple[sqlalchemy.ColumnElement[bool], ...]:
    return table.c.stream >= bindparam("first"), table.c.stream < bindparam("beyond")


def _parts(rows: int) -> Iterator[dict[str, bytes]]:
    """Yield the bounds of parts of the streams, whose ids are spread evenly, of some ``TOGETHER`` rows each."""
    count = rows // TOGETHER + 1
    bounds = [(place * 2**128 // count).to_bytes(16) for place in range(count)]
    for first, beyond in pairwise([*bounds, b"\xff" * 17]):
        yield {"first": first, "beyond": beyond}


def _forget(runner: Runner, generation: int) -> None:
    with writing(runner.engine) as connection:
        if generation in checkpoint.generations(connection):
            checkpoint.drop(connection, generation)
