"""How values stand in the population tables: what is usual takes no room, and all of it is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from domain.axes import Axes
from domain.cases import events as ev
from domain.instant import EARLIEST, FOREVER
from projections.intervals.cases import CaseValues
from projections.queries.cases import CaseQuery, cases
from projections.tables.column_values import case_row, known_from, meant
from projections.tables.schema import case_interval
from tests.clock import hours

if TYPE_CHECKING:
    from tests.projections.engines import Place

INSTANT = st.integers(EARLIEST, FOREVER - 1)
NAME = st.one_of(st.none(), st.text(min_size=1, max_size=3))
VALUES = st.builds(
    CaseValues,
    st.text(min_size=1, max_size=3),
    NAME,
    NAME,
    st.sampled_from(["unallocated", "allocated", "returned"]),
    NAME,
    NAME,
    NAME,
    INSTANT,
    st.one_of(st.none(), INSTANT),
    st.sampled_from(["normal", "restricted", "normal; waits for work"]),
    st.text(max_size=3),
    INSTANT,
)
SHOWN = (
    "reference",
    "category",
    "risk",
    "ownership",
    "owner",
    "team",
    "allocated_by",
    "reported_at",
    "closed_at",
)


@given(INSTANT, INSTANT, INSTANT, VALUES)
def test_what_was_stored_is_what_is_read(start: int, end: int, known: int, values: CaseValues) -> None:
    table = case_interval(1)
    engine = create_engine("sqlite://")
    row = case_row(bytes(16), start, max(start + 1, end), known, FOREVER, values)
    names = (*SHOWN, "last_activity", "last_activity_at")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert().values(row))
        found = connection.execute(select(*(meant(table, name) for name in names), known_from(table))).one()
    engine.dispose()
    assert tuple(found) == (*(getattr(values, name) for name in names), known)


def test_what_is_usual_takes_no_room(place: Place) -> None:
    """Of a case that was reported and recorded at once and stands as it did, only these values are stored."""
    shelf = place.shelf()
    shelf.put("A", ev.Reported(reference="A", category="other"), at=0)
    shelf.runner.catch_up()
    row: dict[str, Any] = dict(zip(case_interval(1).columns.keys(), shelf.rows().cases[0], strict=True))
    stored = {name for name, value in row.items() if value not in {None, "", 0}}
    assert stored == {"stream", "valid_from", "reference", "category", "last_activity"}
    shelf.close()


@pytest.mark.parametrize(("owner", "ownership"), [(None, "unallocated"), ("DC 4417", "allocated")])
def test_the_usual_ownership_is_shown_by_name(place: Place, owner: str | None, ownership: str) -> None:
    shelf = place.shelf()
    shelf.put("A", ev.Reported(reference="A", category="other"), at=0)
    if owner is not None:
        shelf.put("A", ev.Allocated(officer=owner), at=1)
    shelf.runner.catch_up()
    (item,) = cases(shelf.runner, CaseQuery(Axes(hours(2), hours(2)))).items
    assert (item["ownership"], item["owner"]) == (ownership, owner)
    shelf.close()
