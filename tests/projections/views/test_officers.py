"""The register beside the cases: who holds what, who may not, who was given cases while away."""

from __future__ import annotations

from typing import Any

import pytest

from application.commands import cases, officers
from domain.axes import Axes
from domain.instant import FOREVER
from domain.rulebook.model import Rulebook
from projections.views.access import Scope
from projections.views.case_view import CaseView
from projections.views.officers import FIELDS, specialists
from projections.views.officers import officers as officers_of
from projections.views.state import state
from tests.projections.story_store import Store, when

WORK = "child-protection"
BOOK = Rulebook(title="t", standards=(), needs={"child-abuse": WORK}, specialists={WORK: 3})
REFERENCES = ("CHB-1", "CHB-2", "CHB-3", "CHB-4", "OTH-1")


@pytest.fixture(scope="module")
def store() -> Store:
    told = Store()
    at = told.at
    for name in ("DC 1", "DC 2", "DC 3"):
        at("2016-01-04T09:00", officers.enrol, name, team="Hydra")
    at("2016-01-04T10:00", officers.accredit, "DC 1", WORK, until=when("2016-03-01T00:00"))
    at("2016-01-04T10:00", officers.accredit, "DC 2", WORK)
    for reference in REFERENCES:
        category = "other" if reference == "OTH-1" else "child-abuse"
        at("2016-01-05T09:00", cases.report, reference, category=category)
    at("2016-01-06T09:00", cases.allocate, "CHB-1", "DC 1")
    at("2016-01-06T09:00", cases.allocate, "CHB-2", "dc2")
    at("2016-02-01T09:00", cases.allocate, "CHB-3", "DC 2")
    at("2016-02-05T09:00", officers.absent, "DC 2", occurred="2016-01-20T08:00")
    at("2016-02-06T09:00", cases.allocate, "CHB-4", "DC 9")
    at("2016-02-06T09:00", cases.allocate, "OTH-1", "DC 3")
    return told


def items(store: Store, as_at: str, known: str | None = None) -> dict[str, Any]:
    axes = Axes(when(as_at), FOREVER if known is None else when(known))
    held = []
    for reference in REFERENCES:
        found = state(CaseView(store.entries(reference), axes))
        assert found is not None
        owner = found["ownership"]["owner"]
        held.append({"reference": reference, "category": found["category"], "owner": owner})
    return {item["officer"]: item for item in officers_of(Scope(store.ledger, axes), held, BOOK)}


def test_an_item_says_what_an_officer_is_and_holds(store: Store) -> None:
    """With the accreditations that hold, and when each ends."""
    found = items(store, "2016-02-10T00:00")
    assert tuple(sorted(found["DC 1"])) == tuple(sorted(FIELDS))
    assert found["DC 1"] == {
        "officer": "DC 1",
        "enrolled": True,
        "team": "Hydra",
        "accreditations": [
            {"accreditation": WORK, "since": when("2016-01-04T10:00"), "until": when("2016-03-01T00:00")}
        ],
        "absent_since": None,
        "left_at": None,
        "cases": 1,
        "unaccredited": [],
        "lacking": [],
        "given_while_away": [],
        "may_not_hold": [],
        "unfit": False,
        "side": "force",
        "absent_until": None,
        "deputy": None,
        "deputy_for": [],
    }
    assert (found["DC 3"]["cases"], found["DC 3"]["may_not_hold"], found["DC 3"]["unfit"]) == (
        1,
        ["child-abuse"],
        False,
    )


def test_an_accreditation_that_ends_on_its_day_leaves_a_case_without(store: Store) -> None:
    """No entry says so: the day does."""
    found = items(store, "2016-03-01T00:00")["DC 1"]
    assert (found["unaccredited"], found["lacking"], found["unfit"]) == (["CHB-1"], [WORK], True)


def test_who_is_away_and_was_still_given_cases(store: Store) -> None:
    """By what is known now; on the day nobody knew of the absence, and the allocation looked right."""
    found = items(store, "2016-02-02T00:00")["DC 2"]
    assert (found["cases"], found["given_while_away"], found["unfit"]) == (2, ["CHB-3"], True)
    then = items(store, "2016-02-02T00:00", "2016-02-02T00:00")["DC 2"]
    assert (then["given_while_away"], then["absent_since"], then["unfit"]) == ([], None, False)


def test_an_owner_who_was_never_enrolled_is_listed_too(store: Store) -> None:
    """Those who are unfit first."""
    found = items(store, "2016-02-10T00:00")
    assert list(found)[-2:] == ["DC 1", "DC 3"]
    assert (found["DC 9"]["enrolled"], found["DC 9"]["unaccredited"]) == (False, ["CHB-4"])


def test_specialists_held_against_specialists_needed(store: Store) -> None:
    """Who left holds nothing; who is absent holds it and is not there."""
    found = items(store, "2016-02-10T00:00").values()
    assert specialists(found, BOOK) == [{"accreditation": WORK, "needed": 3, "held": 2, "present": 1, "short": 1}]
    (none,) = specialists(found, Rulebook(title="t", standards=()))
    assert (none["needed"], none["short"]) == (None, None)


def test_before_the_register_began_there_was_nobody(store: Store) -> None:
    """Neither an officer nor a case."""
    assert officers_of(Scope(store.ledger, Axes(when("2016-01-01T00:00"), FOREVER)), [], BOOK) == []
