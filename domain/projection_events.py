"""What people decide about projections, kept in the ledger like everything else."""

from __future__ import annotations

from typing import ClassVar

from domain.event import Event


class EntrySkipped(Event, frozen=True, kw_only=True):
    """A projection was told to leave out one entry (by position) that it cannot read; the envelope says why."""

    TOPIC: ClassVar[str] = "projection.entry-skipped"
    projection: str
    position: int
