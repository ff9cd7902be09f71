"""Brings the tables up to a position, and notes what stopped them; loaded where there are entries to take in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import StoreError
from projections.runner.advance import Advance
from projections.tables import checkpoint
from projections.tables.engine import writing
from projections.tables.reference import PoisonEntry
from projections.tables.schema import PROJECTION

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import sqlalchemy

    from ledger.reader import LedgerReader
    from projections.tables.rows import Progress

    Skipped = Callable[[], Collection[int]]


def bring_up_to(
    engine: sqlalchemy.Engine, recorder: LedgerReader, skipped: Skipped, head: int, progress: Progress
) -> None:
    """Advance to ``head``, or to just before the first entry that cannot be read, and then raise ``StoreError``.

    Each round reads up to the entry that stopped the one before, so what stops it lies earlier.
    """
    met: PoisonEntry | None = None
    while True:
        until = head if met is None else met.position - 1
        try:
            Advance(engine, recorder, until, skipped(), progress).run()
        except PoisonEntry as poison:
            met = _earlier(poison, met)
            continue
        if met is not None:
            _stop(engine, met)
            raise checkpoint.stopped(met.position, met.reason)
        return


def note_well(engine: sqlalchemy.Engine, position: int) -> None:
    """Note that what stopped the tables at or before a position does so no longer."""
    with writing(engine) as connection:
        found = checkpoint.in_service(connection)
        if found.failed_position is not None and found.failed_position <= position:
            checkpoint.move(connection, failed_position=None, failure=None)


def _stop(engine: sqlalchemy.Engine, poison: PoisonEntry) -> None:
    with writing(engine) as connection:
        checkpoint.move(connection, failed_position=poison.position, failure=poison.reason)


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
