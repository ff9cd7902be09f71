"""What the population tables hold of a case's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from domain.cases.state import Outline


class CaseValues(NamedTuple):
    """What the population tables hold of a case's state; it holds until it is another."""

    reference: str
    category: str | None
    risk: str | None
    ownership: str
    owner: str | None
    team: str | None
    allocated_by: str | None
    reported_at: Instant
    closed_at: Instant | None
    record: str
    last_activity: str
    last_activity_at: Instant

    @property
    def until(self) -> Instant:
        """How long it holds at most: what a case is does not run out."""
        return FOREVER


def values_of(case: Outline) -> CaseValues | None:
    """Return what the tables hold of ``case``; ``None`` before it is reported."""
    if case.reported_at is None:
        return None
    return CaseValues(
        case.reference,
        case.category,
        case.risk,
        case.ownership,
        case.owner,
        case.team,
        case.allocated_by,
        case.reported_at,
        case.closed_at,
        case.record,
        case.last_activity or "",
        case.reported_at if case.last_activity_at is None else case.last_activity_at,
    )
