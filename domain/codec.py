"""Events to bytes and back: JSON by msgspec, topics to classes, old shapes upcast when they are read.

Nothing stored is ever rewritten. A payload of an older ``SCHEMA`` goes through the upcasts of its topic,
one for each step, as plain data, and then becomes the event of today.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from domain.cases import events as case_events
from domain.errors import Unreadable as Unreadable  # noqa: PLC0414  (re-exported on purpose)
from domain.event import Entry, Event
from domain.instant import EARLIEST, FOREVER

if TYPE_CHECKING:
    from types import ModuleType

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: dict[tuple[str, int], Upcast] = {}
"""The step from one schema of a topic to the next, by topic and the older schema's number."""


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


@cache
def _reader(topic: str) -> tuple[int, Callable[[bytes], Event]]:
    """Return the schema that this version writes of a topic, and what reads a payload of it."""
    kind = _kind(topic)
    return kind.SCHEMA, msgspec.json.Decoder(kind).decode


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


def decode(topic: str, schema: int, payload: bytes) -> Event:
    """Return the event of a stored payload; raise ``Unreadable`` if this version cannot read it."""
    current, read = _reader(topic)
    try:
        if schema == current:
            return read(payload)
        return _upcast(topic, schema, payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as error:
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
        decode(topic, schema, payload)
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
    event = decode(topic, schema, payload)
    if recorded_at >= FOREVER:  # a server took any number of whoever recorded once (docs/adr/0058)
        recorded_at, occurred_at = FOREVER - 1, min(occurred_at or 0, FOREVER - 1)
    return Entry(position, stream, version, occurred_at or 0, recorded_at, actor, role, command_id, event)
