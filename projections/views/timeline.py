"""What happened in a case, in order, as at one instant and as known at another.

A corrected entry shows its corrected values and keeps those it had before; a retracted one stays, and says
so; corrections and retractions are entries too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from domain.cases import flags
from domain.cases.amendments import target
from domain.cases.belief import corrected, in_order
from domain.event import ENVELOPE, Entry, source_recorded_at
from domain.instant import FOREVER, SECOND, Instant
from projections.fields import fields
from projections.views.summaries import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.cases.belief import Belief
    from domain.event import Event, Origin

Item = dict[str, Any]

FIELDS: Final = fields(
    "position version event occurred_at recorded_at source_recorded_at late_seconds actor role "
    "on_behalf_of reason via summary details corrected_by retracted_by flags origin"
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


def timeline(belief: Belief, until: Instant = FOREVER) -> list[Line]:
    """Return every entry that was known to have occurred by ``until`` (microseconds, UTC), in order."""
    irregular = flags.flags(belief)
    found = [_line(entry, belief, irregular.get(entry.version, ())) for entry in belief.known]
    found.sort(key=lambda line: in_order(line.entry))
    return [line for line in found if line.entry.occurred_at <= until]


def _line(entry: Entry, belief: Belief, irregular: Iterable[str]) -> Line:
    amendments = belief.amendments
    corrected_by = tuple(amendments.corrected_by.get(entry.version, ()))
    believed = _corrected(entry, corrected_by, belief.known) if corrected_by else entry
    return Line(believed, entry, corrected_by, amendments.retracted_by.get(entry.version), tuple(irregular))


def _corrected(entry: Entry, corrections: Sequence[int], known: Sequence[Entry]) -> Entry:
    for version in corrections:
        correction: Any = target(known, version).event
        entry = corrected(entry, correction)
    return entry


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
