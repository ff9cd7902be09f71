"""What entries that continue a long case change of its rows, found among those rows alone that hold so late.

Nothing is taken on trust: the rows must be those of the case as it stands before the entries. If they are not,
whoever asks compares all of them (``projections.tables.writer``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from domain.instant import FOREVER
from projections.intervals.cases import CaseValues
from projections.intervals.rows import row_of
from projections.tables.rows import Flats, flat_of, flats_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy

    from domain.instant import Instant
    from projections.intervals.building import Held
    from projections.intervals.continuing import Begun, Continuation
    from projections.tables.column_values import Flat
    from projections.tables.reference import ReferenceData

Found = dict["Flat", tuple[Any, ...]]
"""Rows that are in a table, each with what it is found by."""

Changes = tuple[list[list[tuple[Any, ...]]], Flats]
"""What the rows that are taken out of each table are found by, and the rows that are put in."""


class _Places(NamedTuple):
    """Where in a row of a table its two intervals stand."""

    valid_from: int
    valid_to: int
    known_from: int
    known_to: int

    def lasts(self, row: Flat, after: Instant = -FOREVER) -> bool:
        """Say whether a row is still believed, and holds after an instant."""
        return bool(row[self.known_to] == 0 and row[self.valid_to] > after - FOREVER)

    def begun(self, row: Flat) -> Begun:
        """Return since when a row holds, and since when that is believed."""
        return row[self.valid_from], row[self.valid_from] + row[self.known_from]


class _Look(NamedTuple):
    """A table as it is: its rows that hold after the last entry, and where in them what stands."""

    there: Found
    places: _Places


def changes(
    of: bytes,
    continuation: Continuation,
    there: Sequence[Found],
    tables: Sequence[sqlalchemy.Table],
    reference_data: ReferenceData,
) -> Changes | None:
    """Return what the entries of a continuation change of the rows ``of`` a case.

    ``there`` are the rows in the tables that hold after the last entry before. ``None`` if they are not those of
    the case as it stands.
    """
    looks = [_Look(found, _places(table)) for found, table in zip(there, tables, strict=True)]
    begun = {key: _begun(of, fact, looks) for key, fact in continuation.lasting().items()}
    known = {key: one for key, one in begun.items() if one is not None}
    if len(known) < len(begun):
        return None
    before = flats_of(of, continuation.before(known), reference_data)
    if any(_others_last(look, rows, continuation.last) for look, rows in zip(looks, before, strict=True)):
        return None
    now = flats_of(of, continuation.now(known), reference_data)
    return _difference(looks, before, now)


def _places(table: sqlalchemy.Table) -> _Places:
    names = [column.name for column in table.columns]
    return _Places(*(names.index(name) for name in _Places._fields))


def _begun(of: bytes, fact: Held, looks: Sequence[_Look]) -> Begun | None:
    """Return since when a fact holds, by the one row that says so; ``None`` if there is none, or another."""
    there, places = looks[0 if isinstance(fact, CaseValues) else 1]
    found = set()
    for start, known in {places.begun(row) for row in there if places.lasts(row)}:
        if start < fact.until and flat_of(of, row_of((start, fact.until, known, FOREVER, fact))) in there:
            found.add((start, known))
    return found.pop() if len(found) == 1 else None


def _others_last(look: _Look, rows: Sequence[Flat], after: Instant) -> bool:
    """Say whether other rows are believed to hold after an instant than those in the table."""
    lasts = look.places.lasts
    return {row for row in look.there if lasts(row, after)} != {row for row in rows if lasts(row, after)}


def _difference(looks: Sequence[_Look], before: Flats, now: Flats) -> Changes | None:
    """Return how rows differ from those before; ``None`` if that does not fit those that are there."""
    gone, new = [], []
    for (there, _), rows, wanted in zip(looks, before, now, strict=True):
        old = set(rows)
        out, put = old.difference(wanted), [row for row in wanted if row not in old]
        if not out <= there.keys() or not there.keys().isdisjoint(put):
            return None
        gone.append([there[row] for row in out])
        new.append(put)
    return gone, Flats(*new)
