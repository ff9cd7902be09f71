"""Rebuilding the population tables beside those in service, comparing, and swapping.

Rows are worked out without a lock and put into the new tables some at a time, so that writers wait for no
longer than that; they are compared with the old in a snapshot. The old ones serve until the last moment. Cut off
at any point, by a signal or a crash, they stay in service and what was begun is dropped, now or by the next
rebuild.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy
from sqlalchemy import bindparam, except_, func, select

from domain.errors import Conflict
from projections.runner.advance import SPAN, Advance
from projections.runner.batches import fill, forget
from projections.runner.runner import Runner, ignore
from projections.tables import checkpoint
from projections.tables.case_key import key_at
from projections.tables.engine import reading, writing
from projections.tables.reference import PoisonEntry, ReferenceData
from projections.tables.schema import SCHEMA
from projections.tables.workers import all_rows
from projections.tables.writer import Filler, Shelves, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.tables.rows import Progress

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
        forget(runner.engine, generation)
        raise checkpoint.stopped(poison.position, poison.reason) from poison
    except BaseException:
        forget(runner.engine, generation)
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


def _own(runner: Runner, generation: int) -> Target:
    """Return the tables that are being made, which another rebuild drops when it begins."""

    def check(connection: sqlalchemy.Connection) -> None:
        if generation not in checkpoint.generations(connection):
            raise Conflict("another rebuild has begun meanwhile, and goes on instead of this one")

    return Target(runner.engine, generation, check)


def _fill(runner: Runner, generation: int, until: int, progress: Progress) -> None:
    fill(_own(runner, generation), all_rows(runner.recorder, until, runner.skipped(), progress))


def _swap(runner: Runner, generation: int, until: int, progress: Progress) -> Rebuilt:
    """Bring the new tables up to date, compare them with the old and put them into service.

    Whoever reads may bring the old ones further meanwhile: then the new ones follow, and it is tried again.
    """
    counts: tuple[int | None, int | None] | None = None
    while True:
        while until < (head := runner.recorder.head()[0]):
            head = min(head, until + SPAN)
            _fill_rest(runner, generation, (until, head), progress)
            until = head
        if counts is None:
            counts = _compared(runner, generation, until)
        if counts is not None and (rows := _put_in_service(runner, generation, until)) is not None:
            return Rebuilt(until, rows, *counts)


def _put_in_service(runner: Runner, generation: int, until: int) -> int | None:
    """Have the new tables read, and return how many rows they have; ``None`` if the old ones reflect more."""
    with writing(runner.engine) as connection:
        _own(runner, generation).check(connection)
        if checkpoint.in_service(connection).position > until:
            return None
        rows = checkpoint.count_rows(connection, generation)
        checkpoint.put_in_service(connection, generation, until, runner.recorder.clock())
        checkpoint.drop_others(connection, generation)
        return rows


def _compared(runner: Runner, generation: int, until: int) -> tuple[int | None, int | None] | None:
    """Return how many rows the old tables lack, and how many too many they have, such as are there twice.

    Neither can be told of tables that had stopped or had another shape; of those whose rows would all be made
    anew nothing is wrong. ``None`` if the old ones reflect more than the new ones by now.
    """
    old = _in_service(runner)
    if old.failure is not None or old.schema != SCHEMA:
        return None, None
    if not old.position or ReferenceData(runner.recorder, until, runner.skipped()).redrawn(old.position):
        return 0, 0
    Advance(runner.engine, runner.recorder, until, runner.skipped(), ignore).run()
    with reading(runner.engine) as connection:
        old = checkpoint.in_service(connection)
        if old.position > until:
            return None
        _own(runner, generation).check(connection)
        missing = _count_without(connection, generation, old.generation, until)
        both = checkpoint.count_rows(connection, generation) - missing
        return missing, checkpoint.count_rows(connection, old.generation) - both


def _in_service(runner: Runner) -> checkpoint.Checkpoint:
    with reading(runner.engine) as connection:
        return checkpoint.in_service(connection)


def _fill_rest(runner: Runner, generation: int, span: tuple[int, int], progress: Progress) -> None:
    """Bring what was recorded between two positions into tables that reflect the first of them."""
    since, until = span
    own = _own(runner, generation)
    reference_data = ReferenceData(runner.recorder, until, runner.skipped())
    if reference_data.redrawn(since):
        with writing(runner.engine) as connection:
            own.check(connection)
            checkpoint.clear(connection, generation)
        _fill(runner, generation, until, progress)
        return
    filler = Filler(own, reference_data)
    changed = filler.fill(runner.recorder.streams_since(since, until), since, progress)
    filler.follow(runner.recorder, changed, since, until)
    with writing(runner.engine) as connection:
        own.check(connection)
        Shelves(connection, generation).apply(filler.difference)


def _count_without(connection: sqlalchemy.Connection, one: int, other: int, until: int) -> int:
    """Return how many rows of one generation, of which none is there twice, another lacks.

    A part of the streams is compared at a time: the database sorts what it compares, and may do so in memory.
    """
    pairs = zip(checkpoint.tables(one), checkpoint.tables(other), strict=True)
    counts = [_missing(first, second) for first, second in pairs]
    parts = _parts(checkpoint.count_rows(connection, one), until)
    return sum(connection.execute(count, part).scalar_one() for part in parts for count in counts)


def _missing(first: sqlalchemy.Table, second: sqlalchemy.Table) -> sqlalchemy.Select[int]:
    rows = except_(*(select(table).where(*_within(table)) for table in (first, second)))
    return select(func.count()).select_from(rows.subquery())


def _within(table: sqlalchemy.Table) -> tuple[sqlalchemy.ColumnElement[bool], ...]:
    return table.c.stream >= bindparam("first"), table.c.stream < bindparam("beyond")


def _parts(rows: int, until: int) -> Iterator[dict[str, bytes]]:
    """Yield the bounds of parts of the cases, which begin up to ``until``, of some ``TOGETHER`` rows each."""
    count = rows // TOGETHER + 1
    bounds = [key_at(place * until // count) for place in range(1, count)]
    for first, beyond in pairwise([b"", *bounds, b"\xff"]):
        yield {"first": first, "beyond": beyond}
