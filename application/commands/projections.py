"""The decision that a projection leaves out an entry that it cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.recording import record
from domain.errors import Refused
from domain.identity import projection_stream
from domain.projection_events import EntrySkipped

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.event import Entry


def _check(history: History, entry: Entry) -> None:
    if not entry.event.reason:
        raise Refused("skipping an entry needs a reason", hints=("give --reason",))
    done = (one.event for one in history.entries)
    wanted = entry.event
    if any(isinstance(one, EntrySkipped) and one.position == getattr(wanted, "position", 0) for one in done):
        raise Refused("the entry is skipped already")


def skip_entry(app: Longcase, projection: str, position: int, by: Envelope) -> Receipt:
    """Record that ``projection`` leaves out the entry at ``position``, and why."""
    event = EntrySkipped(projection=projection, position=position, **by.fields())
    return record(app, projection_stream(projection), EntrySkipped, lambda _h, _at: [event], _check, by)
