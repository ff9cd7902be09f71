"""eventsourcing's factory and event store over a ledger that is open already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import (
    EventStore,
    InfrastructureFactory,
    InfrastructureFactoryError,
    Recording,
)
from eventsourcing.utils import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventsourcing.persistence import Notification

    from ledger.entry import StoredEntry
    from ledger.recorder import LedgerRecorder


class EntryStore(EventStore[UUID]):
    """Puts entries into the ledger, and says of each when the ledger took it: the library's says only where."""

    def put(self, domain_events: Sequence[Any], *, at_recording: bool = False, **_: Any) -> list[Recording[UUID]]:
        """Record entries in one transaction, and return them as the ledger took them.

        ``at_recording``: they occurred at the very instant at which it did. Raises ``Refused`` for what could
        not be read again, and what the ledger raises.
        """
        rows = cast("list[StoredEntry]", list(map(self.mapper.to_stored_event, domain_events)))
        if at_recording:
            rows = [row._replace(occurred_at=None) for row in rows]
        positions, recorded_at = cast("LedgerRecorder", self.recorder).record(rows)
        times = {"recorded_at": recorded_at} | ({"occurred_at": recorded_at} if at_recording else {})
        return [
            Recording(
                msgspec.structs.replace(entry, position=position, **times),
                cast("Notification", row._replace(position=position)),  # as the recorder's own notifications are
            )
            for position, entry, row in zip(positions, domain_events, rows, strict=True)
        ]


class LedgerFactory(InfrastructureFactory[Any]):
    """Hands eventsourcing the recorder that is open already, and no other."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        """Hand out ``recorder``."""
        super().__init__(Environment())
        self.recorder = recorder

    def application_recorder(self) -> LedgerRecorder:
        """Return the recorder."""
        return self.recorder

    def aggregate_recorder(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: a case is short and read whole, without snapshots; projections keep their own checkpoints."""
        raise InfrastructureFactoryError("Longcase has no recorder but the ledger's")

    tracking_recorder = process_recorder = aggregate_recorder

    def close(self) -> None:
        """Close the recorder."""
        self.recorder.close()
