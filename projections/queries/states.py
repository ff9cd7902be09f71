"""In which states a case can be, side by side with others, as far as the population tables know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, or_, select

from domain.deadlines.decisions import ANSWER, AWAITED, CLOSURE, CONCERN, PAUSED
from domain.deadlines.facts import CONDITION, WAIT
from projections.intervals.cases import RESTRICTED
from projections.queries.filters import around, holds
from projections.tables.column_values import meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy

_ESCALATED: Final = "escalated"
_RESTRICTED: Final = "restricted"
_OWNERSHIP: Final = ("unallocated", "allocated", "returned")
STATES: Final = (*_OWNERSHIP, PAUSED, CLOSURE, _ESCALATED, ANSWER, _RESTRICTED)
"""What ``in_state`` knows: whose a case is, whether it is paused, what waits for a decision, who may read it."""


def in_state(cases: sqlalchemy.Table, clocks: sqlalchemy.Table, states: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a case is in one of ``states`` at the instants ``:s`` and ``:k``."""
    found: list[ColumnElement[bool]] = []
    owned = [one for one in _OWNERSHIP if one in states]
    if owned:
        found.append(meant(cases, "ownership").in_(owned))
    if _RESTRICTED in states:
        found.append(cases.c.record.in_(RESTRICTED))
    names = [one for one in AWAITED if (_ESCALATED if one == CONCERN else one) in states]
    if names:
        found.append(cases.c.stream.in_(awaiting(clocks, names)))
    return or_(*found)


def awaiting(clocks: sqlalchemy.Table, names: Sequence[str]) -> sqlalchemy.Select[Any]:
    """Return the streams of the cases in which one of ``domain.deadlines.decisions.AWAITED`` holds."""
    k = clocks.c
    return select(k.stream).where(around(clocks), k.kind == CONDITION, k.name.in_(names), holds(clocks))


def waiting(clocks: sqlalchemy.Table, standards: Sequence[str]) -> sqlalchemy.Select[Any]:
    """Return the streams of the cases in which a clock of one of ``standards`` runs: all waits are looked at."""
    k = clocks.c
    return select(k.stream).where(k.kind == WAIT, k.standard.in_(standards), holds(clocks))
