"""Replay: each entry with the state after it and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import amendments, cases
from domain.axes import Axes
from domain.instant import FOREVER
from projections.views.case_view import CaseView
from projections.views.replay import FIELDS, replay
from projections.views.state import leaves, state
from tests.projections.story_store import CASE, OWNER, Store, warning, when

if TYPE_CHECKING:
    from projections.views.timeline import Item


@pytest.fixture(scope="module")
def store() -> Store:
    return warning(Store())


def steps(store: Store, as_at: int = FOREVER, known: int = FOREVER) -> list[Item]:
    return list(replay(CaseView(store.entries(), Axes(as_at, known))))


def test_there_is_one_item_for_each_entry(store: Store) -> None:
    """In the order of the timeline, each with the same three parts."""
    found = steps(store)
    assert [item["entry"]["version"] for item in found] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert all(tuple(item) == FIELDS for item in found)


def test_an_item_says_what_its_entry_changed(store: Store) -> None:
    """The allocation changed the ownership, and nothing else."""
    allocated = steps(store)[2]
    assert [change["field"].partition(".")[0] for change in allocated["changed"]] == ["ownership"] * 4
    assert allocated["state"]["ownership"]["owner"] == OWNER


def test_a_retracted_entry_changes_nothing(store: Store) -> None:
    """It is shown, and the state stays as it was."""
    assert steps(store)[4]["changed"] == []


def test_a_retracted_entry_changes_what_was_believed_before_the_retraction(store: Store) -> None:
    """As known on the day, the child had been seen."""
    fields = [change["field"] for change in steps(store, known=when("2016-03-14T12:00"))[4]["changed"]]
    assert "safeguarding.steps.child-seen.count" in fields


def test_a_corrected_entry_changes_what_the_correction_says(store: Store) -> None:
    """The risk is very high from the first assessment on, and the correction itself changes nothing."""
    found = steps(store)
    assert {"field": "risk", "before": None, "after": "very high"} in found[1]["changed"]
    assert found[6]["changed"] == []


@pytest.mark.parametrize("known", [FOREVER, "2016-03-14T12:00", "2016-03-16T00:00", "2016-05-18T12:00"])
@pytest.mark.parametrize("as_at", [FOREVER, "2016-03-01T00:00", "2016-03-14T11:00"])
def test_the_last_state_is_the_state(store: Store, as_at: int | str, known: int | str) -> None:
    """Folded step by step and at once, the state is the same, at any pair of instants."""
    axes = [when(text) if isinstance(text, str) else text for text in (as_at, known)]
    last = steps(store, *axes)[-1]["state"]
    whole = state(CaseView(store.entries(), Axes(*axes)))
    assert whole is not None
    assert leaves(last) == leaves(whole)
    assert last["flags"] == whole["flags"]


def test_time_runs_to_each_entry(store: Store) -> None:
    """Age and idle time of a step are those at its instant."""
    found = steps(store)[2]
    assert found["state"]["age_seconds"] == 17 * 86_400 + 108 * 60


def test_there_is_no_state_before_the_report() -> None:
    """Where the report is moved behind another entry, that one finds no case yet."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-02T09:00", cases.act, CASE, "note")
    store.at("2016-05-04T09:00", amendments.correct, CASE, 1, {}, occurred_at=when("2016-05-03T09:00"))
    found = steps(store)
    assert [item["entry"]["version"] for item in found] == [2, 1, 3]
    assert found[0]["state"] is None
    assert found[0]["changed"] == []
    assert found[1]["state"]["reference"] == CASE
