"""What pauses cover: in order, apart, none twice; and what a limit makes of those that touch."""

from __future__ import annotations

import pytest

from domain.working_time.pauses import in_order
from tests.domain.working_time.test_calendar import due


@pytest.mark.parametrize(
    ("pauses", "covered"),
    [
        ([(1, 5), (5, 9)], [(1, 9)]),
        ([(5, 9), (1, 5)], [(1, 9)]),
        ([(1, 5), (4, 9)], [(1, 9)]),
        ([(1, 9), (2, 3)], [(1, 9)]),
        ([(1, 5), (6, 9)], [(1, 5), (6, 9)]),
        ([(1, 5), (5, 5), (5, 9)], [(1, 9)]),
        ([(1, 3), (3, 5), (5, 7)], [(1, 7)]),
    ],
)
def test_pauses_that_touch_or_overlap_are_one(
    pauses: list[tuple[int, int]], covered: list[tuple[int, int]]
) -> None:
    """Those between which the clock ran, if only for a microsecond, are two."""
    assert in_order(pauses, 0) == covered


def test_what_lies_before_the_start_stopped_nothing() -> None:
    """A pause in which the wait begins counts from there; one that was over by then does not count."""
    assert in_order([(1, 5), (6, 9), (7, 12)], 8) == [(8, 12)]
    assert in_order([(1, 5), (6, 8)], 8) == []


def test_a_limit_in_working_days_takes_pauses_that_touch_for_one() -> None:
    """Resumed and paused again at the same minute, Thursday was paused as a whole, and is not counted."""
    whole = ("2016-06-08T15:00", "2016-06-10T09:00")
    resumed_at_noon = [(whole[0], "2016-06-09T12:00"), ("2016-06-09T12:00", whole[1])]
    resumed_for_a_minute = [(whole[0], "2016-06-09T12:00"), ("2016-06-09T12:01", whole[1])]
    assert due("2016-06-08T12:00", "2wd", whole) == "2016-06-14T00:00:00+01:00"
    assert due("2016-06-08T12:00", "2wd", *resumed_at_noon) == "2016-06-14T00:00:00+01:00"
    assert due("2016-06-08T12:00", "2wd", *resumed_for_a_minute) == "2016-06-11T00:00:00+01:00"
