"""The picture of the stalled cases: what is counted where."""

from __future__ import annotations

import pytest

from domain.instant import DAY
from presentation.drawing.stalled_counts import BUCKETS, counted
from projections.queries.stalled import Cause, Stalled, StalledCases

NOW = 17_000 * DAY


def case(risk: str | None, *causes: tuple[str, int]) -> Stalled:
    found = [Cause(name, "", "", "", NOW - over, NOW - over) for name, over in causes]
    return Stalled("A", "other", risk, None, None, None, NOW - 200 * DAY, found, [])


@pytest.mark.parametrize(
    ("over", "place"),
    [(0, 0), (DAY - 1, 0), (DAY, 1), (7 * DAY, 2), (30 * DAY, 3), (90 * DAY, 4), (900 * DAY, 4)],
)
def test_a_length_of_time_belongs_to_one_column(over: int, place: int) -> None:
    """Each reaches up to, and does not include, its end."""
    counts = counted(StalledCases([case("high", ("dormant", over))], 1, 1, 0), NOW)
    assert [sum(bucket.values()) for bucket in counts["dormant"]] == [
        int(at == place) for at in range(len(BUCKETS))
    ]


def test_causes_stand_in_order_of_gravity_and_only_those_that_there_are() -> None:
    """A case with several stands at each; one that waits twice for the same, once, for the longer."""
    one = case("low", ("clock-breached", 40 * DAY), ("unallocated", 3 * DAY), ("clock-breached", DAY))
    counts = counted(StalledCases([one, case(None, ("unallocated", DAY))], 2, 2, 0), NOW)
    assert list(counts) == ["unallocated", "clock-breached"]
    assert counts["unallocated"][1] == {"very high": 0, "high": 0, None: 1, "medium": 0, "low": 1}
    assert [sum(bucket.values()) for bucket in counts["clock-breached"]] == [0, 0, 0, 1, 0]
