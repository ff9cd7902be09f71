"""Cases by their state: found on either engine, as at any instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from projections.queries.cases import CaseQuery, cases
from projections.queries.states import STATES
from tests.clock import hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import Place
    from tests.projections.stores import Shelf


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    found = place.shelf()
    yield found
    found.close()


def listed(shelf: Shelf, at: float, *states: str) -> str:
    question = CaseQuery(Axes(hours(at), hours(99)), state=states, sort="reference")
    return " ".join(one["reference"] for one in cases(shelf.runner, question).items)


def test_a_case_is_found_by_each_state_that_it_is_in(shelf: Shelf) -> None:
    """And before and after by none of them but whose it is."""
    shelf.open(*"ABCDEF", at=0)
    allocated = ev.Allocated(officer="DC 1417")
    for name in "ABCDE":
        shelf.put(name, allocated, at=1)
    shelf.put("A", ev.ClosureRequested(outcome="o"), at=2)
    shelf.put("B", ev.Paused(authorised_by="PS 0088", review_on="2030-01-01"), at=2)
    shelf.put("C", ev.Escalated(escalation="E1", concern="c"), at=2)
    shelf.put("C", ev.EscalationAnswered(escalation="E1", text="t"), at=4)
    shelf.put("D", ev.Returned(), at=2)
    shelf.put("E", ev.Restricted(to=("DC 1417",)), at=2)
    shelf.put("A", ev.ClosureRefused(), at=4)
    shelf.put("B", ev.Resumed(), at=4)
    shelf.runner.catch_up()
    assert {one: listed(shelf, 3, one) for one in STATES} == {
        "unallocated": "F",
        "allocated": "A B C E",
        "returned": "D",
        "paused": "B",
        "closure-requested": "A",
        "escalated": "C",
        "answer-given": "",
        "restricted": "E",
    }
    assert listed(shelf, 3, "paused", "closure-requested", "restricted") == "A B E"
    assert listed(shelf, 1.5, "paused", "closure-requested", "escalated", "returned", "restricted") == ""
    assert listed(shelf, 5, "paused", "closure-requested", "escalated", "answer-given") == "C"
