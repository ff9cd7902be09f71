"""What a round came to, read live: grades, referrals, what lies outside the sample, and the round before."""

from __future__ import annotations

from typing import Any

import pytest

from application.commands import amendments, cases, inspections, oversight
from application.commands.inspections import Frame
from domain.axes import Axes
from domain.errors import NotFound
from domain.instant import FOREVER
from projections.inspections.report import FIELDS, report
from projections.inspections.rounds import CASE_FIELDS
from projections.inspections.rounds import FIELDS as LISTED
from projections.inspections.rounds import inspections as listed
from projections.views.access import Reader, Scope
from projections.views.audit import Filter, audit
from tests.projections.story_store import INSPECTOR, Store, when

ROUND = "round-1"
NAMES = ("A", "B", "C", "D")
DAY = 86_400


class Inspected(Store):
    """A store with cases A to D, reported in March 2016, and a round with A, B and C in its sample."""

    def __init__(self, *, names: tuple[str, ...] = NAMES, size: int = 3) -> None:
        super().__init__()
        for name in NAMES:
            self.at("2016-03-01T09:00", cases.report, name, category="missing")
        self.round(ROUND, size, "2016-03-07T09:00", names=names)

    def round(
        self, name: str, size: int, at: str, *, names: tuple[str, ...] = ("A", "B", "C"), **more: Any
    ) -> None:
        given = {"body": "the body", "force": "the force", **more}
        self.inspector(at, inspections.open_inspection, name, **given)
        population = tuple((one, "missing") for one in names)
        frame = Frame(
            Axes(when("2016-03-06T00:00"), when("2016-03-06T00:00")), size, 1, "category", population, {}
        )
        self.inspector(at, inspections.draw_sample, name, frame)

    def opened(self, name: str) -> None:
        """Open another round, before anything was graded."""
        given = {"body": "the body", "force": "the force"}
        self.inspector("2016-03-02T09:00", inspections.open_inspection, name, **given)

    def inspector(self, at: str, command: Any, *args: Any, **more: Any) -> Any:
        return self.at(at, command, *args, actor=INSPECTOR, role="inspectorate", **more)

    def graded(self, at: str, name: str, grade: Any, inspection: str | None = ROUND, **more: Any) -> int:
        given = {"grader": "inspectorate", "inspection": inspection, **more}
        done = self.inspector(at, cases.grade, name, grade, **given)
        return int(done.entry.version)

    def self_graded(self, at: str, name: str, grade: Any, inspection: str | None = ROUND, **more: Any) -> None:
        self.at(at, cases.grade, name, grade, grader="force", inspection=inspection, **more)

    def report(
        self, as_at: str | None = None, known: str | None = None, name: str = ROUND, reader: Reader | None = None
    ) -> Any:
        by = FOREVER if known is None else when(known)
        picture = Scope(self.ledger, Axes(by if as_at is None else when(as_at), by), reader or Reader())
        return report(picture, name)

    def case(self, name: str, **axes: Any) -> Any:
        return next(one for one in self.report(**axes)["cases"] if one["reference"] == name)


@pytest.fixture
def store() -> Inspected:
    return Inspected(names=("A", "B", "C"))


def test_a_report_has_the_fields_of_the_contract(store: Inspected) -> None:
    """In their order; each case too."""
    found = store.report()
    assert tuple(found) == FIELDS
    assert set(CASE_FIELDS) <= set(found["cases"][0])
    assert tuple(listed(Scope(store.ledger, Axes(FOREVER, FOREVER)))[0]) == LISTED


def test_examined_is_graded_by_the_inspectorate_in_this_round(store: Inspected) -> None:
    """A grade of another round, of none, or of the force does not count."""
    store.graded("2016-04-01T09:00", "A", "good")
    store.opened("round-2")
    store.graded("2016-04-01T09:00", "B", "good", "round-2")
    store.graded("2016-04-01T09:00", "C", "good", None)
    store.self_graded("2016-04-01T09:00", "C", "good")
    found = store.report()
    assert (found["drawn"], found["examined"], found["not_examined"]) == (3, 1, ["B", "C"])
    assert found["grades"]["good"] == {"count": 1, "percent": 100.0}
    assert found["agreement"]["cases"] == 0


def test_the_spelling_of_the_round_does_not_matter(store: Inspected) -> None:
    """A grade names it as it was typed."""
    store.graded("2016-04-01T09:00", "A", "good", " ROUND-1")
    assert store.report()["examined"] == 1
    assert store.report(name="Round-1")["inspection"] == ROUND


def test_a_correction_is_followed_on_both_axes(store: Inspected) -> None:
    """As at April it was inadequate, as we know now; then it was known as good."""
    entry = store.graded("2016-04-01T09:00", "A", "good")
    store.inspector("2016-05-01T09:00", amendments.correct, "A", entry, {"grade": "inadequate"})
    assert store.case("A", as_at="2016-04-10T00:00")["inspectorate"] == "inadequate"
    assert store.case("A", known="2016-04-10T00:00")["inspectorate"] == "good"


def test_a_retracted_grade_leaves_the_case_unexamined(store: Inspected) -> None:
    """From the moment that the retraction is known."""
    entry = store.graded("2016-04-01T09:00", "A", "good")
    store.inspector("2016-05-01T09:00", amendments.retract, "A", entry)
    assert store.report()["examined"] == 0
    assert store.report(known="2016-04-30T00:00")["examined"] == 1


def test_a_grade_entered_late_is_as_at_and_not_as_known(store: Inspected) -> None:
    """The same day on two axes."""
    store.graded("2016-05-01T09:00", "A", "good", occurred="2016-04-01T09:00")
    assert store.report(as_at="2016-04-10T00:00")["examined"] == 1
    assert store.report(known="2016-04-10T00:00")["examined"] == 0


def test_the_worst_topic_is_the_cases_grade_unless_the_whole_was_graded(store: Inspected) -> None:
    """On each topic the last grade counts."""
    store.graded("2016-04-01T09:00", "A", "inadequate", topic="response")
    store.graded("2016-04-02T09:00", "A", "good", topic="recording")
    store.graded("2016-04-03T09:00", "A", "requires improvement", topic=" Response")
    assert store.case("A")["inspectorate"] == "requires improvement"
    store.graded("2016-04-04T09:00", "A", "good")
    assert store.case("A")["inspectorate"] == "good"
    topics = store.report()["topics"]
    assert [(one["topic"], one["examined"]) for one in topics] == [("recording", 1), ("response", 1)]


def test_a_self_grade_of_this_round_goes_before_one_of_none(store: Inspected) -> None:
    """And one for another round says nothing about this one."""
    store.opened("round-0")
    store.graded("2016-04-01T09:00", "A", "inadequate")
    store.self_graded("2016-03-20T09:00", "A", "good", "round-0")
    assert store.case("A")["force"] is None
    store.self_graded("2016-03-21T09:00", "A", "good", None)
    assert (store.case("A")["force"], store.case("A")["steps"]) == ("good", 2)
    store.self_graded("2016-03-10T09:00", "A", "requires improvement")
    assert (store.case("A")["force"], store.case("A")["steps"]) == ("requires improvement", 1)


def test_the_matrix_and_the_cases_in_which_they_differ(store: Inspected) -> None:
    """Lines are the force's, columns the inspectorate's."""
    for name, own, theirs in (("A", "good", "inadequate"), ("B", "good", "good"), ("C", "inadequate", "good")):
        store.self_graded("2016-03-20T09:00", name, own)
        store.graded("2016-04-01T09:00", name, theirs)
    found = store.report()
    assert found["agreement"]["matrix"] == [[1, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert found["agreement"]["bias"] == 0.0
    assert [(one["reference"], one["steps"]) for one in found["disagreements"]] == [("A", 2), ("C", -2)]


def test_what_lies_outside_the_sample_is_listed_apart(store: Inspected) -> None:
    """Graded or referred back in the round, and in no share; nothing else is on that list."""
    store.graded("2016-04-01T09:00", "D", "inadequate")
    found = store.report()
    assert [(one["reference"], one["sample"]) for one in found["outside"]] == [("D", None)]
    assert (found["drawn"], found["examined"]) == (3, 0)
    assert store.report(known="2016-03-31T00:00")["outside"] == []


def test_a_grade_that_a_correction_moved_into_the_round_is_found(store: Inspected) -> None:
    """And one that was moved out of it is not."""
    entry = store.graded("2016-04-01T09:00", "D", "inadequate", None)
    assert store.report()["outside"] == []
    store.inspector("2016-04-02T09:00", amendments.correct, "D", entry, {"inspection": ROUND})
    assert [one["reference"] for one in store.report()["outside"]] == ["D"]
    store.inspector("2016-04-03T09:00", amendments.correct, "D", entry, {"inspection": "round-7"})
    assert store.report()["outside"] == []


def test_a_referral_with_two_answers(store: Inspected) -> None:
    """Each answer has its length of time, from the referral or from the rejection before it."""
    store.inspector("2016-04-01T09:00", oversight.escalate, "A", "the sister", inspection=ROUND, immediate=True)
    store.at("2016-04-03T09:00", oversight.answer, "A", "E1", "she was seen")
    store.inspector("2016-04-04T09:00", oversight.reject, "A", "E1", reason="and the brother")
    assert store.report(as_at="2016-04-10T09:00")["referrals"]["rejected"] == 1
    store.at("2016-04-14T09:00", oversight.answer, "A", "E1", "so was he")
    store.inspector("2016-04-20T09:00", oversight.accept, "A", "E1")
    (one,) = store.report()["referrals"]["items"]
    assert (one["state"], one["immediate"], one["answer_seconds"]) == ("accepted", True, 2 * DAY)
    assert [(each["answer_seconds"], each["verdict"]) for each in one["answers"]] == [
        (2 * DAY, "rejected"),
        (10 * DAY, "accepted"),
    ]
    assert (one["settled_at"], one["waiting_seconds"]) == (when("2016-04-20T09:00"), 19 * DAY)
    assert store.case("A")["referred"] == 1
    assert store.case("A")["unsettled"] == 0


def test_an_unanswered_referral_waits_on(store: Inspected) -> None:
    """Time runs to as-at; a referral of another round is none of this one."""
    store.inspector("2016-04-01T09:00", oversight.escalate, "A", "the sister", inspection=ROUND)
    store.opened("round-0")
    store.inspector("2016-04-02T09:00", oversight.escalate, "A", "the brother", inspection="round-0")
    store.at("2016-04-03T09:00", oversight.answer, "A", "E2", "he was seen")
    found = store.report(as_at="2016-04-11T09:00")["referrals"]
    assert (found["count"], found["unanswered"]) == (1, 1)
    assert (found["items"][0]["waiting_seconds"], found["items"][0]["answers"]) == (10 * DAY, [])


def test_a_restricted_case_is_counted_and_its_concern_withheld(store: Inspected) -> None:
    """The inspectorate reads it, and so does whom the restriction names."""
    store.inspector("2016-04-01T09:00", oversight.escalate, "A", "the sister", inspection=ROUND)
    store.at("2016-04-02T09:00", cases.restrict, "A", ("DI 7",))
    (one,) = store.report()["referrals"]["items"]
    assert (one["concern"], one["withheld"]) == (None, True)
    for reader in (Reader("DI 7", None), Reader(None, "inspectorate")):
        (one,) = store.report(reader=reader)["referrals"]["items"]
        assert (one["concern"], one["withheld"]) == ("the sister", False)


def test_a_round_is_compared_case_by_case_with_the_one_it_follows(store: Inspected) -> None:
    """Only cases examined in both; better is a step up."""
    store.round("round-2", 3, "2016-06-01T09:00", names=("B", "C", "D"), follows=ROUND)
    for name, grade in (("A", "good"), ("B", "inadequate"), ("C", "good")):
        store.graded("2016-04-01T09:00", name, grade)
    for name, grade in (("B", "good"), ("C", "requires improvement"), ("D", "good")):
        store.graded("2016-07-01T09:00", name, grade, "round-2")
    found = store.report(name="round-2")["comparison"]
    assert (found["inspection"], found["drawn"], found["examined"]) == (ROUND, 3, 3)
    assert [(one["reference"], one["steps"]) for one in found["both"]] == [("B", -2), ("C", 1)]
    assert (found["better"], found["same"], found["worse"]) == (1, 0, 1)
    assert found["grades"]["good"]["count"] == 2


def test_before_a_round_was_opened_there_is_no_report(store: Inspected) -> None:
    """And before its sample was known, no sample."""
    assert store.report(known="2016-03-01T00:00") is None
    assert listed(Scope(store.ledger, Axes(when("2016-03-01T00:00"), FOREVER))) == []
    with pytest.raises(NotFound, match="there is no inspection round-9"):
        store.report(name="round-9")


def test_the_list_of_rounds(store: Inspected) -> None:
    """In order of opening, with how many cases were drawn."""
    store.round("round-2", 2, "2016-06-01T09:00", follows=ROUND)
    store.inspector("2016-07-01T09:00", inspections.close_inspection, ROUND)
    found = listed(Scope(store.ledger, Axes(FOREVER, FOREVER)))
    assert [(one["inspection"], one["drawn"], one["open"]) for one in found] == [
        (ROUND, 3, False),
        ("round-2", 2, True),
    ]


def test_the_audit_names_the_round(store: Inspected) -> None:
    """Its entries stand among all others, under its name."""
    found = [
        one for one in audit(Scope(store.ledger, Axes(), Reader()), Filter()) if one["register"] == "inspection"
    ]
    assert [(one["event"], one["reference"]) for one in found] == [
        ("inspection.opened", ROUND),
        ("inspection.sampled", ROUND),
    ]
    assert found[1]["summary"] == "sample main drawn: 3 of 3 cases by category, seed 1"
