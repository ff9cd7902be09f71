"""Between the domain's entries and the ledger's rows, as eventsourcing's mapper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, Mapper

from domain.codec import Unreadable, decode, encode, entry_of, schema_of
from domain.errors import Refused
from domain.origins import shortened
from ledger.entry import LARGEST, StoredEntry
from ledger.errors import TooLarge
from ledger.recorder import check_size

if TYPE_CHECKING:
    from domain.event import Entry, Event


def to_stored(entry: Entry) -> StoredEntry:
    """Return the row of an entry; raise ``Refused`` if its event could not be stored, or not be read again."""
    event = shortened(entry.event, entry.occurred_at)
    kind, schema = type(event), schema_of(event)
    payload = storable(event)
    try:
        # msgspec asks for the types of fields when it reads, and not before.
        decode(kind.TOPIC, schema, payload, entry.occurred_at)
    except Unreadable as error:
        # The values are those of whoever asks, who is told of them.
        raise Refused(f"the payload is no {kind.TOPIC}: {error.__cause__ or error}") from error
    position, stream, version, at, recorded_at, actor, role, command, _ = msgspec.structs.astuple(entry)
    header = (position, stream, version, kind.TOPIC, schema, actor, role, at, recorded_at, command)
    return StoredEntry(*header, b"", b"", payload)


def storable(event: Event) -> bytes:
    """Return the payload of an event whose fields are known to be of their types.

    Raises ``Refused`` if a text of it cannot be stored, or if it is larger than an entry may be: the ledger
    would refuse it too, and with it all that is inserted together.
    """
    try:
        payload = encode(event)
        if len(payload) > LARGEST:
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

    to_stored_event: Any = staticmethod(to_stored)
    to_domain_event: Any = staticmethod(entry_of)
