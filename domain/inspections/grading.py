"""What grades come to: a case's grade of several topics, shares, and how far two graders agree."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.events import Graded
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.cases.state import GradeGiven
    from domain.event import Entry

GRADES: Final = ("good", "requires improvement", "inadequate")
"""The scale, the best first: a grade's place on it is its number of steps below good."""

OVERALL: Final = "overall"
"""The topic of a grade for the case as a whole; a grade without a topic has it."""

_DIGITS: Final = 4


class Agreement(NamedTuple):
    """How far the force's grades agree with the inspectorate's, over the cases graded by both.

    ``matrix[i][j]`` counts the cases that the force graded ``GRADES[i]`` and the inspectorate ``GRADES[j]``.
    ``bias`` is the mean of the inspectorate's steps below good less the force's: above nought, the force
    judged itself the more kindly. ``kappa`` is Cohen's, ``weighted_kappa`` the same with linear weights;
    where they are not defined ``undefined_because`` says why. Numbers are rounded to four digits.
    """

    cases: int
    matrix: tuple[tuple[int, ...], ...]
    agreed: int
    bias: float | None
    kappa: float | None
    weighted_kappa: float | None
    undefined_because: str | None


def steps(grade: str) -> int:
    """Return how many steps a grade is below good."""
    return GRADES.index(grade)


def topic_of(grade: GradeGiven) -> str:
    """Return the topic of a grade, by which capitals and spacing do not count."""
    return topic_named(grade.topic or OVERALL)


def topic_named(name: str) -> str:
    """Return the form of a topic's name in which topics are compared."""
    return " ".join(name.split()).casefold()


def by_topic(grades: Iterable[GradeGiven]) -> dict[str, str]:
    """Return the last grade on each topic, of grades in order."""
    return {topic_of(one): one.grade for one in grades}


def standing(believed: Iterable[Entry], grader: str, inspection: str) -> dict[str, Entry]:
    """Return, of what is believed of a case in order, the last grade of ``grader`` on each topic in a round."""
    return {
        topic_named(entry.event.topic or OVERALL): entry
        for entry in believed
        if isinstance(entry.event, Graded)
        and entry.event.by == grader
        and same_name(entry.event.inspection, inspection)
    }


def overall(topics: Mapping[str, str]) -> str | None:
    """Return a case's grade: that for the case as a whole, else the worst of its topics, else ``None``."""
    if OVERALL in topics:
        return topics[OVERALL]
    return max(topics.values(), key=steps, default=None)


def with_overall(topics: Mapping[str, str]) -> dict[str, str]:
    """Return the topics with the case's grade among them, unless there is no grade at all."""
    whole = overall(topics)
    return dict(topics) if whole is None else {**topics, OVERALL: whole}


def percent(count: int, total: int) -> float | None:
    """Return a share in percent with one digit, halves rounded up; ``None`` of nothing."""
    return None if total == 0 else (2_000 * count + total) // (2 * total) / 10


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Return how far pairs of grades, the force's first, agree."""
    counts = [[0] * len(GRADES) for _ in GRADES]
    for force, inspectorate in pairs:
        counts[steps(force)][steps(inspectorate)] += 1
    matrix = tuple(map(tuple, counts))
    cases = sum(map(sum, matrix))
    return Agreement(
        cases,
        matrix,
        agreed=sum(matrix[place][place] for place in range(len(GRADES))),
        bias=_rounded(_bias(matrix, cases)),
        kappa=_rounded(kappa(matrix, linear=False)),
        weighted_kappa=_rounded(kappa(matrix, linear=True)),
        undefined_because=_undefined(matrix, cases),
    )


def _bias(matrix: Sequence[Sequence[int]], cases: int) -> Fraction | None:
    if cases == 0:
        return None
    apart = sum((j - i) * count for i, row in enumerate(matrix) for j, count in enumerate(row))
    return Fraction(apart, cases)


def kappa(matrix: Sequence[Sequence[int]], *, linear: bool) -> Fraction | None:
    """Return Cohen's kappa of a square matrix of counts, exactly; ``None`` where it is not defined.

    It is 1 less the disagreement seen over the disagreement that chance would give. Without ``linear`` every
    disagreement counts the same, with it each counts by its number of steps. Where chance would give none,
    there is nothing to divide by.
    """
    rows = [sum(row) for row in matrix]
    columns = [sum(column) for column in zip(*matrix, strict=True)]
    seen = expected = 0
    for i, row in enumerate(matrix):
        for j, count in enumerate(row):
            weight = abs(i - j) if linear else int(i != j)
            seen += weight * count
            expected += weight * rows[i] * columns[j]
    return 1 - Fraction(seen * sum(rows), expected) if expected else None


def _undefined(matrix: Sequence[Sequence[int]], cases: int) -> str | None:
    if cases == 0:
        return "no case was graded by both"
    if kappa(matrix, linear=False) is None:
        return "both gave one and the same grade to every case, as chance alone would too"
    return None


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else float(round(value, _DIGITS))
