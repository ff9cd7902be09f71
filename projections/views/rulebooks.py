"""The versions of the rulebook that a ledger holds, after the one that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.event import known_at
from domain.identity import rulebook_stream
from domain.instant import EARLIEST, FOREVER
from domain.rulebook.default import default_of
from domain.rulebook.events import Adopted
from domain.rulebook.versions import RulebookVersions, versions_of_entries
from projections.fields import fields
from projections.views.access import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.axes import Axes
    from domain.event import Entry
    from domain.instant import Instant
    from domain.rulebook.diff import Change
    from domain.rulebook.model import Rulebook
    from ledger.reader import LedgerReader

HISTORY: Final = fields(
    "position effective_from occurred_at recorded_at actor role on_behalf_of reason title standards added "
    "removed changed others holidays_from"
)
"""What an adoption holds, in the order of the contract."""


class InForce(NamedTuple):
    """A version of the rulebook, the instant from which it is in force, and the entry that adopted it.

    Both are ``None`` of the one that ships.
    """

    rulebook: Rulebook
    effective_from: Instant | None = None
    entry: Entry | None = None


def adoptions(ledger: LedgerReader, known: Instant = FOREVER) -> list[Entry]:
    """Return the adoptions known at ``known``, in order; raise ``StoreError`` if one cannot be read."""
    return [entry for entry in entries_of(ledger, rulebook_stream()) if known_at(entry) <= known]


def rulebook_versions(ledger: LedgerReader) -> RulebookVersions:
    """Return the versions of the rulebook: the one that ships, then those adopted."""
    return versions_of_entries(default_of(ledger.settings()), adoptions(ledger))


def in_force(ledger: LedgerReader, as_at: Instant) -> InForce:
    """Return what was in force at ``as_at`` (microseconds, UTC), or is to be.

    When it was adopted does not matter, since nothing can be adopted for a day on which a clock ran already.
    """
    found = InForce(default_of(ledger.settings()))
    for entry in adoptions(ledger):
        event = entry.event
        since = EARLIEST if found.effective_from is None else found.effective_from
        if isinstance(event, Adopted) and since <= event.effective_from <= as_at:
            found = InForce(event.rulebook, event.effective_from, entry)
    return found


def history(ledger: LedgerReader, axes: Axes) -> list[dict[str, Any]]:
    """Return every adoption as of ``axes``, in order.

    Each is told with the standards that it added, removed and changed of what would have been in force on its
    day without it; ``others`` names what else it changed.
    """
    items = _items(default_of(ledger.settings()), adoptions(ledger, axes.known_at))
    return [item for item in items if item["occurred_at"] <= axes.valid_at]


def _items(default: Rulebook, entries: list[Entry]) -> Iterator[dict[str, Any]]:
    for number, entry in enumerate(entries):
        event = entry.event
        if isinstance(event, Adopted):
            before = versions_of_entries(default, entries[:number]).at(event.effective_from)
            yield _item(entry, event, before)


def _item(entry: Entry, event: Adopted, before: Rulebook) -> dict[str, Any]:
    from domain.rulebook.diff import changes

    return {
        "position": entry.position,
        "effective_from": event.effective_from,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "role": entry.role or None,
        "on_behalf_of": event.on_behalf_of,
        "reason": event.reason,
        "title": event.rulebook.title,
        "standards": len(event.rulebook.standards),
        **_sorted_out(changes(before, event.rulebook), before, event.rulebook),
        "holidays_from": event.rulebook.calendar.holidays_from,
    }


def _sorted_out(found: list[Change], before: Rulebook, after: Rulebook) -> dict[str, list[str]]:
    old, new = ([one.id for one in book.standards] for book in (before, after))
    touched = list(dict.fromkeys(change.what for change in found))
    return {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "changed": [name for name in touched if name in old and name in new],
        "others": [name for name in touched if name not in old and name not in new],
    }
