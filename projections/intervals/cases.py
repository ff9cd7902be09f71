"""What the population tables hold of a case's state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.cases.state import Outline


WAITS_FOR_WORK: Final = "; waits for work"
"""Stands in ``record`` behind ``normal`` or ``restricted`` where rows tell how long the case waits for work.

Elsewhere that is reckoned from its last activity (``domain.deadlines.silence``). A column of its own would take
new functions on a server, and so an administrator (docs/adr/0055).
"""

RECKONED: Final = ("normal", "restricted")
RESTRICTED: Final = ("restricted", f"restricted{WAITS_FOR_WORK}")
"""What stands in ``record`` where waiting for work is reckoned, and where the case is restricted."""


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


_values: Final[Callable[[tuple[Any, ...]], CaseValues]] = partial(tuple.__new__, CaseValues)


def values_of(case: Outline, *, reckoned: bool = True) -> CaseValues | None:
    """Return what the tables hold of ``case``; ``None`` before it is reported.

    ``reckoned`` says that it waits for work as is reckoned from its last activity, so that no row tells it.
    """
    if case.reported_at is None:
        return None
    return _values(
        (
            case.reference,
            case.category,
            case.risk,
            case.ownership,
            case.owner,
            case.team,
            case.allocated_by,
            case.reported_at,
            case.closed_at,
            case.record if reckoned else case.record + WAITS_FOR_WORK,
            case.last_activity or "",
            case.reported_at if case.last_activity_at is None else case.last_activity_at,
        )
    )


def with_activity(values: CaseValues, case: Outline) -> CaseValues:
    """Return what the tables hold of a case of which nothing is another but its last activity."""
    return _values((*values[:-2], case.last_activity or "", case.last_activity_at))
