"""Bringing the tables on without holding up whoever records: worked out first, written in short transactions.

What a case's rows are is worked out without a transaction, from entries that never change. Then the lock is
taken, it is checked that the tables are still those that were looked at, and what changes is written together
with the position that the rows then reflect. If another process was quicker, its work stands, and one goes on
from there. Tables that are made anew are filled beside those in service.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from domain.errors import StoreError
from projections.runner.batches import fill, forget
from projections.tables import checkpoint
from projections.tables.checkpoint import Overtaken
from projections.tables.engine import reading, writing
from projections.tables.reference import ReferenceData
from projections.tables.schema import SCHEMA
from projections.tables.workers import all_rows
from projections.tables.writer import Filler, Shelves, Target, TooMuch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import sqlalchemy

    from ledger.reader import LedgerReader
    from projections.tables.checkpoint import Checkpoint
    from projections.tables.rows import Flats, Progress

MOST: Final = 20_000
"""How many rows one transaction takes out and puts in at most, unless a single entry changes more."""

SPAN: Final = 5_000
"""How many entries are taken in together at first; half as many after too much, twice as many after success."""


class Advance:
    """Brings the tables of one store up to a position."""

    def __init__(
        self,
        engine: sqlalchemy.Engine,
        recorder: LedgerReader,
        until: int,
        skipped: Collection[int],
        progress: Progress,
    ) -> None:
        """Bring them up to ``until``, without the entries skipped; ``progress`` is told of entries read."""
        self._engine, self._recorder = engine, recorder
        self._until, self._skipped = until, skipped
        self._progress = progress
        self._span = SPAN

    def run(self) -> None:
        """Return when the tables reflect the entries up to there.

        Raises ``PoisonEntry`` for one that cannot be read, and ``StoreError`` for tables of a later version.
        """
        while not self._there(seen := self._look()):
            try:
                self._go_on(seen)
            except Overtaken:
                continue

    def _look(self) -> Checkpoint | None:
        with reading(self._engine) as connection:
            found = checkpoint.find(connection)
        if found is not None and found.schema > SCHEMA:
            raise StoreError(checkpoint.other_shape(found.schema), hints=("longcase projections rebuild",))
        return found

    def _there(self, seen: Checkpoint | None) -> bool:
        return seen is not None and seen.schema == SCHEMA and seen.position >= self._until

    def _go_on(self, seen: Checkpoint | None) -> None:
        if seen is None or seen.schema < SCHEMA or not seen.position:
            self._fill_anew(seen)
            return
        until = min(self._until, seen.position + self._span)
        reference_data = ReferenceData(self._recorder, until, self._skipped)
        if reference_data.redrawn(seen.position):
            self._fill_anew(seen)
            return
        try:
            self._step(seen, reference_data)
        except TooMuch:
            self._span = max(1, (until - seen.position) // 2)
        else:
            self._span *= 2

    def _step(self, seen: Checkpoint, reference_data: ReferenceData) -> None:
        """Take in the entries after what was seen, up to where ``reference_data`` ends."""
        since, until = seen.position, reference_data.until
        target = Target(self._engine, seen.generation, lambda it: checkpoint.check_unmoved(it, seen))
        filler = Filler(target, reference_data, MOST if until - since > 1 else None)
        changed = filler.fill(self._recorder.streams_since(since, until), since, self._progress)
        filler.follow(self._recorder, changed, since, until)
        with writing(self._engine) as connection:
            target.check(connection)
            Shelves(connection, seen.generation).apply(filler.difference)
            self._commit_at(connection, seen.generation, until)

    def _fill_anew(self, seen: Checkpoint | None) -> None:
        """Make the rows of all cases: few in one transaction, many beside the tables in service."""
        rows = all_rows(self._recorder, self._until, self._skipped, self._progress)
        some = next(rows)
        more = next(rows, None)
        if more is None and not some.full:
            self._fill_at_once(seen, some)
        else:
            self._fill_beside(seen, chain((some,), () if more is None else (more,), rows))

    def _fill_at_once(self, seen: Checkpoint | None, rows: Flats) -> None:
        with writing(self._engine) as connection:
            checkpoint.check_unmoved(connection, seen)
            generation = self._empty_tables(connection, seen)
            if self._until:
                Shelves(connection, generation).write(rows)
                checkpoint.filled(connection, generation)
            self._commit_at(connection, generation, self._until)
            checkpoint.drop_others(connection, generation)

    def _empty_tables(self, connection: sqlalchemy.Connection, seen: Checkpoint | None) -> int:
        if seen is not None and (seen.schema < SCHEMA or seen.position):
            return checkpoint.begin_next(connection)
        generation: int = (seen or checkpoint.start(connection, self._recorder.clock())).generation
        return generation

    def _fill_beside(self, seen: Checkpoint | None, rows: Iterator[Flats]) -> None:
        with writing(self._engine) as connection:
            checkpoint.check_unmoved(connection, seen)
            before = seen or checkpoint.start(connection, self._recorder.clock())
            generation = checkpoint.begin_next(connection)

        def check(connection: sqlalchemy.Connection) -> None:
            checkpoint.check_unmoved(connection, before)
            checkpoint.check_own(connection, generation)

        target = Target(self._engine, generation, check)
        try:
            fill(target, rows)
            with writing(self._engine) as connection:
                target.check(connection)
                self._commit_at(connection, generation, self._until)
                checkpoint.drop_others(connection, generation)
        except BaseException:
            forget(self._engine, generation)
            raise

    def _commit_at(self, connection: sqlalchemy.Connection, generation: int, position: int) -> None:
        checkpoint.put_in_service(connection, generation, position, self._recorder.clock())
