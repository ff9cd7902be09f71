"""Children in custody: since when, where, whether charged, reviewed, and other accommodation asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain.cases.children import DETAINED, ENDS
from domain.cases.events import ActionRecorded
from domain.deadlines.by_child import ALL
from domain.instant import SECOND, Instant
from projections.fields import fields
from projections.views.live_case import COMMON, LiveCase, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.event import Entry
    from projections.views.timeline import Item

FIELDS: Final = (
    *COMMON,
    *fields("child unnamed ages detained_at where held_seconds charged_at reviewed_at"),
    *fields("accommodation_requested_at breached open withheld"),
)
"""What an item holds, in the order in which it is shown."""

_STARTS: Final = f"action:{DETAINED}"


class Detention(msgspec.Struct):
    """One detention, as far as it went; instants are microseconds UTC. A charge may have come before it."""

    detained_at: Instant | None = None
    where: str | None = None
    charged_at: Instant | None = None
    reviewed_at: Instant | None = None
    requested_at: Instant | None = None


def detention(actions: Iterable[Entry]) -> Detention:
    """Return the detention that goes on, of the ``actions`` that a child is concerned by.

    If none does, it is one without a beginning.
    """
    found = Detention()
    for entry in actions:
        event, at = entry.event, entry.occurred_at
        if not isinstance(event, ActionRecorded):
            continue
        if DETAINED in ENDS.get(event.kind, ()):
            found = Detention()
        elif event.kind == DETAINED:
            found.detained_at = at if found.detained_at is None else found.detained_at
            found.where = found.where or event.outcome
        elif event.kind == "charge":
            found.charged_at = at
        elif event.kind == "detention-reviewed":
            found.reviewed_at = at
        elif event.kind == "accommodation-requested":
            found.requested_at = at
    return found


def items(case: LiveCase) -> Iterator[Item]:
    """Yield each child of a case who is detained under the names of the contract; instants microseconds UTC.

    Those whom nobody named are one. Where entries of the case cannot be read and none that can tells of a
    detention, there is one item without a beginning.
    """
    every = {number: detention(actions) for number, actions in case.histories.actions.items()}
    found = {number: held for number, held in every.items() if held.detained_at is not None}
    if case.unread and not found:
        found = {ALL: Detention()}
    for number, held in found.items():
        yield case.common() | _item(case, number, held)


def _item(case: LiveCase, number: int, held: Detention) -> Item:
    since = held.detained_at
    theirs = (clock for clock in case.waits() if clock.child in {number, ALL} and _STARTS in clock.ready.starts)
    return {
        **case.whom(number),
        "ages": case.ages(),
        "detained_at": since,
        "where": case.text(held.where),
        "held_seconds": None if since is None else max(0, case.axes.as_at - since) // SECOND,
        "charged_at": held.charged_at,
        "reviewed_at": held.reviewed_at,
        "accommodation_requested_at": held.requested_at,
        "breached": sorted(clock.ready.standard.id for clock in theirs if case.breached(clock)),
        "open": case.case.closed_at is None,
        "withheld": not case.readable,
    }


def place(one: Item) -> tuple[int, Instant, str, str]:
    """Return the key that puts the highest risk first, and among equals whoever has been held longest."""
    return rank(one["risk"]), one["detained_at"] or 0, one["reference"], one["child"] or ""
