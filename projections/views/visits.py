"""Registered offenders: when last visited, when next due, and whether the team on the ground was ever told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.instant import FOREVER, SECOND
from projections.fields import fields
from projections.views.clocks.clock_states import due_of
from projections.views.live_case import COMMON, LiveCase, rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.deadlines.clock import Clock
    from domain.instant import Instant
    from domain.rulebook.model import Rulebook, Standard
    from projections.views.timeline import Item

FIELDS: Final = (*COMMON, *fields("visited_at due overdue_seconds overdue limit briefed_at visits"))
"""What an item holds, in the order in which it is shown."""

_VISITED: Final = "offender-visited"
_BRIEFED: Final = "neighbourhood-briefed"
_STOPS: Final = f"action:{_VISITED}"


def standards(rulebooks: Iterable[Rulebook]) -> list[Standard]:
    """Return the standards, of any of ``books``, that a visit to an offender meets."""
    return [one for book in rulebooks for one in book.standards if _STOPS in one.stops]


def item(case: LiveCase) -> Item:
    """Return an offender's case under the names of the contract; instants are microseconds UTC.

    ``overdue_seconds`` is less than nought until the visit is due.
    """
    visits = case.case.steps.get(_VISITED)
    briefed = case.case.steps.get(_BRIEFED)
    clock = _next(case)
    due = None if clock is None else due_of(clock)
    return case.common() | {
        "visited_at": None if visits is None else visits.last_at,
        "due": due,
        "overdue_seconds": None if due is None else (case.axes.as_at - due) // SECOND,
        "overdue": clock is not None and case.breached(clock),
        "limit": None if clock is None else clock.limit[0],
        "briefed_at": None if briefed is None else briefed.last_at,
        "visits": 0 if visits is None else visits.count,
    }


def _next(case: LiveCase) -> Clock | None:
    """Return the clock of the next visit: the one that is due first."""
    waits = (clock for clock in case.waits() if _STOPS in clock.ready.stops)
    return min(waits, key=lambda one: one.due, default=None)


def place(one: Item) -> tuple[int, Instant, str]:
    """Return the key that puts the highest risk first, and among equals what has been due longest."""
    return rank(one["risk"]), FOREVER if one["due"] is None else one["due"], one["reference"]
