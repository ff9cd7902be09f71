"""What every question about all cases is made of: the two instants, and which cases are meant.

A statement names the values and does not hold them, so that one of the same shape need not be made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam

from domain.identity import same_name
from domain.instant import FOREVER
from projections.intervals.cells import cells_around
from projections.tables.column_values import known_from

if TYPE_CHECKING:
    import sqlalchemy

    from domain.axes import Axes
    from domain.instant import Instant


class Filtered(Protocol):
    """A question about cases as of two instants; an empty filter lets all through."""

    @property
    def axes(self) -> Axes:
        """The two instants."""

    @property
    def category(self) -> tuple[str, ...]:
        """The categories, to the letter."""

    @property
    def risk(self) -> tuple[str, ...]:
        """The risks."""

    @property
    def team(self) -> tuple[str, ...]:
        """The teams, to the letter."""

    @property
    def owner(self) -> tuple[str, ...]:
        """The owners, whatever their spelling."""

    @property
    def unallocated(self) -> bool:
        """Whether only what nobody owns is meant."""


SHAPES: Final = 64
"""Of how many shapes the statements of a kind are kept."""

_NAMED: Final = ("category", "risk", "team")


class Narrowing(NamedTuple):
    """Which filters a question has, whatever their values are; the owner is not among them."""

    category: bool
    risk: bool
    team: bool
    unallocated: bool


NO_FILTER: Final = Narrowing(category=False, risk=False, team=False, unallocated=False)


def narrowing(wanted: Filtered) -> Narrowing:
    """Return which filters ``wanted`` has."""
    return Narrowing(bool(wanted.category), bool(wanted.risk), bool(wanted.team), wanted.unallocated)


def parameters(wanted: Filtered) -> dict[str, Any]:
    """Return the values that the conditions of a statement name: the instants, their cells and the filters."""
    as_at, at, known = wanted.axes.as_at, wanted.axes.valid_at, wanted.axes.known_at
    left = {"s_left": at - FOREVER, "k_left": known - FOREVER}
    instants = {"s": at, "k": known, "a": as_at, **left, "cells": cells_around(at)}
    return instants | {name: list(values) for name in _NAMED if (values := getattr(wanted, name))}


def holds(table: sqlalchemy.FromClause) -> ColumnElement[bool]:
    """Return the condition that picks what holds at the instants ``:s`` and ``:k``: one row of each case."""
    c = table.c
    at: BindParameter[Instant] = bindparam("s")
    return and_(c.valid_from <= at, c.valid_to > bindparam("s_left"), believed(table))


def believed(table: sqlalchemy.FromClause) -> ColumnElement[bool]:
    """Return the condition that picks what is believed at the instant ``:k``."""
    known: BindParameter[Instant] = bindparam("k")
    return and_(known_from(table) <= known, table.c.known_to > bindparam("k_left"))


def around(table: sqlalchemy.FromClause) -> ColumnElement[bool]:
    """Return the condition by which an index finds what holds at the instant ``:s``, among others."""
    return table.c.cell.in_(among("cells"))


def among(name: str) -> BindParameter[Any]:
    """Return what stands for all values of a name."""
    return bindparam(name, expanding=True)


def narrowed(cases: sqlalchemy.Table, given: Narrowing) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters, but for the owner: whose name it is the database cannot tell."""
    found: list[ColumnElement[bool]] = [cases.c[name].in_(among(name)) for name in _NAMED if getattr(given, name)]
    return [*found, cases.c.owner.is_(None)] if given.unallocated else found


def owned_by(owner: str | None, wanted: Filtered) -> bool:
    """Say whether ``owner`` is among those asked for; letters and spacing name the same officer."""
    return not wanted.owner or any(same_name(owner, one) for one in wanted.owner)
