"""What a correction or a retraction may do, and the reading of a correction's values."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import msgspec

from domain.cases import events as ev
from domain.cases.belief import AMENDING, amendments, believe, corrected
from domain.errors import Refused, Unreadable
from domain.event import ENVELOPE, Entry, Event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def target(entries: Sequence[Entry], version: int) -> Entry:
    """Return entry number ``version`` of a case; raise ``Refused`` if there is none.

    They are in order of version, and may have gaps, as those have that were known at an instant.
    """
    # Entry number n is the n-th, or stands further to the front by as many as are left out before it.
    place = bisect_left(entries, version, key=_version)
    if place < len(entries) and entries[place].version == version:
        return entries[place]
    raise Refused(f"the case has no entry {version}: its entries are 1 to {len(entries)}")


def _version(entry: Entry) -> int:
    return entry.version


def root(entries: Sequence[Entry], entry: Entry) -> Entry:
    """Return what a correction or retraction is about in the end: itself no correction or retraction.

    Raises ``Refused`` if that is not there, or if one names itself or a later entry, as a file may have it.
    """
    while isinstance(entry.event, AMENDING):
        if entry.event.entry >= entry.version:
            raise Refused(f"entry {entry.version} amends entry {entry.event.entry}, which is not an earlier one")
        entry = target(entries, entry.event.entry)
    return entry


def check_retraction(entries: Sequence[Entry], version: int) -> None:
    """Raise ``Refused`` unless entry ``version`` can be retracted: not the report, and not twice."""
    entry = target(entries, version)
    if isinstance(entry.event, ev.Reported):
        raise Refused(
            "the report itself cannot be retracted: everything else rests on it",
            hints=("resolve the case with an outcome that says so, or correct the report's fields",),
        )
    check_standing(entries, version)


def check_standing(entries: Sequence[Entry], version: int) -> None:
    """Raise ``Refused`` if entry ``version`` is retracted already."""
    by = amendments(entries).retracted_by.get(version)
    if by is not None:
        raise Refused(f"entry {version} is retracted already, by entry {by}")


def check_correction(entries: Sequence[Entry], version: int, values: Mapping[str, Any]) -> None:
    """Raise ``Refused`` unless ``values`` can replace those of entry ``version``."""
    entry = target(entries, version)
    event = entry.event
    if isinstance(event, AMENDING):
        raise Refused(f"entry {version} is itself a {entry.name}", hints=(f"longcase retract REF {version}",))
    if version in amendments(entries).retracted_by:
        raise Refused(f"entry {version} is retracted, so there is nothing to correct")
    if not values:
        raise Refused("a correction needs at least one new value", hints=("FIELD=VALUE",))
    allowed = correctable(event)
    for field in values:
        if field not in allowed:
            raise Refused(
                f"{field} of {entry.name} cannot be corrected", hints=(f"one of: {', '.join(allowed)}",)
            )
    if not isinstance(values.get("occurred_at", 0), int):
        raise Refused(f"that is no {entry.name}: occurred_at is no instant")
    try:
        corrected(entry, ev.EntryCorrected(entry=version, values=dict(values)))
    except Unreadable as error:
        raise Refused(f"that is no {entry.name}: {error.__cause__}") from error


def check_changes(entries: Sequence[Entry], correction: Entry) -> None:
    """Raise ``Refused`` for a correction that changes nothing of what is believed of the entry that it names."""
    event = correction.event
    if isinstance(event, ev.EntryCorrected):
        for entry in believe(entries).entries:
            if entry.version == event.entry and corrected(entry, event) == entry:
                raise Refused(f"entry {event.entry} says that already: there is nothing to correct")


def correctable(event: Event) -> tuple[str, ...]:
    """Return the names of what may be corrected in an event: its own fields but its identity, and the time."""
    own = (one for one in event.__struct_fields__ if one not in ENVELOPE and one not in type(event).FIXED)
    return ("occurred_at", *own)


def read_value(event: Event, field: str, text: str) -> object:
    """Return the value that ``text`` means for a field of ``event``; empty text is no value.

    Raises ``Refused`` if the field is not the event's or the text is no value of its type.
    """
    kinds = {one.name: one for one in msgspec.structs.fields(type(event))}
    if field not in kinds:
        raise Refused(f"{event.TOPIC} has no field {field}", hints=(f"one of: {', '.join(correctable(event))}",))
    kind = kinds[field].type
    given: object = text or None
    if str(kind).startswith("tuple"):
        given = [one.strip() for one in text.split(",") if one.strip()]
    try:
        value = msgspec.to_builtins(msgspec.convert(given, kind, strict=False))
        return list(value) if isinstance(value, tuple) else value
    except msgspec.ValidationError as error:
        raise Refused(f"{text!r} is no {field}: {error}") from error
