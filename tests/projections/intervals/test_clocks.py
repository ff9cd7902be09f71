"""Rows of what a case waits for: which instants they cover on both axes, and what each entry costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import as_of
from domain.deadlines.clocks import run
from domain.deadlines.stalls import facts
from domain.deadlines.standards import Laws
from domain.event import Origin
from domain.instant import FOREVER
from tests.clock import hours
from tests.domain.deadlines.test_clocks import ALLOCATED, act, given
from tests.domain.scene import REFERENCE
from tests.interval_rows import clock_rows, reckoned
from tests.smallbook import ONE

if TYPE_CHECKING:
    from domain.deadlines.facts import Fact
    from domain.event import Event
    from projections.intervals.rows import Row
    from tests.domain.scene import Scene

LAWS = Laws(ONE)


def rows(scene: Scene, standard: str) -> list[tuple[float, ...]]:
    """Return the rows of a standard, in hours after the report; what has no end is infinite."""
    found = [row for row in clock_rows(scene.entries, LAWS) if row.fact.standard == standard]
    return sorted(tuple(in_hours(bound) for bound in row[:4]) for row in found)


def in_hours(instant: int) -> float:
    """Return an instant in hours after the report."""
    return float("inf") if instant == FOREVER else (instant - hours(0)) / (hours(1) - hours(0))


ALWAYS = float("inf")


def test_a_wait_that_goes_on_is_one_row_without_an_end() -> None:
    """Whatever else happens to the case meanwhile."""
    scene = given((1, act("note", counts=False)), (2, act("note", counts=False)))
    assert rows(scene, "allocate") == [(0, ALWAYS, 0, ALWAYS)]


def test_a_prompt_entry_closes_one_row_and_opens_no_other() -> None:
    """Until it was known the wait had no end; since then it has one. Nobody can ask for more."""
    scene = given((4, ALLOCATED))
    assert rows(scene, "allocate") == [(0, 4, 0, ALWAYS)]


def test_a_late_entry_costs_a_row_for_what_was_believed_in_between() -> None:
    """Allocated at the first hour, recorded at the tenth."""
    scene = given().given(ALLOCATED, at=1, recorded=10)
    assert rows(scene, "allocate") == [(0, 1, 0, ALWAYS), (1, 10, 0, 10)]


def test_no_row_covers_an_instant_after_all_at_which_it_was_believed() -> None:
    """An instant after the one of knowledge is asked for as that one."""
    scene = given().given(ALLOCATED, at=1, recorded=10).given(ev.EntryRetracted(entry=2), at=20)
    found = clock_rows(scene.entries, LAWS)
    assert all(row.valid_from < row.known_to for row in found)
    assert all(row.valid_to <= row.known_to for row in found)


def test_a_warning_ends_when_the_limit_has_run_out() -> None:
    """There is no entry at that instant."""
    scene = given((1, ev.WarrantGranted(warrant="W1")))
    warnings = [row for row in clock_rows(scene.entries, LAWS) if row.fact.name == "warrant-expiring"]
    assert [(in_hours(row.valid_from), in_hours(row.valid_to)) for row in warnings] == [(1, 11)]


def test_entries_in_any_order_make_the_same_rows() -> None:
    """They are learnt in order of knowledge."""
    scene = given((1, ALLOCATED), (2, act("interview"))).given(act("arrest"), at=1.5, recorded=9)
    assert sorted(clock_rows(reversed(scene.entries), LAWS)) == sorted(clock_rows(scene.entries, LAWS))


def test_rows_of_one_identity_do_not_overlap() -> None:
    """At any two instants each wait is found once, however often the past was corrected."""
    scene = given((1, ALLOCATED), (2, act("interview")), (3, ev.Returned()))
    scene.given(ev.EntryCorrected(entry=2, values={"occurred_at": hours(2.5)}), at=5)
    scene.given(ev.EntryRetracted(entry=5), at=6)
    scene.given(ev.EntryRetracted(entry=4), at=7)
    found = [row for row in clock_rows(scene.entries, LAWS) if row.fact.kind == "wait"]
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            same = (one.fact.name, one.fact.standard, one.fact.key) == other.fact[1:4]
            assert not (same and overlap(one, other))


def test_an_entry_whose_correction_was_known_before_it_never_sets_a_clock_by_its_own_value() -> None:
    """An import may bring the two in that order: the limit is that of the corrected risk at once."""
    earlier = Origin("log", REFERENCE, 1, recorded_at=hours(2))
    scene = given(category="missing").given(ev.RiskAssessed(risk="low"), at=5, recorded=6)
    scene.given(ev.EntryCorrected(entry=2, values={"risk": "high"}, origin=earlier), at=2, recorded=7)
    (limit,) = (fact.limit for fact in holding(scene, 6) if fact.standard == "images")
    assert limit == "2h"
    for at in (5, 6, 7, 9):
        assert holding(scene, at) == sorted(
            facts(run(as_of(scene.entries, Axes(hours(at), hours(at))), LAWS)).values()
        )


def overlap(one: Row[Fact], other: Row[Fact]) -> bool:
    """Say whether two rows hold at once on both axes."""
    valid = max(one.valid_from, other.valid_from) < min(one.valid_to, other.valid_to)
    return valid and max(one.known_from, other.known_from) < min(one.known_to, other.known_to)


def test_a_case_without_entries_has_no_rows() -> None:
    """There is nothing to wait for."""
    assert clock_rows([], LAWS) == []


@pytest.mark.parametrize(
    "event",
    [
        act("contact-attempted", counts=False),
        act("further-harm", counts=False),
        act("released", counts=False),
        act("missing-reported", counts=False),
        ev.RiskAssessed(risk="very high"),
        ev.Paused(authorised_by="PS 0088"),
        ev.Escalated(escalation="E1", concern="c", immediate=True),
        ev.Returned(),
        ev.Resolved(outcome="o"),
    ],
    ids=lambda event: str(getattr(event, "kind", event.TOPIC)),
)
def test_whatever_an_entry_changes_ends_and_begins_with_it(event: Event) -> None:
    """Each kind of change is seen at once, and by no earlier instant."""
    scene = given(
        (1, ALLOCATED), (2, act("detained")), (2, ALLOCATED), (3, ev.Escalated(escalation="E1", concern="c"))
    )
    before = facts(run(as_of(scene.entries), LAWS))
    after = facts(run(as_of(scene.given(event, at=4).entries), LAWS))
    assert before != after
    assert holding(scene, 4 - 1 / 3_600_000_000) == sorted(before.values())
    assert holding(scene, 4) == sorted(after.values())


def holding(scene: Scene, at: float) -> list[Fact]:
    """Return the facts of the rows that hold at an instant, as known then, and what is reckoned."""
    when = hours(at)
    rows = clock_rows(scene.entries, LAWS)
    told = [row.fact for row in rows if row[0] <= when < row[1] and row[2] <= when < row[3]]
    return sorted([*told, *reckoned(scene.entries, LAWS, when, when)])
