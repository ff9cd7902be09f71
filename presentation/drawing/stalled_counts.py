"""How many cases wait for what, for how long that has been too long, at which risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.instant import DAY
from domain.rulebook.model import CAUSES
from presentation.drawing.styles import RISKS

if TYPE_CHECKING:
    from domain.instant import Instant
    from projections.queries.stalled import StalledCases

BUCKETS: Final = (
    ("up to a day", DAY),
    ("1 to 7 days", 7 * DAY),
    ("7 to 30 days", 30 * DAY),
    ("30 to 90 days", 90 * DAY),
    ("over 90 days", None),
)
"""How long something has been overdue, each up to but without its end."""

Counts = dict[str, list[dict[str | None, int]]]
"""By cause, for each of ``BUCKETS``, how many cases of each risk."""


def counted(answer: StalledCases, as_at: Instant) -> Counts:
    """Return how many cases wait for each cause; one that waits twice for the same counts for the longer."""
    found: Counts = {cause: [dict.fromkeys(RISKS, 0) for _ in BUCKETS] for cause in CAUSES}
    for case in answer.cases:
        longest = {cause.cause: cause.due for cause in reversed(case.causes)}
        for cause, due in longest.items():
            found[cause][_bucket(as_at - due)][case.risk] += 1
    return {cause: buckets for cause, buckets in found.items() if any(map(total, buckets))}


def total(by_risk: dict[str | None, int]) -> int:
    """Return how many cases there are of all risks."""
    return sum(by_risk.values())


def _bucket(overdue: int) -> int:
    return next(place for place, (_, end) in enumerate(BUCKETS) if end is None or overdue < end)
