"""What differs between two pictures of a case, in the world or in what was known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import amendments, cases
from domain.axes import Axes
from domain.instant import FOREVER
from projections.views.case_view import CaseView
from projections.views.diff import FIELDS, differences
from tests.projections.story_store import CASE, Store, warning, when

if TYPE_CHECKING:
    from projections.views.timeline import Item


@pytest.fixture(scope="module")
def store() -> Store:
    return warning(Store())


def between(store: Store, first: Axes, second: Axes) -> list[Item]:
    return list(differences(CaseView(store.entries(), first), CaseView(store.entries(), second)))


def world(store: Store, first: str, second: str, known: int = FOREVER) -> list[Item]:
    return between(store, Axes(when(first), known), Axes(when(second), known))


def knowledge(store: Store, first: str, second: str) -> list[Item]:
    return between(store, Axes(when(first), when(first)), Axes(when(second), when(second)))


def entries(items: list[Item]) -> dict[int, str]:
    return {item["version"]: item["change"] for item in items if item["kind"] == "entry"}


def fields(items: list[Item]) -> dict[str, tuple[object, object]]:
    return {item["field"]: (item["before"], item["after"]) for item in items if item["kind"] == "state"}


def test_what_happened_in_between_has_appeared(store: Store) -> None:
    """By what is known now, the late entry among it."""
    found = world(store, "2016-02-28T00:00", "2016-03-10T00:00")
    assert entries(found) == {3: "appeared", 4: "appeared"}
    assert fields(found)["ownership.state"] == ("unallocated", "allocated")


def test_the_other_way_round_it_is_gone(store: Store) -> None:
    """From the later instant to the earlier one, entries go."""
    found = world(store, "2016-03-10T00:00", "2016-02-28T00:00")
    assert entries(found) == {3: "gone", 4: "gone"}
    assert fields(found)["ownership.owner"][1] is None


def test_between_two_instants_of_knowledge_late_entries_appear(store: Store) -> None:
    """What was recorded on 13 March about 4 March was new knowledge on 13 March."""
    assert entries(knowledge(store, "2016-03-10T00:00", "2016-03-13T16:00")) == {4: "appeared"}
    assert entries(world(store, "2016-03-10T00:00", "2016-03-13T16:00")) == {}


def test_between_two_instants_of_knowledge_corrections_show(store: Store) -> None:
    """The corrected entry names what it said and what it says, and the state follows."""
    found = knowledge(store, "2016-03-19T00:00", "2016-03-21T00:00")
    assert entries(found) == {2: "corrected", 7: "appeared"}
    corrected = next(item for item in found if item["version"] == 2)
    assert (corrected["before"]["details"]["risk"], corrected["after"]["details"]["risk"]) == (
        "high",
        "very high",
    )
    assert fields(found)["risk"] == ("high", "very high")


def test_between_two_instants_of_knowledge_retractions_show(store: Store) -> None:
    """The retracted entry stays, and its effect goes."""
    found = knowledge(store, "2016-03-14T12:00", "2016-03-16T00:00")
    assert entries(found) == {5: "retracted", 6: "appeared"}
    assert fields(found)["safeguarding.steps.child-seen.count"] == (1, None)


def test_one_instant_of_the_world_is_seen_with_two_knowledges(store: Store) -> None:
    """What was learnt later about 10 March is the late entry and the corrected risk."""
    day = when("2016-03-10T00:00")
    found = between(store, Axes(day, day), Axes(day, FOREVER))
    assert entries(found) == {2: "corrected", 4: "appeared"}


def test_an_entry_that_moved_in_time_is_gone_from_the_earlier_picture() -> None:
    """Corrected to have occurred later, it is no longer in the picture of the day."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-02T09:00", cases.act, CASE, "child-seen")
    store.at("2016-05-08T09:00", amendments.correct, CASE, 2, {}, occurred_at=when("2016-05-06T09:00"))
    day = when("2016-05-03T00:00")
    assert entries(between(store, Axes(day, day), Axes(day, FOREVER))) == {2: "gone"}


def test_the_same_picture_twice_has_no_differences(store: Store) -> None:
    """Nothing differs, not even what passes with time."""
    assert world(store, "2016-03-10T00:00", "2016-03-10T00:00") == []
    assert world(store, "2016-03-05T00:00", "2016-03-10T00:00") == []


def test_items_have_the_fields_of_the_contract(store: Store) -> None:
    """Entries and fields of the state in one shape."""
    found = knowledge(store, "2016-03-01T00:00", "2016-05-20T00:00")
    assert {item["kind"] for item in found} == {"entry", "state"}
    assert all(set(item) == set(FIELDS) for item in found)
