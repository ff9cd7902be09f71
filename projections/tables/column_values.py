"""How values stand in the columns of the population tables, and what they mean there.

Most rows were known at once, are still believed, and begin with the last activity of their case. SQLite stores 0
and the empty text in no bytes of their own: so an instant that mostly equals another is stored as what lies
between the two, and the usual text as an empty one. See docs/adr/0080.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.instant import FOREVER, Instant
from projections.intervals.cells import ENDLESS, cell_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, FromClause

    from projections.intervals.cases import CaseValues

Flat = tuple[Any, ...]

_RECORD: Final = "normal"
"""What ``record`` mostly is."""

_OWNED, _UNOWNED = "allocated", "unallocated"
"""What ``ownership`` mostly is, of a case with an owner and of one without."""


def rectangle(start: Instant, end: Instant, known_from: Instant, known_to: Instant) -> tuple[int, int, int]:
    """Return how the end of a row's interval, and those of the time in which it is believed, are stored.

    The ends are stored as what is left to ``FOREVER``, below 0; the beginning as how much later than ``start``.
    """
    return end - FOREVER, known_from - start, known_to - FOREVER


def case_row(
    key: bytes, start: Instant, end: Instant, known_from: Instant, known_to: Instant, values: CaseValues
) -> Flat:
    """Return a row for the table of the cases; ``key`` is that of the case (``case_key``)."""
    left, late, left_known = rectangle(start, end, known_from, known_to)
    reference, category, risk, ownership, owner, team, by, reported_at, closed_at, record, last, last_at = values
    return (
        key,
        start,
        late,
        left,
        left_known,
        reference,
        category,
        risk,
        "" if ownership == (_OWNED if owner else _UNOWNED) else ownership,
        owner,
        team,
        by,
        reported_at - start,
        None if closed_at is None else closed_at - start,
        "" if record == _RECORD else record,
        last,
        last_at - start,
        cell_of(start, end) if left else ENDLESS,
    )


def record_as(record: str) -> str:
    """Return how what a case's record is stands in its row."""
    return "" if record == _RECORD else record


def known_from(table: FromClause) -> ColumnElement[Instant]:
    """Return from when on a row is believed."""
    return table.c.valid_from + table.c.known_from


def meant(cases: FromClause, name: str) -> ColumnElement[Any]:
    """Return what a column of the table of the cases means, under its name."""
    return _MEANT[name](cases).label(name) if name in _MEANT else cases.c[name]


def _ownership(cases: FromClause) -> ColumnElement[str]:
    from sqlalchemy import case  # (whoever only works rows out needs no SQLAlchemy, which takes long to load)

    c = cases.c
    return case((c.ownership != "", c.ownership), (c.owner.is_(None), _UNOWNED), else_=_OWNED)


def _since_start(name: str) -> Callable[[FromClause], ColumnElement[Instant]]:
    return lambda cases: cases.c.valid_from + cases.c[name]


_MEANT: Final[dict[str, Callable[[FromClause], ColumnElement[Any]]]] = {
    "ownership": _ownership,
    "reported_at": _since_start("reported_at"),
    "closed_at": _since_start("closed_at"),
    "last_activity_at": _since_start("last_activity_at"),
}
