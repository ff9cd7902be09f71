"""The published figures, to the last digit: as at the day of each report, and as known a month before."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from application.app import Longcase
from application.demo.rounds import ROUNDS, SIZES, perform_rounds
from domain.axes import Axes
from domain.cases.belief import believe
from domain.cases.flags import flags
from domain.errors import Conflict
from ledger.sqlite.recorder import SQLiteRecorder
from projections.inspections.rounds import inspection_at
from projections.queries.cases import CaseQuery, references
from projections.queries.sample_check import check_sample
from projections.runner.runner import Runner
from projections.views.access import Scope
from tests.entries import case_entries
from tests.rounds import end_of, reported, rounds

FIRST, SECOND, THIRD = ROUNDS
PUBLISHED = ("2016-11-25", "2017-11-24", "2018-02-22")
"""The days on which the report of each round was published: what stands in it is as known then."""

EARLIER = ("2016-10-25", "2017-10-24", "2018-01-22")
"""A month before each report."""


def graded(found: dict[str, Any]) -> list[int]:
    return [found["grades"][name]["count"] for name in ("good", "requires_improvement", "inadequate")]


def below(found: dict[str, Any]) -> tuple[int, float]:
    share = found["grades"]["below_good"]
    return share["count"], share["percent"]


def test_384_drawn_374_examined_278_below_good() -> None:
    """Both accounts of the number of cases, and three quarters of them."""
    found = reported(FIRST, PUBLISHED[0])
    assert (found["drawn"], found["examined"], len(found["not_examined"])) == (384, 374, 10)
    assert below(found) == (278, 74.3)
    assert graded(found) == [96, 129, 149]
    assert [one["percent"] for one in found["grades"].values()] == [25.7, 34.5, 39.8, 74.3]
    assert found["outside"] == []


def test_384_as_known_a_month_before_the_report() -> None:
    """Twelve grades were entered in November, and four were moderated then."""
    found = reported(FIRST, EARLIER[0])
    assert (found["drawn"], found["examined"], len(found["not_examined"])) == (384, 362, 22)
    assert below(found) == (266, 73.5)
    assert graded(found) == [96, 125, 141]


def test_late_grades_stand_in_the_picture_of_a_month_before() -> None:
    """As at October by what is known in November: what was given in May counts, and moderated as it is now."""
    found = reported(FIRST, EARLIER[0], PUBLISHED[0])
    assert (found["examined"], below(found)) == (374, (278, 74.3))


def test_the_force_found_76_good_and_24_inadequate_the_inspectorate_22_and_101() -> None:
    """Over the 132 cases that both graded."""
    found = reported(FIRST, PUBLISHED[0])["agreement"]
    assert found["cases"] == 132
    assert found["force"] == [76, 32, 24]
    assert found["inspectorate"] == [22, 9, 101]
    assert found["matrix"] == [[18, 6, 52], [3, 2, 27], [1, 1, 22]]
    assert (found["agreed"], found["agreed_percent"]) == (42, 31.8)


def test_the_bias_and_kappa_of_those_margins() -> None:
    """Worked out here a second time, from the counts."""
    found = reported(FIRST, PUBLISHED[0])["agreement"]
    bias = Fraction((9 + 2 * 101) - (32 + 2 * 24), 132)
    chance = Fraction(76 * 22 + 32 * 9 + 24 * 101, 132 * 132)
    kappa = (Fraction(42, 132) - chance) / (1 - chance)
    assert found["bias"] == round(float(bias), 4) == 0.9924
    assert found["kappa"] == round(float(kappa), 4) == 0.089
    near = {0: 2, 1: 1, 2: 0}
    seen = Fraction(2 * 42 + (6 + 27 + 3 + 1), 2 * 132)
    by_chance = Fraction(
        sum(
            near[abs(i - j)] * own * other
            for i, own in enumerate((76, 32, 24))
            for j, other in enumerate((22, 9, 101))
        ),
        2 * 132 * 132,
    )
    assert found["weighted_kappa"] == round(float((seen - by_chance) / (1 - by_chance)), 4) == 0.1115
    assert found["undefined_because"] is None


def test_the_matrix_as_known_a_month_before() -> None:
    """Four cases stood as requiring improvement until moderation."""
    found = reported(FIRST, EARLIER[0])["agreement"]
    assert found["force"] == [76, 32, 24]
    assert found["inspectorate"] == [22, 13, 97]
    assert found["matrix"] == [[18, 10, 48], [3, 2, 27], [1, 1, 22]]
    assert found["bias"] == 0.9621


def test_the_disagreements_are_named() -> None:
    """Ninety cases, those furthest apart first."""
    found = reported(FIRST, PUBLISHED[0])["disagreements"]
    assert len(found) == 90 == 132 - 42
    assert [one["steps"] for one in found] == sorted((one["steps"] for one in found), key=lambda s: (-abs(s), -s))
    assert [sum(one["steps"] == step for one in found) for step in (2, 1, -1, -2)] == [52, 33, 4, 1]


def test_38_cases_were_referred_back() -> None:
    """What came of each is invented; that 38 of them were is published."""
    found = reported(FIRST, PUBLISHED[0])["referrals"]
    counts = {name: value for name, value in found.items() if name != "items"}
    assert counts == {
        "count": 38,
        "cases": 38,
        "immediate": 13,
        "accepted": 28,
        "rejected": 4,
        "answered": 4,
        "unanswered": 2,
        "rejections": 11,
    }
    assert len(found["items"]) == 38
    waits = [one["answer_seconds"] // 86_400 for one in found["items"] if one["answer_seconds"] is not None]
    assert (len(waits), min(waits), max(waits)) == (36, 1, 40)


def test_referrals_as_known_a_month_before() -> None:
    """Two had not been entered, and one answer had not come."""
    found = reported(FIRST, EARLIER[0])["referrals"]
    names = ("count", "accepted", "rejected", "answered", "unanswered")
    assert [found[name] for name in names] == [36, 26, 5, 3, 2]


def test_an_answer_that_missed_wider_safeguarding_was_rejected_and_given_again() -> None:
    """Each answer has its own length of time and its own verdict."""
    items = reported(FIRST, PUBLISHED[0])["referrals"]["items"]
    twice = [one for one in items if len(one["answers"]) == 2 and one["settled_at"] is not None]
    assert len(twice) == 6
    for one in twice:
        first, second = one["answers"]
        assert (first["verdict"], second["verdict"]) == ("rejected", "accepted")
        assert second["answered_at"] - first["verdict_at"] == second["answer_seconds"] * 1_000_000
        assert one["settled_at"] == second["verdict_at"]


def test_135_of_the_second_round() -> None:
    """10 good, 64 requiring improvement, 61 inadequate."""
    found = reported(SECOND, PUBLISHED[1])
    assert (found["drawn"], found["examined"], graded(found)) == (135, 135, [10, 64, 61])
    assert below(found) == (125, 92.6)
    earlier = reported(SECOND, EARLIER[1])
    assert (earlier["drawn"], earlier["examined"], graded(earlier)) == (135, 120, [10, 55, 55])


def test_214_of_the_third_round() -> None:
    """191 of them below good."""
    found = reported(THIRD, PUBLISHED[2])
    assert (found["drawn"], found["examined"], graded(found)) == (214, 214, [23, 104, 87])
    assert below(found) == (191, 89.3)
    earlier = reported(THIRD, EARLIER[2])
    assert (earlier["drawn"], earlier["examined"], below(earlier)) == (214, 190, (167, 87.9))


@pytest.mark.parametrize(("name", "before", "both"), [(SECOND, FIRST, 37), (THIRD, SECOND, 65)])
def test_a_round_is_compared_with_the_one_before(name: str, before: str, both: int) -> None:
    """Its shares beside the other's, and case by case where a case was examined in both."""
    place = ROUNDS.index(name)
    found = reported(name, PUBLISHED[place])
    other = reported(before, PUBLISHED[place])
    compared = found["comparison"]
    assert compared["inspection"] == before
    assert compared["grades"] == other["grades"]
    assert (compared["drawn"], compared["examined"]) == (other["drawn"], other["examined"])
    then = {one["reference"]: one["inspectorate"] for one in other["cases"] if one["inspectorate"]}
    now = {one["reference"]: one["inspectorate"] for one in found["cases"]}
    expected = [(one, then[one], now[one]) for one in sorted(then.keys() & now.keys())]
    assert [(one["reference"], one["before"], one["now"]) for one in compared["both"]] == expected
    assert len(expected) == both == compared["better"] + compared["same"] + compared["worse"]


def test_the_first_round_follows_none() -> None:
    """So it is compared with none."""
    assert reported(FIRST, PUBLISHED[0])["comparison"] is None


def test_cases_graded_by_topic_have_their_worst() -> None:
    """Twelve were graded on two topics, and not as a whole."""
    found = reported(FIRST, PUBLISHED[0])
    assert [(one["topic"], one["examined"], graded(one)) for one in found["topics"]] == [
        ("initial response", 12, [0, 12, 0]),
        ("investigation", 12, [0, 0, 12]),
    ]
    by_topic = [one for one in found["cases"] if one["topics"]]
    assert [one["inspectorate"] for one in by_topic] == ["inadequate"] * 12


@pytest.mark.parametrize(("name", "size"), list(zip(ROUNDS, SIZES, strict=True)))
def test_each_sample_comes_out_again(name: str, size: int) -> None:
    """From the population tables, at the picture that it was drawn from."""
    ledger = rounds().ledger
    runner = Runner(ledger)
    runner.catch_up()
    inspection = inspection_at(Scope(ledger, Axes(end_of(PUBLISHED[2]), end_of(PUBLISHED[2]))), name)
    assert inspection is not None
    again = check_sample(runner, inspection, "main")
    assert again.agrees
    assert len(again.kept.cases) == size


def test_nothing_in_it_is_impossible() -> None:
    """Late is telling; unfounded or forbidden would be a fault of the story."""
    app = rounds()
    runner = Runner(app.ledger)
    runner.catch_up()
    last = end_of(PUBLISHED[2])
    found = [
        flag
        for reference in references(runner, CaseQuery(Axes(last, last)))
        for named in flags(believe(case_entries(app.ledger, reference))).values()
        for flag in named
        if flag.startswith(("unfounded", "forbidden", "not-by"))
    ]
    assert found == []


def test_it_begins_with_an_empty_store() -> None:
    """Nobody's cases are mixed with invented ones."""
    app = Longcase(SQLiteRecorder.in_memory())
    done = perform_rounds(app)
    assert (done.cases, done.entries) == (840, app.ledger.head()[0])
    with pytest.raises(Conflict, match="holds entries already"):
        perform_rounds(app)
    app.close()
