"""The whole state of a case at a pair of instants: parallel states, by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from application.commands import cases
from domain.axes import Axes
from domain.deadlines.standards import Laws
from domain.instant import FOREVER
from projections.views.case_view import CaseView
from projections.views.state import FIELDS, PASSING, changes, leaves, state
from tests.projections.story_store import CASE, OWNER, Store, warning, when
from tests.smallbook import ONE

if TYPE_CHECKING:
    from projections.views.timeline import Item


DAY = 86_400


@pytest.fixture(scope="module")
def store() -> Store:
    return warning(Store())


def state_of(store: Store, as_at: str | None = None, known: str | None = None) -> Item:
    axes = (FOREVER if text is None else when(text) for text in (as_at, known))
    found = state(CaseView(store.entries(), Axes(*axes)))
    assert found is not None
    return found


def test_the_states_run_in_parallel(store: Store) -> None:
    """Each is there by its name, whatever the others are; the clocks only where a rulebook is given."""
    found = state_of(store, "2016-05-20T00:00")
    assert tuple(found) == tuple(name for name in FIELDS if name != "clocks")
    with_clocks = state(CaseView(store.entries(), Axes(when("2016-05-20T00:00"))), laws=Laws(ONE))
    assert with_clocks is not None
    assert tuple(with_clocks) == FIELDS
    assert with_clocks["clocks"][0]["standard"] == "record-crime"
    assert found["ownership"] == {
        "state": "allocated",
        "owner": OWNER,
        "team": "Hydra",
        "since": when("2016-02-29T11:00"),
    }
    assert found["investigation"]["warrants"]["W1"]["state"] == "sought"
    assert found["investigation"]["paused"] is None
    assert found["oversight"]["escalations"]["E1"]["state"] == "open"
    assert found["closure"]["state"] == "open"
    assert found["record"] == {"state": "normal", "restricted_to": []}


def test_a_retracted_step_was_not_taken(store: Store) -> None:
    """Of the steps only those that stand are counted."""
    assert list(state_of(store)["safeguarding"]["steps"]) == ["contact-attempted"]
    known = "2016-03-14T12:00"
    assert "child-seen" in state_of(store, known=known)["safeguarding"]["steps"]


def test_a_case_has_no_state_before_its_report(store: Store) -> None:
    """It is None, on either axis."""
    assert state(CaseView(store.entries(), Axes(when("2016-02-12T09:11")))) is None
    assert state(CaseView(store.entries(), Axes(known_at=when("2016-02-12T09:11")))) is None


def test_elapsed_time_runs_on_where_knowledge_ends(store: Store) -> None:
    """As at 10 April, known on 13 March: the state of 13 March, older by the days in between."""
    found = state_of(store, "2016-04-12T10:12", "2016-02-28T00:00")
    assert found["ownership"]["state"] == "unallocated"
    assert found["age_seconds"] == 60 * DAY
    assert found["idle_seconds"] == 60 * DAY - 28 * 60


def test_a_closed_case_is_as_old_as_it_became_and_is_not_idle(store: Store) -> None:
    """Its age stops with its end."""
    own = Store()
    own.at("2016-05-01T09:00", cases.report, CASE, category="other")
    own.at("2016-05-04T09:00", cases.resolve, CASE, outcome="no crime")
    found = state_of(own, "2017-01-01T00:00")
    assert (found["age_seconds"], found["idle_seconds"]) == (3 * DAY, None)
    assert found["closure"]["outcome"] == "no crime"


def test_flags_stand_by_the_entry_s_number(store: Store) -> None:
    """Only of entries that are in the picture."""
    assert state_of(store)["flags"] == {
        "2": ["corrected"],
        "3": ["owner-unaccredited"],
        "4": ["late"],
        "5": ["retracted"],
        "6": ["corrected-by-another"],
    }
    assert state_of(store, "2016-02-20T00:00", "2016-02-20T00:00")["flags"] == {}


def test_the_state_is_plain_data(store: Store) -> None:
    """It goes through JSON unchanged."""
    found = state_of(store)
    assert json.loads(json.dumps(found)) == found


def test_a_change_names_the_field_and_its_two_values(store: Store) -> None:
    """Fields that are equal are left out, and so is what only passes with time."""
    before, after = state_of(store, "2016-02-28T00:00"), state_of(store, "2016-03-01T00:00")
    assert changes(leaves(before), leaves(after)) == [
        {"field": "ownership.state", "before": "unallocated", "after": "allocated"},
        {"field": "ownership.owner", "before": None, "after": OWNER},
        {"field": "ownership.team", "before": None, "after": "Hydra"},
        {"field": "ownership.since", "before": None, "after": when("2016-02-29T11:00")},
    ]
    assert changes(leaves(after), leaves(after)) == []


def test_a_field_that_goes_has_no_value_after(store: Store) -> None:
    """The other way round, owner and team go."""
    before, after = state_of(store, "2016-03-01T00:00"), state_of(store, "2016-02-28T00:00")
    assert {"field": "ownership.owner", "before": OWNER, "after": None} in changes(leaves(before), leaves(after))


def test_what_only_passes_is_no_leaf(store: Store) -> None:
    """Age, idle time, flags and the version are no fields of the state."""
    assert not PASSING & leaves(state_of(store)).keys()


def test_parts_of_a_list_are_counted_from_one() -> None:
    """Two grades have different paths."""
    own = Store()
    own.at("2016-05-01T09:00", cases.report, CASE, category="other")
    own.at("2016-05-02T09:00", cases.grade, CASE, "good", grader="force")
    own.at("2016-05-03T09:00", cases.grade, CASE, "inadequate", grader="force")
    found = leaves(state_of(own))
    assert found["oversight.grades.1.grade"] == "good"
    assert found["oversight.grades.2.grade"] == "inadequate"
