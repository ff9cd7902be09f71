"""The envelope that every event has, and the entry that the ledger makes of it.

What can be searched without reading a payload (who, in which role, when, which command) is the entry's
header and holds nothing personal. The rest of the envelope travels in the payload with the event's own fields.
"""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

import msgspec

from domain.instant import Instant

Personal = Annotated[str, msgspec.Meta(extra={"personal": True})]
"""Text that may name or describe a person: marked in the type, so that it can be found and protected."""


CLOCK_CONFIRMED = "clock-confirmed"
"""The flag of an entry recorded under a clock far beyond the entry before, which somebody said was right."""


class Origin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where an imported entry came from, in its source's own identifiers; stored as a list, to be short.

    ``place`` counts from 0 among the case's events in the source; -1 is the report that an import makes of the
    first of them. ``time`` is the source's own text of the timestamp; ``recorded_at`` is when the source
    recorded it (microseconds since 1970 UTC), or when it occurred where the source does not say.
    ``imported_by`` is who ran the import.
    """

    source: str
    case: str
    place: int
    time: str = ""
    recorded_at: Instant | None = None
    imported_by: str | None = None


class ShortOrigin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An origin as it is stored where the entry says the rest: see ``origins``.

    ``zone`` is what its text of the time has after the whole seconds, or, where that is an offset in hours and
    minutes and nothing else, how many minutes that is east of UTC.
    """

    source: str
    case: str
    place: int
    zone: int | str
    imported_by: str | None = None


SHORT = 2
"""The first schema whose payloads may have their origin in short."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A fact in the past tense. Subclasses carry an explicit ``TOPIC``, the name that is stored for ever.

    ``SCHEMA`` counts the shapes that the payload has had; ``FIXED`` names the fields that no correction
    may change, because other entries refer to them. ``short_origin`` stands in a payload alone: whoever has read
    an event finds its origin in ``origin``.
    """

    TOPIC: ClassVar[str] = ""
    SCHEMA: ClassVar[int] = SHORT
    FIXED: ClassVar[frozenset[str]] = frozenset()

    on_behalf_of: str | None = None
    reason: Personal | None = None
    via: str | None = None
    origin: Origin | None = None
    short_origin: ShortOrigin | None = msgspec.field(default=None, name="from")
    flags: tuple[str, ...] = ()


ENVELOPE = frozenset(Event.__struct_fields__)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An event as the ledger holds it.

    ``position`` is its place in the whole ledger and ``version`` its place in its stream, both from 1;
    ``occurred_at`` and ``recorded_at`` are microseconds since 1970 UTC; ``stream`` and ``command_id``
    are the 16 bytes of a UUID. An entry that has not been recorded yet has position 0.
    """

    position: int
    stream: bytes
    version: int
    occurred_at: Instant
    recorded_at: Instant
    actor: str
    role: str
    command_id: bytes
    event: Event

    @property
    def originator_id(self) -> UUID:
        """The stream, as eventsourcing names an aggregate."""
        return UUID(bytes=self.stream)

    @property
    def originator_version(self) -> int:
        """The version, as eventsourcing names it."""
        return self.version

    @property
    def topic(self) -> str:
        """The stored name of the event."""
        return type(self.event).TOPIC

    @property
    def name(self) -> str:
        """The event's name without its aggregate: ``warrant-sought`` of ``case.warrant-sought``."""
        return type(self.event).TOPIC.partition(".")[2]


def source_recorded_at(entry: Entry) -> Instant | None:
    """Return when an imported entry's source recorded it; ``None`` for an entry made here."""
    origin = entry.event.origin
    return None if origin is None else origin.recorded_at


def known_at(entry: Entry) -> Instant:
    """Return the instant from which an entry counts as known. Nothing else decides this.

    It is when the ledger took the entry; for imported history, when its source recorded it, where the
    source says so, but never later than the ledger took it.
    """
    if entry.event.origin is None:  # (as of all that is recorded here)
        return entry.recorded_at
    recorded = source_recorded_at(entry)
    if recorded is None or recorded > entry.recorded_at:
        return entry.recorded_at
    return recorded
