"""What happened in a case, in order, as at one instant and as known at another.

A corrected entry shows its corrected values and keeps those it had before; a retracted one stays, and says
so; corrections and retractions are entries too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from domain.cases import belief, flags
from domain.event import ENVELOPE, Entry, known_at, source_recorded_at
from domain.instant import FOREVER, SECOND, Instant
from projections.views.summaries import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.event import Event, Origin

Item = dict[str, Any]

FIELDS = (
    "position",
    "version",
    "event",
    "occurred_at",
    "recorded_at",
    "source_recorded_at",
    "late_seconds",
    "actor",
    "role",
    "on_behalf_of",
    "reason",
    "via",
    "summary",
    "details",
    "corrected_by",
    "retracted_by",
    "flags",
    "origin",
)
"""What an item holds, in the order of the contract."""


class Line(NamedTuple):
    """An entry as it is believed, the entry as it was recorded, and what became of it.

    ``corrected_by`` are the corrections that stand, oldest first, and ``retracted_by`` is the retraction,
    each by its version in the case.
    """

    entry: Entry
    original: Entry
    corrected_by: tuple[int, ...] = ()
    retracted_by: int | None = None
    flags: tuple[str, ...] = ()


def lines(entries: Iterable[Entry], known: Instant = FOREVER) -> list[Line]:
    """Return every entry of one case that was known at ``known`` (microseconds, UTC), in order."""
    seen = [entry for entry in entries if known_at(entry) <= known]
    standing = belief.amendments(seen)
    irregular = flags.flags(seen)
    by_version = {entry.version: entry for entry in seen}
    found = [
        Line(
            _believed(entry, standing.corrected_by.get(entry.version, ()), by_version),
            entry,
            tuple(standing.corrected_by.get(entry.version, ())),
            standing.retracted_by.get(entry.version),
            tuple(irregular.get(entry.version, ())),
        )
        for entry in seen
    ]
    found.sort(key=lambda line: belief.in_order(line.entry))
    return found


def _believed(entry: Entry, corrections: Sequence[int], known: dict[int, Entry]) -> Entry:
    for version in corrections:
        correction: Any = known[version].event
        entry = belief.corrected(entry, correction)
    return entry


def timeline(entries: Iterable[Entry], as_at: Instant = FOREVER, known: Instant = FOREVER) -> list[Line]:
    """Return what was known at ``known`` to have occurred by ``as_at``, both included, in order."""
    until = belief.effective(as_at, known)
    return [line for line in lines(entries, known) if line.entry.occurred_at <= until]


def item(line: Line) -> Item:
    """Return a line under the names of the contract; instants are microseconds UTC."""
    entry, event = line.entry, line.entry.event
    return {
        "position": entry.position,
        "version": entry.version,
        "event": entry.topic,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "source_recorded_at": source_recorded_at(entry),
        "late_seconds": flags.lateness(entry) // SECOND,
        "actor": entry.actor,
        "role": entry.role or None,
        "on_behalf_of": event.on_behalf_of,
        "reason": event.reason,
        "via": event.via,
        "summary": summary(event),
        "details": details(line),
        "corrected_by": list(line.corrected_by),
        "retracted_by": line.retracted_by,
        "flags": list(line.flags),
        "origin": _origin(event.origin),
    }


def details(line: Line) -> Item:
    """Return the event's own fields; of a corrected entry, under ``before``, what was recorded at first."""
    found = own_fields(line.entry.event)
    if line.corrected_by:
        found["before"] = before(line)
    return found


def own_fields(event: Event) -> Item:
    """Return an event's fields, but for those of the envelope, as plain data."""
    names = (name for name in event.__struct_fields__ if name not in ENVELOPE)
    return {name: msgspec.to_builtins(getattr(event, name)) for name in names}


def before(line: Line) -> Item:
    """Return what corrections replaced: each field with the value that was recorded at first."""
    old, new = own_fields(line.original.event), own_fields(line.entry.event)
    changed = {name: value for name, value in old.items() if new[name] != value}
    if line.original.occurred_at != line.entry.occurred_at:
        changed["occurred_at"] = line.original.occurred_at
    return changed


def _origin(origin: Origin | None) -> Item | None:
    if origin is None:
        return None
    return {
        "source": origin.source,
        "case": origin.case,
        "place": origin.place,
        "time": origin.time or None,
    }
