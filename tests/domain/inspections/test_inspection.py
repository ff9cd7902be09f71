"""A round of inspection: what belongs to it, who may say so, what cannot be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import Forbidden, Refused
from domain.identity import same_name
from domain.inspections.inspection import (
    Closed,
    Inspection,
    Opened,
    Sampled,
    apply,
    check,
    fold,
    inspection_stream,
)
from tests.clock import hours
from tests.domain.scene import entry

if TYPE_CHECKING:
    from domain.event import Entry, Event

OPENED = Opened(inspection="round-2", body="the inspectorate", force="the force", follows="round-1")


def sampled(*cases: str, name: str = "main") -> Sampled:
    return Sampled(
        name=name,
        as_at=0,
        known_at=0,
        seed=1,
        size=len(cases),
        method="by hand",
        strata="nothing",
        population={"all": len(cases)},
        drawn={"all": len(cases)},
        cases=cases,
    )


def made(*events: Event) -> list[Entry]:
    return [entry(number, event, hours(number), role="inspectorate") for number, event in enumerate(events, 1)]


def test_a_round_is_folded_on_both_axes() -> None:
    """As at an instant, and from what was recorded by another."""
    late = entry(2, sampled("A", "B"), hours(2), recorded=hours(9))
    entries = [*made(OPENED), late, entry(3, Closed(), hours(4))]
    whole = fold(entries)
    assert (whole.identifier, whole.follows, whole.opened_at, whole.closed_at) == (
        "round-2",
        "round-1",
        hours(1),
        hours(4),
    )
    assert whole.drawn() == {"A": "main", "B": "main"}
    assert fold(entries, Axes(hours(3))).closed_at is None
    assert fold(entries, Axes(hours(3))).drawn()
    assert not fold(entries, Axes(hours(5), hours(5))).drawn()
    assert fold(entries, Axes(hours(0))) == Inspection()


def test_samples_stand_beside_one_another() -> None:
    """A case is known by the sample that it is in."""
    found = fold(made(OPENED, sampled("A"), sampled("B", name="more")))
    assert found.drawn() == {"A": "main", "B": "more"}
    assert [one.version for one in found.samples.values()] == [2, 3]


@pytest.mark.parametrize(
    ("before", "event", "words"),
    [
        ([], sampled("A"), "the inspection had not been opened by then"),
        ([], Closed(), "the inspection had not been opened by then"),
        ([OPENED], OPENED, "inspection round-2 has been opened already"),
        ([OPENED, Closed()], OPENED, "inspection round-2 has been opened already"),
        ([OPENED, Closed()], Closed(), "inspection round-2 is closed"),
        ([OPENED, Closed()], sampled("A"), "inspection round-2 is closed"),
        ([OPENED, sampled("A")], sampled("B"), "the sample main has been drawn already, and stays as it is"),
    ],
)
def test_the_impossible_is_refused(before: list[Event], event: Event, words: str) -> None:
    """In the state just before it."""
    with pytest.raises(Refused, match=re.escape(words)):
        check(fold(made(*before)), entry(9, event, hours(9), role="inspectorate"))


@pytest.mark.parametrize("event", [OPENED, sampled("A"), Closed()])
def test_only_the_inspectorate_inspects(event: Event) -> None:
    """Whoever else does it says for whom."""
    before = fold([] if event is OPENED else made(OPENED))
    with pytest.raises(Forbidden, match="only the inspectorate does this"):
        check(before, entry(9, event, hours(9)))


def test_an_event_of_a_case_is_none_of_an_inspection() -> None:
    """A mistake of the program is no fact."""
    with pytest.raises(TypeError, match="Reopened is no event of an inspection"):
        apply(Inspection(), entry(1, ev.Reopened(), hours(1)))


def test_a_name_is_known_in_every_spelling() -> None:
    """Capitals and spacing name the same round; no name names none."""
    assert inspection_stream("Round 1") == inspection_stream("round1") != inspection_stream("round-1")
    assert same_name("Round-1", "round-1")
    assert not same_name(None, None)
    assert not same_name("round-1", "round-2")
