"""Keeps the population tables current: catching up, stopping at what cannot be read, rebuilding.

A reading command catches up first, so what it shows is always current. The ledger up to a position once read
never changes, so whoever records does not wait while rows are worked out (``runner.advance``). Rows and the
position that they reflect are committed together. An entry that cannot be read stops the projection just before
it, and says so to everybody who asks, until it can be read or somebody decides, with a reason, to leave it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.codec import entry_of
from domain.errors import StoreError
from domain.identity import projection_stream
from domain.projection_events import EntrySkipped
from projections.runner.standby import arrives, reflects, wait_for
from projections.tables import checkpoint
from projections.tables.engine import engine_of, reading
from projections.tables.schema import PROJECTION, SCHEMA

if TYPE_CHECKING:
    from domain.instant import Instant
    from ledger.reader import LedgerReader
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
            raise checkpoint.stopped(found.failed_position, found.failure)
        if reflects(found, head) and not retry:
            return head
        if self.recorder.on_standby():
            wait_for(self.engine, head)
            return head
        if not self._alone and not self.recorder.may_fill():
            if not retry and self.recorder.followed() and arrives(self.engine, head):
                return head
            self._work_alone()
        from projections.runner.catching_up import bring_up_to, note_well  # (mostly there is nothing to take in)

        bring_up_to(self.engine, self.recorder, self.skipped, head, progress)
        if found is not None and found.failure is not None:
            note_well(self.engine, head)
        return head

    def _work_alone(self) -> None:
        """Go on with tables that this session has for itself, since it may not fill those of everybody."""
        from projections.tables.for_one import engine_for_one

        self.engine, self._alone = engine_for_one(self.engine), True

    def check_may_fill(self) -> None:
        """Raise ``StoreError`` unless the tables that everybody reads may be filled from here."""
        if not self.recorder.may_fill():
            why = "this login may not fill the tables that everybody reads"
            raise StoreError(why, hints=(f"an administrator lets it: {self.recorder.right_to_fill()}",))

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
        failure = checkpoint.other_shape(found.schema) if found.schema > SCHEMA else found.failure
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
