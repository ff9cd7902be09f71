"""Between the domain's entries and the ledger's rows, as eventsourcing's mapper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper

from domain.codec import Unreadable, decode, encode, entry_of
from domain.errors import Refused
from ledger.entry import StoredEntry
from ledger.errors import TooLarge
from ledger.recorder import check_size

if TYPE_CHECKING:
    from domain.event import Entry, Event


def to_stored(entry: Entry, *, at_recording: bool = False) -> StoredEntry:
    """Return the row of an entry; ``at_recording``: it occurred at the instant when the ledger takes it.

    Raises ``Refused`` if the event holds what could not be read again.
    """
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
        readable(event),
    )


def readable(event: Event) -> bytes:
    """Return the payload of an event; raise ``Refused`` if it could not be read again."""
    payload = storable(event)
    try:
        decode(event.TOPIC, event.SCHEMA, payload)
    except Unreadable as error:
        raise Refused(str(error)) from error
    return payload


def storable(event: Event) -> bytes:
    """Return the payload of an event whose fields are known to be of their types.

    Raises ``Refused`` if a text of it cannot be stored, or if it is larger than an entry may be.
    """
    try:
        payload = encode(event)
        check_size(event.TOPIC, payload)
    except (UnicodeEncodeError, OverflowError) as error:
        raise Refused(f"{event.TOPIC} holds what cannot be stored: {error}") from error
    except TooLarge as error:
        raise Refused(str(error), hints=error.advice) from error
    return payload


class EntryMapper(Mapper[UUID]):
    """eventsourcing's mapper, by msgspec instead of its transcoder: no ``__dict__``, no topics from classes."""

    def __init__(self) -> None:
        """Need nothing: the codec is a set of functions."""
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: Any) -> Any:
        """Return the row of an entry."""
        return to_stored(domain_event)

    to_domain_event: Any = staticmethod(entry_of)
