"""Whose a case was and what was done meanwhile: the case's age runs through, each owner's clock beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import as_of
from domain.cases.fold import activity
from domain.instant import FOREVER
from projections.views.attribution import Spell, owner_spells
from projections.views.case_view import CaseView
from tests import naive
from tests.clock import hours
from tests.domain.scene import OWNER, Scene
from tests.strategies import histories

HOUR = 3_600
ACT = ev.ActionRecorded(kind="child-seen")
CALL = ev.ActionRecorded(kind="contact-attempted", counts=False)


def brief(spells: list[Spell]) -> list[tuple[Any, ...]]:
    return [(one.owner, one.held_seconds // HOUR, one.actions, one.attempts) for one in spells]


def test_work_belongs_to_whoever_had_the_case_then() -> None:
    """A reallocation ends one owner's clock and begins another's."""
    scene = Scene().given(ev.Allocated(officer=OWNER, team="Hydra"), at=24).given(ACT, CALL, at=30)
    scene.given(ev.Allocated(officer="DC 2206"), at=48).given(CALL, at=50)
    spells = owner_spells(CaseView(scene.entries, Axes(hours(100))))
    assert brief(spells) == [(None, 24, 0, 0), (OWNER, 24, 1, 1), ("DC 2206", 52, 0, 1)]
    assert [one.idle_seconds // HOUR for one in spells] == [24, 18, 52]
    assert [(one.since, one.until) for one in spells[1:]] == [(hours(24), hours(48)), (hours(48), None)]
    assert [one.team for one in spells] == [None, "Hydra", None]


def test_another_team_of_the_same_owner_is_no_new_spell() -> None:
    """The team is the last that they had the case in; a return is the queue's spell."""
    scene = Scene().given(ev.Allocated(officer=OWNER, team="Hydra"), at=0)
    scene.given(ev.Allocated(officer=OWNER, team="Orion"), at=5).given(ev.Returned(), at=6)
    spells = owner_spells(CaseView(scene.entries, Axes(hours(10))))
    assert brief(spells) == [(OWNER, 6, 0, 0), (None, 4, 0, 0)]
    assert spells[0].team == "Orion"


def test_what_was_done_at_an_instant_belongs_to_who_has_the_case_after_it() -> None:
    """A spell of no length is none, and its work is not lost."""
    scene = Scene().given(ev.RiskAssessed(risk="high"), ev.Allocated(officer=OWNER), at=0)
    assert brief(owner_spells(CaseView(scene.entries, Axes(hours(2))))) == [(OWNER, 2, 1, 0)]


def test_a_resolved_case_is_held_until_its_end() -> None:
    """The clock stops with the case, and both axes apply."""
    scene = Scene().given(ev.Allocated(officer=OWNER), at=1, recorded=8).given(ev.Resolved(outcome="x"), at=9)
    assert brief(owner_spells(CaseView(scene.entries, Axes(hours(50))))) == [(None, 1, 0, 0), (OWNER, 8, 1, 0)]
    assert brief(owner_spells(CaseView(scene.entries, Axes(hours(7), hours(7))))) == [(None, 7, 0, 0)]
    assert owner_spells(CaseView(scene.entries, Axes(hours(-1)))) == []


def test_nobody_is_idle_while_a_case_is_closed() -> None:
    """It was closed by its owner, given to another two days later, and lies with them since it was reopened."""
    scene = Scene().given(ev.Allocated(officer=OWNER), at=1).given(ev.ActionRecorded(kind="arrest"), at=2)
    scene.given(ev.Resolved(outcome="x"), at=3).given(ev.Allocated(officer="DC 2206"), at=51)
    scene.given(ev.Reopened(), at=60)
    spells = owner_spells(CaseView(scene.entries, Axes(hours(64))))
    assert [(one.owner, one.idle_seconds) for one in spells[1:]] == [(OWNER, 0), ("DC 2206", 4 * 3_600)]
    assert owner_spells(CaseView(scene.entries, Axes(hours(55))))[-1].idle_seconds == 0


@settings(max_examples=60, deadline=None)
@given(histories())
def test_spells_follow_one_another_and_lose_no_work(entries: list[Any]) -> None:
    """From the report on without a gap, the last one's owner being the case's."""
    spells = owner_spells(CaseView(entries))
    assert [one.until for one in spells[:-1]] == [one.since for one in spells[1:]]
    assert all(one.owner != other.owner for one, other in pairwise(spells))
    assert all(one.until is None or one.since < one.until for one in spells)
    believed = as_of(entries)
    begun = next((place for place, one in enumerate(believed) if one.topic == "case.reported"), len(believed))
    work = [one for one in believed[begun:] if activity(one) and one.topic != "case.reported"]
    assert sum(one.actions for one in spells) == len(work)
    if spells:
        assert spells[-1].owner == naive.state(entries, FOREVER, FOREVER)["owner"]


def test_an_owner_written_in_another_way_is_the_same_owner() -> None:
    """Letters and spacing name no other officer; the last way of writing stands."""
    scene = Scene().given(ev.Allocated(officer="DC 1417", team="Hydra"), at=0)
    scene.given(ev.Allocated(officer="dc1417", team="Orion"), at=5)
    assert brief(owner_spells(CaseView(scene.entries, Axes(hours(10))))) == [("dc1417", 10, 0, 0)]
