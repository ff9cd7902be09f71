"""What is believed of a case: its entries as known at an instant, corrections and retractions applied.

This is the one truth behind every answer: state, timeline, population tables. A correction or retraction
acts on the entry that it names from the moment it is known, whatever instant one looks at; it does nothing
else. A retracted correction or retraction does nothing at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from domain.cases import events as ev
from domain.errors import Unreadable
from domain.event import Entry, known_at
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_AMENDING = (ev.EntryCorrected, ev.EntryRetracted)


class Amendments(msgspec.Struct):
    """Which entry (version) is retracted by which, and which corrections stand for it, oldest first."""

    retracted_by: dict[int, int]
    corrected_by: dict[int, list[int]]


def in_order(entry: Entry) -> tuple[Instant, int]:
    """Return the key by which entries are ordered: when it occurred, then its version."""
    return entry.occurred_at, entry.version


def amendments(entries: Iterable[Entry]) -> Amendments:
    """Return the retractions and corrections that stand among ``entries`` (of one case).

    Entries can name only earlier ones, so the latest are settled first: a retraction counts unless a later
    standing retraction names it.
    """
    found = Amendments({}, {})
    amending = [entry for entry in entries if isinstance(entry.event, _AMENDING)]
    for entry in sorted(amending, key=lambda one: one.version, reverse=True):
        if entry.version in found.retracted_by:
            continue
        if isinstance(entry.event, ev.EntryRetracted):
            found.retracted_by.setdefault(entry.event.entry, entry.version)
        elif isinstance(entry.event, ev.EntryCorrected):
            found.corrected_by.setdefault(entry.event.entry, []).insert(0, entry.version)
    return found


def corrected(entry: Entry, correction: ev.EntryCorrected) -> Entry:
    """Return ``entry`` with the values of a correction in place of its own.

    Raises ``Unreadable`` if they do not fit it.
    """
    try:
        return _with_values(entry, dict(correction.values))
    except (TypeError, msgspec.ValidationError) as error:
        raise Unreadable(f"the correction of entry {entry.version} does not fit it: {error}") from error


def _with_values(entry: Entry, values: dict[str, Any]) -> Entry:
    occurred_at = values.pop("occurred_at", entry.occurred_at)
    event = msgspec.structs.replace(entry.event, **values) if values else entry.event
    event = msgspec.convert(msgspec.to_builtins(event), type(event))
    return msgspec.structs.replace(entry, occurred_at=occurred_at, event=event)


def _amended(entries: Sequence[Entry]) -> list[Entry]:
    standing = amendments(entries)
    by_version = {entry.version: entry for entry in entries}
    for version, corrections in standing.corrected_by.items():
        if version in by_version:
            for number in corrections:
                by_version[version] = corrected(by_version[version], by_version[number].event)  # type: ignore[arg-type]  # what stands under corrections is one
    return [entry for version, entry in by_version.items() if version not in standing.retracted_by]


def believe(entries: Iterable[Entry], known: Instant = FOREVER) -> list[Entry]:
    """Return what is believed of one case at ``known`` (microseconds, UTC), in order.

    Corrected entries carry their corrected values and the version of the original.
    """
    seen = entries if known == FOREVER else (one for one in entries if known_at(one) <= known)
    seen = list(seen)
    if any(type(entry.event) in _AMENDING for entry in seen):
        seen = _amended(seen)
    seen.sort(key=in_order)
    return seen


def effective(as_at: Instant, known: Instant) -> Instant:
    """Return the instant whose state answers "as at ``as_at``, as known at ``known``".

    Nothing is known of the time after ``known``: there the state stays, and only elapsed time runs on.
    """
    return min(as_at, known)


def picture(entries: Iterable[Entry], as_at: Instant = FOREVER, known: Instant = FOREVER) -> list[Entry]:
    """Return what is believed at ``known`` to have occurred by ``as_at``, that instant included, in order."""
    until = effective(as_at, known)
    return [entry for entry in believe(entries, known) if entry.occurred_at <= until]
