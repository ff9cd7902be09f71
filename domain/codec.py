"""Events to bytes and back: JSON by msgspec, topics to classes, old shapes upcast when they are read.

Nothing stored is ever rewritten. A payload of an older ``SCHEMA`` goes through the upcasts of its topic,
one for each step, as plain data, and then becomes the event of today.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from domain.cases import events as case_events
from domain.errors import Unreadable as Unreadable  # noqa: PLC0414  (re-exported on purpose)
from domain.event import SHORT, Entry, Event
from domain.instant import EARLIEST, FOREVER, Instant
from domain.origins import in_full

if TYPE_CHECKING:
    from types import ModuleType

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: dict[tuple[str, int], Upcast] = {}
"""The step from one schema of a topic to the next, by topic and the older schema's number."""


_UNFIT = (msgspec.MsgspecError, RecursionError, KeyError, TypeError, ValueError, OverflowError)
_QUOTING = "Invalid enum value"
"""Begins the one message of msgspec that quotes the value."""

Row = tuple[int, bytes, int, str, int, str, str, "int | None", int, bytes, bytes, bytes, bytes]
"""An entry as the ledger keeps it: the header's ten fields in their order, a leaf, a salt, the payload."""


def _events(*modules: ModuleType) -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for module in modules:
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, Event) and item.TOPIC:
                found[item.TOPIC] = item
    return found


_CASE_EVENTS = _events(case_events)


@cache
def topics() -> dict[str, type[Event]]:
    """Return every event by the name that is stored for ever."""
    from domain import officer, projection_events
    from domain.inspections import inspection
    from domain.rulebook import events as rulebook_events

    return _events(case_events, inspection, officer, projection_events, rulebook_events)


@cache
def _officer_events() -> dict[str, type[Event]]:
    from domain import officer

    return _events(officer)


def _kind(topic: str) -> type[Event]:
    # Whoever reads cases needs no rounds and rulebooks: loading them would cost a command some milliseconds.
    kind = _CASE_EVENTS.get(topic) or _officer_events().get(topic) or topics().get(topic)
    if kind is None:
        msg = f"{topic} is no event that this version of Longcase knows"
        raise Unreadable(msg)
    return kind


encode = msgspec.json.Encoder(order="deterministic").encode
"""Return the payload of an event: the same bytes for the same event, always."""


def schema_of(event: Event) -> int:
    """Return the schema in which an event is stored: the first that has all it says, which earlier versions read.

    The second came with an origin in short.
    """
    return 1 if event.SCHEMA == SHORT and event.short_origin is None else event.SCHEMA


def of_today(kind: type[Event], schema: int) -> bool:
    """Say whether a payload of a schema has the shape of today, so that it is read as it is."""
    return schema == kind.SCHEMA or (schema == 1 and kind.SCHEMA == SHORT)


@lru_cache(maxsize=256)
def _reader(topic: str, schema: int) -> Callable[[bytes], Event] | None:
    """Return what reads a payload of a topic as it is; ``None`` for one whose shape is an older one."""
    kind = _kind(topic)
    return msgspec.json.Decoder(kind).decode if of_today(kind, schema) else None


def _upcast(topic: str, schema: int, payload: bytes) -> Event:
    kind = _kind(topic)
    if schema > kind.SCHEMA:
        msg = f"{topic} has schema {schema}, and this version of Longcase knows {kind.SCHEMA} at most"
        raise Unreadable(msg)
    data = msgspec.json.decode(payload)
    for step in range(schema, kind.SCHEMA):
        if (topic, step) not in UPCASTS:
            msg = f"{topic} of schema {step} is none that this version of Longcase knows"
            raise Unreadable(msg)
        data = UPCASTS[topic, step](data)
    return msgspec.convert(data, kind)


def decode(topic: str, schema: int, payload: bytes, occurred_at: Instant) -> Event:
    """Return the event of a stored payload; raise ``Unreadable`` if this version cannot read it.

    ``occurred_at`` is what its entry says, which an origin in short leaves out.
    """
    read = _reader(topic, schema)
    try:
        event = _upcast(topic, schema, payload) if read is None else read(payload)
        if event.short_origin is None:
            return event
        if schema < SHORT:
            raise ValueError("schema 1 has no origin in short")
        return in_full(event, occurred_at)
    except _UNFIT as error:
        msg = f"the payload is no {topic}: {_why(error)}"
        raise Unreadable(msg) from error


def _why(error: Exception) -> str:
    """Return what is wrong without a word of the payload: those are told who may not read its case."""
    said = str(error)
    if not said.startswith(_QUOTING):
        return said
    return f"{_QUOTING}{said[said.rfind(' - at ') :] if ' - at ' in said else ''}"


def complaint(row: Row) -> str | None:
    """Return why this version cannot read the entry of a ledger's row, or ``None`` if it can."""
    topic, schema, occurred_at, recorded_at, payload = row[3], row[4], row[7] or 0, row[8], row[12]
    for what, instant in (("have occurred", occurred_at), ("be recorded", recorded_at)):
        if not EARLIEST <= instant <= FOREVER:
            return f"it is said to {what} outside the years 1 to 9999"
    try:
        decode(topic, schema, payload, occurred_at)
    except Unreadable as error:
        return str(error)
    return None


def entry_of(row: Row) -> Entry:
    """Return the entry of a ledger's row; raise ``Unreadable`` if this version cannot read its payload."""
    (
        position,
        stream,
        version,
        topic,
        schema,
        actor,
        role,
        occurred_at,
        recorded_at,
        command_id,
        _,
        _,
        payload,
    ) = row
    event = decode(topic, schema, payload, occurred_at or 0)
    if recorded_at >= FOREVER:  # a server took any number of whoever recorded once (docs/adr/0058)
        recorded_at, occurred_at = FOREVER - 1, min(occurred_at or 0, FOREVER - 1)
    return Entry(position, stream, version, occurred_at or 0, recorded_at, actor, role, command_id, event)
