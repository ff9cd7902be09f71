"""Whom an action is about where a case has several children, and who is missing or detained then."""

from __future__ import annotations

import pytest

from domain.cases.belief import believe
from domain.cases.children import DETAINED, MISSING, RETURNED, Children, histories
from domain.cases.events import ActionRecorded, EntryCorrected, EntryRetracted, Reopened, Reported, Resolved
from domain.cases.flags import flags
from tests.clock import hours
from tests.domain.scene import REFERENCE, Scene

NOBODY = ""
"""Stands for those whom no entry names."""


def scene_of(*actions: str, told: int | None = None) -> Scene:
    """Return a case of ``told`` children with an action an hour: ``found`` or, about a child, ``found A``."""
    scene = Scene(reported=False).given(Reported(reference=REFERENCE, category="missing", children=told), at=0)
    for hour, action in enumerate(actions, start=1):
        kind, _, child = action.partition(" ")
        scene.given(ActionRecorded(kind=kind, child=child or None), at=hour)
    return scene


def children_of(scene: Scene) -> Children:
    return histories(believe(scene.entries).entries).children


def still(scene: Scene, condition: str = MISSING) -> set[str]:
    """Return who is in a condition, by name."""
    children = children_of(scene)
    return {children.labels.get(number, NOBODY) for number in children.still(condition)}


@pytest.mark.parametrize(
    ("told", "actions", "missing"),
    [
        (None, ["missing-reported"], {NOBODY}),
        (None, ["missing-reported", "found"], set()),
        (2, ["missing-reported A", "missing-reported B", "found A"], {"B"}),
        (2, ["missing-reported A", "missing-reported B", "found"], set()),
        (2, ["missing-reported", "found A"], {NOBODY}),
        (None, ["missing-reported", "found A"], {NOBODY}),
        (2, ["missing-reported", "found A", "found B"], set()),
        (1, ["missing-reported", "found A"], set()),
        (1, ["missing-reported", "found A", "child-seen B"], {NOBODY, "B"}),
        (None, ["missing-reported A", "found A", "missing-reported"], {NOBODY, "A"}),
        (2, ["missing-reported", "child-seen A", "found A"], {NOBODY}),
        (2, ["missing-reported A", "missing-reported B", "found A", "return-interview"], {"B"}),
        (2, ["missing-reported A", "missing-reported B", "found C"], {"A", "B"}),
        (None, ["missing-reported A", "found B"], {"A"}),
        (2, ["missing-reported A", "missing-reported B", "found  a "], {"B"}),
    ],
)
def test_who_is_missing_still(told: int | None, actions: list[str], missing: set[str]) -> None:
    """No action that names a child clears another; what names none is about all whom it can be about."""
    assert still(scene_of(*actions, told=told)) == missing


REPORTED = "missing-reported"
THIRD = "entry 3 (not named)"
FOURTH = "entry 4 (not named)"


@pytest.mark.parametrize(
    ("told", "actions", "missing"),
    [
        (2, [REPORTED, REPORTED], {NOBODY, THIRD}),
        (2, [REPORTED, REPORTED, "found"], {THIRD}),
        (2, [REPORTED, REPORTED, "found", "return-interview"], {THIRD}),
        (2, [REPORTED, REPORTED, "found", "return-interview", "return-interview"], {THIRD}),
        (2, [REPORTED, REPORTED, "return-interview"], {THIRD}),
        (2, [REPORTED, REPORTED, "found", "found"], set()),
        (2, [REPORTED, REPORTED, "missing-graded", "found"], {THIRD}),
        (2, [REPORTED, REPORTED, f"found {THIRD}"], {NOBODY}),
        (2, [REPORTED, REPORTED, f"found {THIRD}", "found"], set()),
        (2, [REPORTED, REPORTED, "found A", "found B"], {NOBODY, THIRD}),
        (2, [REPORTED, REPORTED, REPORTED], {NOBODY, THIRD}),
        (2, [REPORTED, REPORTED, "found", REPORTED, "found"], {NOBODY}),
        (2, [REPORTED, "found", REPORTED], {NOBODY}),
        (2, [REPORTED, "found", REPORTED, "found"], set()),
        (2, [REPORTED, "found"], set()),
        (2, ["missing-reported A", REPORTED, REPORTED], {"A", NOBODY}),
        (3, ["missing-reported A", REPORTED, REPORTED, "found"], {"A", FOURTH}),
        (3, ["missing-reported A", REPORTED, REPORTED, "found", "found"], {"A"}),
        (3, [REPORTED, REPORTED, "found"], {THIRD}),
        (3, [REPORTED, REPORTED, REPORTED, "found"], {THIRD, FOURTH}),
        (4, [REPORTED] * 4 + ["found"] * 3, {"entry 5 (not named)"}),
        (4, [REPORTED] * 4 + ["found"] * 4, set()),
        (1, [REPORTED, REPORTED, "found"], set()),
        (None, [REPORTED, REPORTED, "found"], set()),
    ],
)
def test_a_second_report_without_a_name_is_of_another_child(
    told: int | None, actions: list[str], missing: set[str]
) -> None:
    """While fewer are known than the report says; from then on what names none is about the first of them."""
    assert still(scene_of(*actions, told=told)) == missing


@pytest.mark.parametrize(
    ("told", "actions", "detained"),
    [
        (2, ["detained", "detained", "released"], {THIRD}),
        (2, ["detained", "detained", "detention-reviewed", "transferred"], {THIRD}),
        (2, ["detained", "detained", "released", "released"], set()),
        (2, ["detained", "released"], set()),
        (2, ["detained", REPORTED, REPORTED, "released"], {FOURTH}),
        (3, ["detained", REPORTED, REPORTED], {NOBODY, FOURTH}),
        (None, ["detained", "detained", "released"], set()),
    ],
)
def test_a_second_detention_without_a_name_is_of_another_child(
    told: int | None, actions: list[str], detained: set[str]
) -> None:
    """As of those who are missing; whoever is told apart is detained if all were."""
    assert still(scene_of(*actions, told=told), DETAINED) == detained


def test_whoever_is_told_apart_goes_on_with_what_was_said_of_all_before() -> None:
    """Not with how another was graded and found, at that time or later; with what was over before, it does."""
    scene = scene_of(REPORTED, "found", "child-seen", REPORTED, "missing-graded", REPORTED, "found", told=3)
    scene.given(ActionRecorded(kind=REPORTED), at=10)
    found = histories(believe(scene.entries).entries)
    assert found.children.labels == {7: "entry 7 (not named)", 9: "entry 9 (not named)"}
    versions = {number: [one.version for one in theirs] for number, theirs in found.actions.items()}
    assert versions == {-1: [2, 3, 4, 5, 6, 8], 7: [2, 3, 4, 7], 9: [2, 3, 4, 9]}


def test_what_is_of_those_who_were_told_apart_stays_theirs() -> None:
    """At a later time that they are missing, too; a third, in custody, goes on with what was before the first."""
    again = scene_of(*[REPORTED] * 2, *["found"] * 2, *[REPORTED] * 2, told=3)
    assert [one.version for one in histories(believe(again.entries).entries).actions[7]] == [7]
    held = scene_of(REPORTED, "found", REPORTED, REPORTED, "detained", "detained", told=3)
    children = children_of(held)
    assert children.still(MISSING) == {-1: hours(3), 5: hours(4)}
    assert children.still(RETURNED) == {7: hours(2)}
    assert set(children.still(DETAINED)) == {-1, 5, 7}


def test_a_report_that_is_retracted_or_corrected_tells_nobody_apart() -> None:
    """What is left is about all; with names in all of them, each is of the child that it names."""
    scene = scene_of(REPORTED, REPORTED, "found", told=2)
    scene.given(EntryCorrected(entry=4, values={"child": "A"}), at=8)
    scene.given(EntryCorrected(entry=3, values={"child": "B"}), at=8)
    scene.given(EntryCorrected(entry=2, values={"child": "A"}), at=9)
    assert still(scene) == {"B"}
    assert set(children_of(scene).labels.values()) == {"A", "B"}
    for version in (2, 3, 4):
        scene.given(EntryCorrected(entry=version, values={"child": None}), at=10)
    assert still(scene) == {THIRD}
    scene.given(EntryCorrected(entry=4, values={"child": THIRD}), at=11)
    assert still(scene) == {NOBODY}
    scene.given(EntryRetracted(entry=3), at=12)
    assert NOBODY in still(scene)
    scene.given(EntryRetracted(entry=4), at=13)
    assert still(scene) == {NOBODY}
    assert still(scene_of(REPORTED, REPORTED, told=2).given(EntryRetracted(entry=2), at=9)) == {NOBODY}


def test_how_many_there_are_is_known_from_the_report_as_corrected() -> None:
    """A number that was missing tells them apart; one that was too large does not."""
    scene = scene_of(REPORTED, REPORTED, "found")
    assert still(scene) == set()
    scene.given(EntryCorrected(entry=1, values={"children": 2}), at=9)
    assert still(scene) == {THIRD}
    scene.given(EntryCorrected(entry=1, values={"children": 1}), at=10)
    assert still(scene) == set()


def test_who_was_first_is_told_by_when_it_happened_and_not_by_when_it_was_recorded() -> None:
    """A label names the entry, so that it stays of the child whatever is recorded late."""
    scene = scene_of(REPORTED, told=3)
    scene.given(ActionRecorded(kind="found"), at=6)
    assert still(scene) == set()
    scene.given(ActionRecorded(kind=REPORTED), at=4, recorded=8)
    assert children_of(scene).still(MISSING) == {4: hours(4)}
    scene.given(ActionRecorded(kind=REPORTED), at=0.5, recorded=9)
    assert children_of(scene).still(MISSING) == {2: hours(1), 4: hours(4)}
    assert set(children_of(scene).labels.values()) == {"entry 2 (not named)", FOURTH}


def test_a_label_is_no_name_that_could_make_up_the_number() -> None:
    """Whoever gives it where nobody was told apart clears nobody else: those not named stay."""
    assert still(scene_of(REPORTED, "found A", f"found {FOURTH}", told=2)) == {NOBODY}


def test_closing_on_one_of_two_who_were_not_named_is_flagged() -> None:
    """Once the first is found, for the second."""
    scene = scene_of(REPORTED, REPORTED, "found", told=2).given(Resolved(outcome="filed"), at=20)
    assert flags(believe(scene.entries))[5] == ["child-missing"]


@pytest.mark.parametrize(
    ("actions", "detained"),
    [
        (["detained A", "detained B", "released A"], {"B"}),
        (["detained A", "detained B", "transferred"], set()),
        (["detained", "released A"], {NOBODY}),
        (["charge A", "detained B", "released"], set()),
    ],
)
def test_who_is_in_custody(actions: list[str], detained: set[str]) -> None:
    """As for those who are missing."""
    assert still(scene_of(*actions), DETAINED) == detained


def test_an_action_without_a_name_asks_nothing_of_a_child_whom_it_cannot_be_about() -> None:
    """One who was never missing was not found: the action is not in its history."""
    found = histories(believe(scene_of("missing-reported A", "child-seen B", "found", told=2).entries).entries)
    kinds = {
        found.children.labels[number]: [getattr(one.event, "kind", "") for one in theirs]
        for number, theirs in found.actions.items()
    }
    assert kinds == {"A": ["missing-reported", "found"], "B": ["child-seen"]}


def test_a_corrected_name_moves_the_action_to_the_other_child() -> None:
    """And a retracted one is of nobody; a name that is corrected to none makes it one about all."""
    scene = scene_of("missing-reported A", "missing-reported B", "found A", told=2)
    scene.given(EntryCorrected(entry=4, values={"child": "B"}), at=9)
    assert still(scene) == {"A"}
    scene.given(EntryCorrected(entry=4, values={"child": None}), at=10)
    assert still(scene) == set()
    scene.given(EntryRetracted(entry=4), at=11)
    assert still(scene) == {"A", "B"}


@pytest.mark.parametrize(
    ("actions", "flag"),
    [
        (["missing-reported A", "missing-reported B", "found A"], ["child-missing"]),
        (["missing-reported"], ["child-missing"]),
        (["missing-reported A", "detained B"], ["child-missing", "child-detained"]),
        (["missing-reported", "found"], []),
    ],
)
def test_closing_a_case_on_a_child_is_flagged(actions: list[str], flag: list[str]) -> None:
    """Whether or not anybody is named."""
    scene = scene_of(*actions).given(Resolved(outcome="filed"), at=20)
    assert flags(believe(scene.entries)).get(len(scene.entries), []) == flag


def test_the_flag_of_the_day_stays_when_a_late_entry_says_that_the_child_had_been_found() -> None:
    """Whoever closed the case did not know it; the flag is stored with the entry, and is told once."""
    scene = scene_of("missing-reported A")
    scene.given(Resolved(outcome="filed", flags=("child-missing",)), at=20)
    assert flags(believe(scene.entries))[3] == ["child-missing"]
    scene.given(ActionRecorded(kind="found", child="A"), at=10, recorded=40)
    assert flags(believe(scene.entries))[3] == ["child-missing"]


def test_a_reopened_case_is_closed_on_the_child_again() -> None:
    """Each closing has its flag."""
    scene = scene_of("missing-reported A").given(Resolved(outcome="filed"), at=20)
    scene.given(Reopened(), at=21).given(Resolved(outcome="filed"), at=22)
    found = flags(believe(scene.entries))
    assert "child-missing" in found[3]
    assert "child-missing" in found[5]


def test_a_child_goes_by_the_number_of_the_entry_that_named_it_first() -> None:
    """And by its name as it was first written; since when it is missing is kept under the number."""
    children = children_of(scene_of("missing-reported Child_1", "found child_2"))
    assert children.labels == {2: "Child_1", 3: "child_2"}
    assert children.still(MISSING) == {2: hours(1)}
