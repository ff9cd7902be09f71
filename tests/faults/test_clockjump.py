"""Whatever the clock does, the time of recording never goes back and what was known stays known."""

from __future__ import annotations

import random

import pytest

from domain.instant import iso
from tests.faults import clockjump
from tests.faults.outcome import LONG, NotRun


def test_the_clock_jumps_under_a_writing_process() -> None:
    """Back 400 days, forward a day, over the beginning of summer time; ``LONGCASE_FAULTS=long``: 20 times all."""
    try:
        clockjump.library()
    except NotRun as why:
        pytest.skip(str(why))
    if LONG:
        assert clockjump.run(20, seed=1417).figures["jumps"] == 160
        return
    chance = random.Random(1417)
    figures = clockjump.campaign(chance, clockjump.jumps(chance)[:4])
    assert figures["jumps"] == 4


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2016, 3, 27), (2016, 10, 30), (2026, 3, 29), (2026, 10, 25), (2024, 3, 31), (2027, 10, 31)],
)
def test_when_the_clocks_change(year: int, month: int, day: int) -> None:
    """On the last Sunday of the month, at one in UTC."""
    assert iso(clockjump.change(year, month)) == f"{year}-{month:02}-{day}T01:00:00+00:00"
