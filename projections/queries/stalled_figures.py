"""Open and stalled cases counted for metrics: whole numbers under a bounded number of names, and no case."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from domain.axes import Axes
from domain.cases.events import RISKS
from domain.rulebook.model import CAUSES
from projections.queries.stalled import StalledQuery, stalled
from projections.runner.case_figures import CaseFigures
from projections.runner.lag import lag_of

if TYPE_CHECKING:
    from domain.instant import Instant
    from projections.runner.runner import Runner

NOT_ASSESSED: Final = "not assessed"
OTHERS: Final = "(others)"
"""Stands for the standards beyond the most that are told by name."""

MOST: Final = 200
"""How many standards are told by name: as many as a rulebook has at most."""


def stalled_figures(runner: Runner, now: Instant) -> CaseFigures | None:
    """Return how many cases are stalled ``now`` by what the tables reflect; ``None`` where they reflect nothing.

    The tables are read as they are, and not brought up to date: how far they are behind is a figure of its own.
    """
    if not lag_of(runner).position:
        return None
    answer = stalled(runner, StalledQuery(Axes(now, now)))
    causes = Counter(cause for one in answer.cases for cause in {each.cause for each in one.causes})
    risks = Counter(one.risk or NOT_ASSESSED for one in answer.cases)
    standards = Counter(
        standard for one in answer.cases for standard in {each.standard for each in one.causes if each.standard}
    )
    return CaseFigures(
        answer.open,
        answer.total,
        {name: causes[name] for name in CAUSES},
        {name: risks[name] for name in (*RISKS, NOT_ASSESSED)},
        bounded(standards),
        now,
    )


def bounded(standards: Counter[str]) -> dict[str, int]:
    """Return the counts of the ``MOST`` that have most cases, and those of all others together."""
    named = standards.most_common(MOST)
    rest = standards.total() - sum(count for _, count in named)
    return dict(named) | ({OTHERS: rest} if rest else {})
