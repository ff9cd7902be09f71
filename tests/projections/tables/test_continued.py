"""What continues a long case is told from its last rows, unless anything speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from domain.cases import events as ev
from domain.identity import officer_stream
from domain.officer import Absent, Enrolled
from projections.tables import checkpoint, writer
from projections.tables import rows as making
from projections.tables.engine import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Event
    from ledger.entry import StoredEntry
    from projections.tables.reference import ReferenceData
    from projections.tables.rows import Flats
    from tests.projections.engines import Place
    from tests.projections.stores import Shelf

ARREST = ev.ActionRecorded(kind="arrest")
STORY = (
    ev.Reported(reference="A", category="indecent-images"),
    ev.Allocated(officer="DC 1417"),
    ev.RiskAssessed(risk="high"),
    ev.WarrantSought(warrant="W1", kind="search"),
    ev.WarrantGranted(warrant="W1"),
    ev.Paused(reason="sick", authorised_by="DI 3"),
)
"""A case with an owner who lacks the training for it, a warrant that warns, and clocks that stand."""


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    shelf = place.shelf()
    shelf.put("", Enrolled(officer="DC 1417"), stream=officer_stream("DC 1417"))
    shelf.put("A", *STORY)
    shelf.runner.catch_up()
    yield shelf
    shelf.close()


@pytest.fixture
def made_anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return what notes of how many entries the rows of a case are made anew, where few are a long case."""
    noted: list[int] = []

    def noting(entries: list[StoredEntry], reference_data: ReferenceData) -> Flats:
        noted.append(len(entries))
        return making.rows_of(entries, reference_data)

    monkeypatch.setattr(writer, "rows_of", noting)
    monkeypatch.setattr(writer, "LONG", len(STORY))
    return noted


@pytest.mark.parametrize(
    "after",
    [
        [ARREST],
        [ev.ActionRecorded(kind="note", counts=False)],
        [ev.Resumed(), ev.WarrantExecuted(warrant="W1"), ev.Allocated(officer="DC 2206"), ARREST],
        [ev.ClosureRequested(outcome="charged"), ev.Resolved(outcome="charged"), ev.Reopened(), ARREST],
    ],
)
def test_an_entry_that_continues_a_long_case_makes_no_other_rows(
    shelf: Shelf, made_anew: list[int], after: list[Event]
) -> None:
    """Recorded at once or later than it occurred: the rows are those of a rebuild."""
    for one in after:
        shelf.put("A", one)
        shelf.runner.catch_up()
        shelf.put("A", one, at=shelf._count - 0.5, recorded=shelf._count)
        shelf.runner.catch_up()
    shelf.put("A", *after)
    shelf.runner.catch_up()
    assert made_anew == []
    assert shelf.rows() == shelf.rebuilt_rows()


@pytest.mark.parametrize(
    ("happened", "at"),
    [
        (ARREST, 3.5),
        (ev.EntryRetracted(entry=3), None),
        (ev.EntryCorrected(entry=2, values={"officer": "DC 2206"}), None),
    ],
)
def test_what_is_late_or_amends_makes_the_rows_of_its_case_anew(
    shelf: Shelf, made_anew: list[int], happened: Event, at: float | None
) -> None:
    """What was believed before changes then."""
    shelf.put("A", happened, at=at, recorded=20)
    shelf.runner.catch_up()
    assert made_anew == [len(STORY) + 1]
    assert shelf.rows() == shelf.rebuilt_rows()


def test_where_an_officer_changed_too_the_rows_are_made_anew(shelf: Shelf, made_anew: list[int]) -> None:
    """Whether the owner can do the work stands in the rows of the case."""
    shelf.put("", Absent(reason="leave"), stream=officer_stream("DC 1417"))
    shelf.put("A", ARREST)
    shelf.runner.catch_up()
    assert made_anew == [len(STORY) + 1]
    assert shelf.rows() == shelf.rebuilt_rows()


@pytest.mark.parametrize("name", ["open case", "warrant-lapsed", "owned", "owner-unaccredited"])
def test_rows_that_are_not_those_of_the_case_are_not_built_upon(
    shelf: Shelf, made_anew: list[int], name: str
) -> None:
    """They are compared with all of its rows then, and mended."""
    before = shelf.rows()
    cases, clocks = checkpoint.tables(1)
    damage = {
        "open case": delete(cases).where(cases.c.valid_to == 0),
        "owned": delete(clocks).where(clocks.c.kind == "owned"),
    }
    with writing(shelf.runner.engine) as connection:
        connection.execute(damage.get(name, delete(clocks).where(clocks.c.name == name)))
    assert shelf.rows() != before
    shelf.put("A", ARREST)
    shelf.runner.catch_up()
    assert made_anew == [len(STORY) + 1]
    assert shelf.rows() == shelf.rebuilt_rows()
