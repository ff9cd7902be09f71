"""The question about all cases: filters, orders, what is cut off, and the two clocks that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import UsageProblem
from domain.instant import SECOND
from projections.queries.cases import FIELDS, CaseQuery, references
from tests.clock import hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import Place
    from tests.projections.stores import Shelf

HOUR = 3_600


@pytest.fixture(scope="module")
def shelf(place: Place) -> Iterator[Shelf]:
    """Five cases in the first ten hours; D was closed at 9, and E has neither risk nor owner."""
    shelf = place.shelf()
    report = {"A": "missing", "B": "domestic-abuse", "C": "missing", "D": "other", "E": "other"}
    for number, (reference, category) in enumerate(report.items()):
        shelf.put(reference, ev.Reported(reference=reference, category=category), at=number)
    shelf.put("A", ev.RiskAssessed(risk="high"), at=8)
    shelf.put("B", ev.RiskAssessed(risk="very high"), at=5)
    shelf.put("C", ev.RiskAssessed(risk="low"), at=6)
    shelf.put("A", ev.Allocated(officer="DC 1417", team="Hydra"), at=8)
    shelf.put("B", ev.Allocated(officer="DC 2206", team="Lernia"), at=8)
    shelf.put("C", ev.Allocated(officer="Ås Å", team="Hydra"), at=8)
    shelf.put("D", ev.Allocated(officer="DC 1417"), ev.RiskAssessed(risk="medium"), at=8)
    shelf.put("D", ev.Resolved(outcome="charged"), at=9)
    shelf.runner.catch_up()
    yield shelf
    shelf.close()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "ABCDE"),
        ({"category": ("missing",)}, "AC"),
        ({"category": ("missing", "other")}, "ACDE"),
        ({"category": ("Missing",)}, ""),
        ({"risk": ("very high", "low")}, "BC"),
        ({"team": ("Hydra",)}, "AC"),
        ({"owner": ("DC 1417",)}, "AD"),
        ({"owner": ("dc1417",)}, "AD"),
        ({"owner": (" Dc  1417", "DC 2206")}, "ABD"),
        ({"owner": ("Ås Å",)}, "C"),
        ({"owner": ("åså",)}, "C"),
        ({"owner": ("DC 141",)}, ""),
        ({"unallocated": True}, "E"),
        ({"unallocated": True, "category": ("missing",)}, ""),
        ({"open": True}, "ABCE"),
        ({"open": False}, "D"),
        ({"open": None}, "ABCDE"),
        ({"category": ("missing",), "team": ("Hydra",), "risk": ("high",), "owner": ("DC 1417",)}, "A"),
        ({"idle_before": hours(6)}, "BE"),
        ({"idle_before": hours(6) + 1}, "BCE"),
        ({"idle_before": hours(99), "open": False}, "D"),
    ],
)
def test_filters_let_through_what_fits_all_of_them(shelf: Shelf, wanted: dict[str, Any], found: str) -> None:
    """Several values of one are alternatives; idle means before that instant, not at it."""
    answer = shelf.ask(sort="reference", **wanted)
    assert [item["reference"] for item in answer.items] == list(found)
    assert answer.total == len(found)


@pytest.mark.parametrize(
    ("field", "upwards", "downwards"),
    [
        ("reference", "ABCDE", "EDCBA"),
        ("category", "BACDE", "DEACB"),
        ("risk", "BAEDC", "CDEAB"),
        ("ownership", "ABCDE", "EABCD"),
        ("owner", "EADBC", "CBADE"),
        ("team", "DEACB", "BACDE"),
        ("reported_at", "ABCDE", "EDCBA"),
        ("closed_at", "ABCED", "DABCE"),
        ("open", "DABCE", "ABCED"),
        ("age_seconds", "DECBA", "ABCED"),
        ("last_activity", "EDABC", "ABCDE"),
        ("last_activity_at", "EBCAD", "DACBE"),
        ("idle_seconds", "DACBE", "EBCAD"),
    ],
)
def test_every_field_sorts_both_ways(shelf: Shelf, field: str, upwards: str, downwards: str) -> None:
    """Ties go by reference; what is not there is least, but a risk not assessed stands in the middle."""
    assert shelf.references(as_at=40, sort=field) == list(upwards)
    assert shelf.references(as_at=40, sort=f"-{field}") == list(downwards)


@pytest.mark.parametrize("field", FIELDS)
def test_an_order_agrees_with_what_is_shown(shelf: Shelf, field: str) -> None:
    """At whatever instant, for the field's values that can be compared."""
    for as_at in (4.5, 8.5, 40.0):
        items = shelf.ask(as_at=as_at, sort=field).items
        values = [item[field] for item in items if item[field] is not None]
        if field != "risk":
            assert values == sorted(values)


@pytest.mark.parametrize("sort", ["", "-", "--risk", "record", "stream", "reference; DROP TABLE entry", "Risk"])
def test_an_order_that_there_is_not_is_refused(shelf: Shelf, sort: str) -> None:
    """And says which there are."""
    with pytest.raises(UsageProblem, match="cannot be sorted by") as caught:
        shelf.ask(sort=sort)
    assert "idle_seconds" in caught.value.hints[0]


@pytest.mark.parametrize(("limit", "shown"), [(0, 0), (1, 1), (4, 4), (5, 5), (6, 5), (None, 5)])
def test_a_limit_cuts_the_items_and_not_the_total(shelf: Shelf, limit: int | None, shown: int) -> None:
    """The total is of all that match."""
    answer = shelf.ask(sort="reference", limit=limit)
    assert [item["reference"] for item in answer.items] == list("ABCDE")[:shown]
    assert answer.total == 5
    assert shelf.ask(open=False, limit=1).total == 1


@pytest.mark.parametrize("sort", [direction + name for name in FIELDS for direction in ("", "-")])
def test_what_a_limit_lets_through_is_the_beginning_of_all(shelf: Shelf, sort: str) -> None:
    """In every order, those included that keep open and closed cases apart."""
    every = shelf.ask(sort=sort)
    for limit in range(7):
        assert shelf.ask(sort=sort, limit=limit) == every._replace(items=every.items[:limit])


@pytest.mark.parametrize(
    ("sort", "limit", "asked"), [("-idle_seconds", 4, 1), ("-idle_seconds", 5, 2), ("open", 1, 1)]
)
def test_closed_cases_are_not_listed_where_the_open_ones_fill_the_limit(
    shelf: Shelf, sort: str, limit: int, asked: int
) -> None:
    """And the other way round: most cases are closed, and most lists are of those open."""
    texts: list[str] = []
    event.listen(shelf.runner.engine, "before_cursor_execute", lambda *given: texts.append(given[2]))
    shelf.ask(sort=sort, limit=limit)
    assert sum("LIMIT" in one for one in texts) == asked


def test_an_item_is_what_the_contract_says(shelf: Shelf) -> None:
    """Instants are microseconds; lengths are whole seconds."""
    item = shelf.ask(as_at=10, known=10, owner=("DC 2206",)).items[0]
    assert tuple(item) == FIELDS
    assert item == {
        "reference": "B",
        "category": "domestic-abuse",
        "risk": "very high",
        "ownership": "allocated",
        "owner": "DC 2206",
        "team": "Lernia",
        "reported_at": hours(1),
        "closed_at": None,
        "open": True,
        "age_seconds": 9 * HOUR,
        "last_activity": "risk-assessed",
        "last_activity_at": hours(5),
        "idle_seconds": 5 * HOUR,
    }


def test_where_as_at_is_later_than_known_at_the_state_stays_and_time_runs_on(shelf: Shelf) -> None:
    """As known at 8.5 hours D was open; by 20 hours it would have been idle for twelve."""
    (item,) = (one for one in shelf.ask(as_at=20, known=8.5).items if one["reference"] == "D")
    assert (item["open"], item["age_seconds"], item["idle_seconds"]) == (True, 17 * HOUR, 12 * HOUR)
    assert shelf.references(as_at=20, known=8.5, idle_before=hours(8), sort="reference") == list("BCE")


def test_the_age_of_a_closed_case_stops_and_it_is_not_idle(shelf: Shelf) -> None:
    """From its report to its closure, whenever one looks."""
    for as_at in (9.0, 500.0):
        (item,) = shelf.ask(as_at=as_at, open=False).items
        assert (item["age_seconds"], item["idle_seconds"]) == (6 * HOUR, None)
        assert item["closed_at"] == hours(9)
    assert shelf.ask(as_at=8.99, open=False).items == []


def test_nothing_is_known_before_the_first_report(shelf: Shelf) -> None:
    """On either axis."""
    assert shelf.ask(as_at=-1).items == []
    assert shelf.ask(known=-1).items == []
    assert [item["reference"] for item in shelf.ask(as_at=0).items] == ["A"]


def test_parts_of_a_second_are_rounded_down(shelf: Shelf) -> None:
    """An age is never longer than it is."""
    (item,) = shelf.ask(as_at=0.9999).items
    assert item["age_seconds"] == (hours(0.9999) - hours(0)) // SECOND == 3_599


def test_references_alone_come_in_the_same_order(shelf: Shelf) -> None:
    """What an export goes by."""
    assert list(references(shelf.runner, CaseQuery(Axes(hours(40), hours(40)), sort="-reference"))) == list(
        "EDCBA"
    )
