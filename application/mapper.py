"""Between the domain's entries and the ledger's rows, as eventsourcing's mapper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper

from domain.codec import decode, encode
from domain.event import Entry
from ledger.stored import StoredEntry


def to_stored(entry: Entry, *, at_recording: bool = False) -> StoredEntry:
    """Return the row of an entry; ``at_recording``: it occurred at the instant when the ledger takes it."""
    event = entry.event
    kind = type(event)
    occurred_at = None if at_recording else entry.occurred_at
    return StoredEntry(
        entry.position,
        entry.stream,
        entry.version,
        kind.TOPIC,
        kind.SCHEMA,
        entry.actor,
        entry.role,
        occurred_at,
        entry.recorded_at,
        entry.command_id,
        b"",
        encode(event),
    )


def to_entry(stored: StoredEntry) -> Entry:
    """Return the entry of a row; raise ``domain.codec.Unreadable`` if this version cannot read it."""
    position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command, _, payload = stored
    event = decode(topic, schema, payload)
    return Entry(position, stream, version, occurred_at or 0, recorded_at, actor, role, command, event)


class EntryMapper(Mapper[UUID]):
    """eventsourcing's mapper, by msgspec instead of its transcoder: no ``__dict__``, no topics from classes."""

    def __init__(self) -> None:
        """Need nothing: the codec is a set of functions."""
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: Any) -> Any:
        """Return the row of an entry."""
        return to_stored(domain_event)

    to_domain_event: Any = staticmethod(to_entry)
