"""How far the population tables are behind the ledger, asked cheaply and without catching up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projections.tables import checkpoint
from projections.tables.engine import reading
from projections.tables.schema import SCHEMA

if TYPE_CHECKING:
    from domain.instant import Instant
    from projections.runner.runner import Runner

_RECORDED = "SELECT recorded_at FROM entry WHERE position = ?"


class Lag(NamedTuple):
    """The ledger's last position, and the one that the tables reflect.

    ``waiting_since`` is when the oldest entry was recorded that they do not reflect yet, in microseconds UTC;
    ``failed_position`` is that of the entry which stopped them.
    """

    head: int
    position: int
    waiting_since: Instant | None
    failed_position: int | None


def lag_of(runner: Runner) -> Lag:
    """Return where the tables of ``runner`` stand; tables of an older shape reflect nothing."""
    with reading(runner.engine) as connection:
        found = checkpoint.find(connection)
        position = 0 if found is None or found.schema < SCHEMA else found.position
        head = runner.recorder.head()[0]
        rows = runner.recorder.rows(_RECORDED, (position + 1,))
    return Lag(
        head,
        position,
        rows[0][0] if rows else None,
        None if found is None else found.failed_position,
    )
