"""What every question about all cases is made of: the two instants, and which cases are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam

from domain.identity import same_name
from projections.intervals.cells import cells_around

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


def parameters(axes: Axes) -> dict[str, Instant]:
    """Return the values of the instants that the conditions of a query name."""
    return {"s": axes.valid_at, "k": axes.known_at, "a": axes.as_at}


def holds(table: sqlalchemy.FromClause) -> ColumnElement[bool]:
    """Return the condition that picks what holds at the instants ``:s`` and ``:k``: one row of each case."""
    c = table.c
    at: BindParameter[Instant] = bindparam("s")
    known: BindParameter[Instant] = bindparam("k")
    return and_(c.valid_from <= at, c.valid_to > at, c.known_from <= known, c.known_to > known)


def around(table: sqlalchemy.FromClause, instant: Instant) -> ColumnElement[bool]:
    """Return the condition by which an index finds what holds at an instant, among others."""
    return table.c.cell.in_(cells_around(instant))


def narrowed(cases: sqlalchemy.Table, wanted: Filtered) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters, but for the owner: whose name it is the database cannot tell."""
    c = cases.c
    given = ((c.category, wanted.category), (c.risk, wanted.risk), (c.team, wanted.team))
    found: list[ColumnElement[bool]] = [column.in_(values) for column, values in given if values]
    return [*found, c.owner.is_(None)] if wanted.unallocated else found


def owned_by(owner: str | None, wanted: Filtered) -> bool:
    """Say whether ``owner`` is among those asked for; letters and spacing name the same officer."""
    return not wanted.owner or any(same_name(owner, one) for one in wanted.owner)
