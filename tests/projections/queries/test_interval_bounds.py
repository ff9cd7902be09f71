"""A row answers from its first instant until just before its end, on both axes, whichever question is asked."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from domain.instant import SECOND
from projections.queries.stalled import Wanted, stalled
from tests.clock import hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import Place
    from tests.projections.stores import Shelf

JUST = 1 / (3_600 * SECOND)
"""A microsecond, in hours."""


@pytest.fixture(scope="module")
def shelf(place: Place) -> Iterator[Shelf]:
    """A case: at a low risk from 2 hours on, allocated from 30 on; both taken back at 40."""
    with closing(place.shelf()) as shelf:
        shelf.put("A", ev.Reported(reference="A", category="other"), at=0)
        shelf.put("A", ev.RiskAssessed(risk="low"), at=2)
        shelf.put("A", ev.Allocated(officer="DC 1417"), at=30)
        shelf.put("A", ev.EntryCorrected(entry=2, values={"risk": "high"}), ev.EntryRetracted(entry=3), at=40)
        shelf.runner.catch_up()
        yield shelf


@pytest.mark.parametrize(
    ("as_at", "known", "risks"),
    [
        (0 - JUST, 99, []),
        (0, 99, [None]),
        (2 - JUST, 99, [None]),
        (2, 99, ["high"]),
        (2, 2, ["low"]),
        (20, 40 - JUST, ["low"]),
        (20, 40, ["high"]),
        (99, 40 - JUST, ["low"]),
        (99, 40, ["high"]),
    ],
)
def test_one_row_says_how_a_case_stood(shelf: Shelf, as_at: float, known: float, risks: list[str | None]) -> None:
    """At the instant of an entry the row before it is over, and at that of a correction what it corrects."""
    answer = shelf.ask(as_at=as_at, known=known)
    assert [item["risk"] for item in answer.items] == risks
    assert shelf.ask(as_at=as_at, known=known, limit=0).total == len(risks)


@pytest.mark.parametrize(
    ("as_at", "known", "causes"),
    [
        (24 - JUST, 99, []),
        (24, 99, ["unallocated"]),
        (30 - JUST, 30, ["unallocated"]),
        (30, 30, []),
        (30, 40 - JUST, []),
        (30, 40, ["unallocated"]),
        (29, 40 - JUST, ["unallocated"]),
        (29, 40, ["unallocated"]),
    ],
)
def test_one_row_says_what_a_case_waited_for(shelf: Shelf, as_at: float, known: float, causes: list[str]) -> None:
    """A wait of 24 hours is too long from its last instant on, and until just before what ends it."""
    answer = stalled(shelf.runner, Wanted(hours(as_at), hours(known)))
    assert [one.cause for case in answer.cases for one in case.causes] == causes
    assert answer.open == 1
