"""What grades come to: shares, a case's grade of several topics, and how far two graders agree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.state import GradeGiven
from domain.inspections.grading import GRADES, agreement, by_topic, kappa, overall, percent, with_overall

GOOD, IMPROVE, INADEQUATE = GRADES
PAIRS = st.lists(st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES)), max_size=60)


def grade(value: str, topic: str | None) -> GradeGiven:
    return GradeGiven("force", value, topic, None, 0)


def by_definition(pairs: list[tuple[str, str]], *, linear: bool) -> Fraction | None:
    """Return Cohen's kappa by its usual definition, from agreements: (seen - chance) / (1 - chance)."""
    count = len(pairs)

    def likeness(one: str, other: str) -> Fraction:
        apart = abs(GRADES.index(one) - GRADES.index(other))
        return 1 - Fraction(apart, 2) if linear else Fraction(int(apart == 0))

    if not count:
        return None
    seen = sum((likeness(one, other) for one, other in pairs), Fraction(0)) / count
    chance = sum((likeness(one, other) for one, _ in pairs for _, other in pairs), Fraction(0)) / count**2
    return None if chance == 1 else (seen - chance) / (1 - chance)


@given(PAIRS)
def test_kappa_is_what_its_definition_says(pairs: list[tuple[str, str]]) -> None:
    """Unweighted and with linear weights, and not defined where chance alone would agree always."""
    found = agreement(pairs)
    assert kappa(found.matrix, linear=False) == by_definition(pairs, linear=False)
    assert kappa(found.matrix, linear=True) == by_definition(pairs, linear=True)
    assert (found.kappa is None) == (found.undefined_because is not None) == (found.weighted_kappa is None)
    assert found.cases == len(pairs)
    assert found.agreed == sum(one == other for one, other in pairs)


def test_kappa_of_a_textbook() -> None:
    """20 and 15 agreed, 5 and 10 not: 0.4. A third grade that nobody gave changes nothing."""
    assert kappa([[20, 5], [10, 15]], linear=False) == Fraction(2, 5)
    assert kappa([[20, 5, 0], [10, 15, 0], [0, 0, 0]], linear=True) == Fraction(2, 5)


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([], "no case was graded by both"),
        (
            [(IMPROVE, IMPROVE)] * 3,
            "both gave one and the same grade to every case, as chance alone would too",
        ),
    ],
)
def test_where_kappa_is_not_defined_the_reason_is_given(pairs: list[tuple[str, str]], why: str) -> None:
    """Never a nought, which would be an answer."""
    found = agreement(pairs)
    assert (found.kappa, found.weighted_kappa, found.undefined_because) == (None, None, why)


@pytest.mark.parametrize(
    ("pairs", "bias"),
    [
        ([], None),
        ([(GOOD, INADEQUATE)], 2.0),
        ([(INADEQUATE, GOOD), (GOOD, IMPROVE)], -0.5),
        ([(GOOD, IMPROVE), (GOOD, GOOD), (GOOD, GOOD)], 0.3333),
    ],
)
def test_the_bias_is_how_many_steps_the_force_was_too_kind(
    pairs: list[tuple[str, str]], bias: float | None
) -> None:
    """Above nought where the inspectorate graded lower."""
    assert agreement(pairs).bias == bias


def test_the_matrix_has_the_force_by_line() -> None:
    """And the inspectorate by column, the best first."""
    found = agreement([(GOOD, INADEQUATE), (GOOD, INADEQUATE), (INADEQUATE, IMPROVE)])
    assert found.matrix == ((0, 0, 2), (0, 0, 0), (0, 1, 0))


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [(278, 374, 74.3), (0, 9, 0.0), (9, 9, 100.0), (1, 16, 6.3), (1, 400, 0.3), (0, 0, None), (1, 3, 33.3)],
)
def test_a_share_has_one_digit(count: int, total: int, expected: float | None) -> None:
    """A half is rounded up, as people do; of nothing there is no share."""
    assert percent(count, total) == expected


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ([], None),
        ([grade(GOOD, None)], GOOD),
        ([grade(GOOD, "Overall "), grade(INADEQUATE, "response")], GOOD),
        ([grade(GOOD, "response"), grade(INADEQUATE, "recording"), grade(IMPROVE, "x")], INADEQUATE),
        ([grade(INADEQUATE, "Initial  response"), grade(GOOD, "initial response")], GOOD),
    ],
)
def test_a_case_has_the_grade_of_the_whole_else_of_its_worst_topic(
    grades: list[GradeGiven], expected: str | None
) -> None:
    """The last grade on a topic counts."""
    topics = by_topic(grades)
    assert overall(topics) == expected
    assert with_overall(topics).get("overall") == expected
