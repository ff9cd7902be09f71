"""Keeps the population tables current: catching up, stopping at what cannot be read, rebuilding.

A reading command catches up first, so what it shows is always current. The ledger up to a position once read
never changes, so whoever records need not wait for it: on PostgreSQL nobody does. Rows and the position that they
reflect are committed together. An entry that cannot be read stops the projection just before it, and says so
to everybody who asks, until it can be read or somebody decides, with a reason, to leave it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.codec import entry_of
from domain.errors import StoreError
from domain.identity import projection_stream
from domain.projection_events import EntrySkipped
from projections.runner.standby import arrives, reflects, wait_for
from projections.tables import checkpoint
from projections.tables.engine import engine_of, reading, writing
from projections.tables.reference import PoisonEntry, ReferenceData
from projections.tables.schema import PROJECTION, SCHEMA
from projections.tables.workers import location_to_share, rows_by_workers
from projections.tables.writer import Filler, Shelves

if TYPE_CHECKING:
    import sqlalchemy

    from domain.instant import Instant
    from ledger.reader import LedgerReader
    from projections.tables.checkpoint import Checkpoint
    from projections.tables.rows import Progress


class Status(NamedTuple):
    """How a projection stands. ``behind`` counts entries; ``updated_at`` is in microseconds UTC."""

    projection: str
    position: int
    behind: int
    rows: int
    generation: int
    updated_at: Instant | None
    skipped: tuple[int, ...]
    failed_position: int | None
    failure: str | None


def ignore(_count: int) -> None:
    """Show no progress."""


class Runner:
    """Runs the population tables of one store."""

    def __init__(self, recorder: LedgerReader) -> None:
        """Read the ledger through ``recorder`` and keep the tables beside it."""
        self.recorder = recorder
        self.engine = engine_of(recorder)
        self._alone = False

    def catch_up(self, progress: Progress = ignore, *, retry: bool = False) -> int:
        """Bring the tables up to the ledger's last entry and return its position.

        Raises ``StoreError`` if an entry cannot be read: the tables then reflect all entries before it. With
        ``retry`` it is tried again although it failed before. On a standby the tables are waited for. Who may not
        fill them waits for a follower, if there is one, and else works out what they lack for this session alone.
        """
        with reading(self.engine) as connection:
            found = checkpoint.find(connection)
            head = self.recorder.head()[0]
        if found is not None and found.failure is not None and not retry:
            raise stopped(found.failed_position, found.failure)
        if reflects(found, head) and not retry:
            return head
        if self.recorder.on_standby():
            wait_for(self.engine, head)
            return head
        if not self._alone and not self.recorder.may_fill():
            if not retry and self.recorder.followed() and arrives(self.engine, head):
                return head
            self._work_alone()
        return self._catch_up(progress)

    def _work_alone(self) -> None:
        """Go on with tables that this session has for itself, since it may not fill those of everybody."""
        from projections.tables.for_one import engine_for_one

        self.engine, self._alone = engine_for_one(self.engine), True

    def check_may_fill(self) -> None:
        """Raise ``StoreError`` unless the tables that everybody reads may be filled from here."""
        if not self.recorder.may_fill():
            why = "this login may not fill the tables that everybody reads"
            raise StoreError(why, hints=(f"an administrator lets it: {self.recorder.right_to_fill()}",))

    def _catch_up(self, progress: Progress) -> int:
        """Advance to the end, or to just before the first entry that cannot be read.

        Each round reads up to the entry that stopped the one before, so what stops it lies earlier.
        """
        met: PoisonEntry | None = None
        while True:
            try:
                head = self._advance(None if met is None else met.position - 1, progress)
            except PoisonEntry as poison:
                met = _earlier(poison, met)
                continue
            if met is not None:
                self._stop(met)
                raise stopped(met.position, met.reason)
            return head

    def _advance(self, until: int | None, progress: Progress) -> int:
        with writing(self.engine) as connection:
            found = checkpoint.find(connection) or checkpoint.start(connection, self.recorder.clock())
            if found.schema > SCHEMA:
                raise StoreError(_other_shape(found.schema), hints=("longcase projections rebuild",))
            before = found.generation
            if found.schema < SCHEMA:
                found = checkpoint.renew(connection, self.recorder.clock())
            head = self.recorder.head()[0] if until is None else until
            if found.position < head:
                found = self._fill(connection, found, head, progress)
            self._commit_at(connection, max(head, found.position))
            if found.generation != before:
                checkpoint.drop_others(connection, found.generation)
        return head

    def _fill(
        self, connection: sqlalchemy.Connection, found: Checkpoint, until: int, progress: Progress
    ) -> Checkpoint:
        """Bring in what is new, into new tables where no row may stay; return the checkpoint to go on from."""
        reference_data = ReferenceData(self.recorder, until, self.skipped())
        if found.position and reference_data.redrawn(found.position):
            found = checkpoint.renew(connection, self.recorder.clock())
        if found.position == 0:
            self._fill_empty(connection, found.generation, reference_data, progress)
        else:
            filler = Filler(connection, found.generation, reference_data)
            changed = filler.fill(self.recorder.streams_since(found.position, until), found.position, progress)
            filler.follow(self.recorder, changed, found.position, until)
        return found

    def _fill_empty(
        self,
        connection: sqlalchemy.Connection,
        generation: int,
        reference_data: ReferenceData,
        progress: Progress,
    ) -> None:
        """Fill empty tables: their indexes come last, and the rows of a large ledger are made by workers."""
        path = location_to_share(self.recorder, reference_data.until)
        if path is None:
            filler = Filler(connection, generation, reference_data)
            filler.fill(self.recorder.streams_since(0, reference_data.until), 0, progress)
        else:
            shelves = Shelves(connection, generation)
            for rows, count in rows_by_workers(path, reference_data.until, reference_data.skipped):
                shelves.write(rows)
                progress(count)
        checkpoint.filled(connection, generation)

    def _commit_at(self, connection: sqlalchemy.Connection, position: int) -> None:
        checkpoint.move(
            connection,
            position=position,
            updated_at=self.recorder.clock(),
            failed_position=None,
            failure=None,
        )

    def _stop(self, poison: PoisonEntry) -> None:
        with writing(self.engine) as connection:
            checkpoint.move(connection, failed_position=poison.position, failure=poison.reason)

    def skipped(self) -> frozenset[int]:
        """Return the positions that somebody decided to leave out."""
        events = [entry_of(row).event for row in self.recorder.stream(projection_stream(PROJECTION))]
        return frozenset(one.position for one in events if isinstance(one, EntrySkipped))

    def status(self) -> Status:
        """Return how the projection stands, without catching up; tables of an older shape reflect nothing."""
        skipped = tuple(sorted(self.skipped()))
        with reading(self.engine) as connection:
            found = checkpoint.find(connection)
            head = self.recorder.head()[0]
            if found is None:
                return Status(PROJECTION, 0, head, 0, 0, None, skipped, None, None)
            rows = checkpoint.count_rows(connection, found.generation)
        failure = _other_shape(found.schema) if found.schema > SCHEMA else found.failure
        position = 0 if found.schema < SCHEMA else found.position
        return Status(
            PROJECTION,
            position,
            head - position,
            rows,
            found.generation,
            found.updated_at,
            skipped,
            found.failed_position,
            failure,
        )


def _other_shape(schema: int) -> str:
    return f"the tables are of shape {schema}, and this version reads shape {SCHEMA}"


def _earlier(poison: PoisonEntry, met: PoisonEntry | None) -> PoisonEntry:
    """Return an entry that cannot be read; raise ``StoreError`` unless it lies before the one met so far.

    A store that gives entries beyond what was asked for would otherwise be read again for ever.
    """
    if met is None or poison.position < met.position:
        return poison
    why = f"asked for entries up to position {met.position - 1}, the store gave the one at {poison.position}"
    raise StoreError(
        f"the projection {PROJECTION} cannot go on: {why}, which cannot be read: {poison.reason}",
        hints=("longcase doctor --deep says what is wrong with the store",),
    ) from poison


def stopped(position: int | None, failure: str | None) -> StoreError:
    """Return the error that says why what is read would not be current."""
    return StoreError(
        f"the population tables stopped before position {position}: {failure}",
        hints=(
            "longcase projections retry, once this version can read it",
            f"longcase projections skip {position} --reason WHY, to leave that entry out for good",
        ),
    )
