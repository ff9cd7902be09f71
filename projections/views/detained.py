"""Children in custody: since when, where, whether charged, reviewed, and other accommodation asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain.deadlines.clocks import DETAINED, ENDS
from domain.instant import SECOND, Instant
from projections.fields import fields
from projections.views.live_case import COMMON, LiveCase, rank

if TYPE_CHECKING:
    from projections.views.timeline import Item

FIELDS: Final = (
    *COMMON,
    *fields(
        "ages detained_at where held_seconds charged_at reviewed_at accommodation_requested_at breached withheld"
    ),
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


def detention(case: LiveCase) -> Detention:
    """Return the detention that goes on in a case, or one without a beginning if none does."""
    found = Detention()
    for entry, event in case.actions():
        at = entry.occurred_at
        if ENDS.get(event.kind) == DETAINED:
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


def item(case: LiveCase) -> Item:
    """Return a case in which a child is detained under the names of the contract; instants microseconds UTC."""
    held = detention(case)
    since = held.detained_at
    clocks = (clock for clock in case.waits() if _STARTS in clock.ready.starts and case.breached(clock))
    return case.common() | {
        "ages": case.ages(),
        "detained_at": since,
        "where": case.text(held.where),
        "held_seconds": None if since is None else max(0, case.axes.as_at - since) // SECOND,
        "charged_at": held.charged_at,
        "reviewed_at": held.reviewed_at,
        "accommodation_requested_at": held.requested_at,
        "breached": sorted(clock.ready.standard.id for clock in clocks),
        "withheld": not case.readable,
    }


def place(one: Item) -> tuple[int, Instant, str]:
    """Return the key that puts the highest risk first, and among equals whoever has been held longest."""
    return rank(one["risk"]), one["detained_at"] or 0, one["reference"]
