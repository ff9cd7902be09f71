"""What is believed of a case: its entries as known at an instant, corrections and retractions applied.

This is the one truth behind every answer: state, timeline, population tables. A correction or retraction
acts on the entry that it names from the moment it is known, whatever instant one looks at; it does nothing
else. A retracted correction or retraction does nothing at all.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from domain.axes import LATEST, Axes
from domain.cases import events as ev
from domain.errors import Unreadable
from domain.event import Entry, known_at
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

AMENDING = (ev.EntryCorrected, ev.EntryRetracted)
"""What acts on another entry."""

_AMENDS = frozenset(AMENDING)


class Amendments(msgspec.Struct):
    """Which entry (version) is retracted by which, and which corrections stand for it, oldest first."""

    retracted_by: dict[int, int]
    corrected_by: dict[int, list[int]]


in_order: Callable[[Entry], tuple[Instant, int]] = attrgetter("occurred_at", "version")
"""Returns the key by which entries are ordered: when it occurred, then its version."""


def amendments(entries: Iterable[Entry]) -> Amendments:
    """Return the retractions and corrections that stand among ``entries`` (of one case).

    Entries can name only earlier ones, so the latest are settled first: a retraction counts unless a later
    standing retraction names it.
    """
    found = Amendments({}, {})
    amending = [entry for entry in entries if isinstance(entry.event, AMENDING)]
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


class Belief(NamedTuple):
    """What is believed of one case at an instant of knowledge.

    ``known`` are the entries that had been recorded, in order of version; ``entries`` those that count, in order
    of time, corrected ones with their corrected values and the version of the original.
    """

    known: list[Entry]
    amendments: Amendments
    entries: list[Entry]

    def occurred_by(self, instant: Instant) -> list[Entry]:
        """Return what is believed to have occurred by ``instant``, itself included, in order."""
        return [entry for entry in self.entries if entry.occurred_at <= instant]


def believe(entries: Iterable[Entry], known: Instant = FOREVER) -> Belief:
    """Return what is believed of one case at ``known`` (microseconds, UTC); ``entries`` are all of its own."""
    seen = list(entries) if known == FOREVER else [one for one in entries if known_at(one) <= known]
    amended = [entry for entry in seen if type(entry.event) in _AMENDS]
    found = amendments(amended) if amended else Amendments({}, {})
    return Belief(seen, found, sorted(_amended(seen, found) if amended else seen, key=in_order))


def _amended(entries: Sequence[Entry], found: Amendments) -> list[Entry]:
    by_version = {entry.version: entry for entry in entries}
    for version, corrections in found.corrected_by.items():
        if version in by_version:
            for number in corrections:
                by_version[version] = corrected(by_version[version], by_version[number].event)  # type: ignore[arg-type]  # what stands under corrections is one
    return [entry for version, entry in by_version.items() if version not in found.retracted_by]


def as_of(entries: Iterable[Entry], axes: Axes = LATEST) -> list[Entry]:
    """Return what is believed of one case as of ``axes``, in order."""
    return believe(entries, axes.known_at).occurred_by(axes.valid_at)
