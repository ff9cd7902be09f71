"""Cells: every interval that holds at an instant lies in one of the cells around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.instant import DAY, EARLIEST, FOREVER
from projections.intervals.cells import cell_of, cells_around
from tests.clock import START

NEAR = st.integers(START - 400 * DAY, START + 400 * DAY)
ANY = st.integers(EARLIEST, FOREVER - 1)
LENGTHS = st.integers(0, 60).map(lambda power: 1 << power)


@given(ANY | NEAR, ANY | NEAR)
def test_an_interval_lies_in_a_cell_around_each_instant_at_which_it_holds(one: int, other: int) -> None:
    """At its beginning, its last microsecond, and in between."""
    start, end = sorted((one, other + 1))
    if start == end:
        end += 1
    for instant in (start, (start + end) // 2, end - 1):
        assert cell_of(start, end) in cells_around(instant)


@given(NEAR, LENGTHS, st.integers(-1, 1))
def test_an_interval_of_a_power_of_two_and_one_beside_it_too(start: int, length: int, shift: int) -> None:
    """That is where one length of cells gives way to the next."""
    end = min(FOREVER - 1, start + max(1, length + shift))
    for instant in (start, end - 1):
        assert cell_of(start, end) in cells_around(instant)


def test_what_has_no_end_has_a_cell_that_is_around_every_instant() -> None:
    """It need not be looked for in all lengths."""
    endless = cell_of(START, FOREVER)
    assert all(endless in cells_around(instant) for instant in (EARLIEST, START, FOREVER - 1))
    assert cell_of(EARLIEST, FOREVER) == endless


@given(ANY | NEAR)
def test_few_cells_are_around_an_instant_and_each_is_named_once(instant: int) -> None:
    """The index is looked into once for each."""
    found = cells_around(instant)
    assert len(found) == len(set(found)) < 60


@given(ANY | NEAR, LENGTHS, ANY | NEAR, LENGTHS)
def test_no_two_cells_have_one_number(one: int, length: int, other: int, width: int) -> None:
    """Else an index would find intervals of another time."""
    first, second = cell_of(one, min(FOREVER - 1, one + length)), cell_of(other, min(FOREVER - 1, other + width))
    if first == second:
        assert abs(one - other) < 2 * max(length, width, DAY)


def test_a_short_interval_far_off_lies_in_no_cell_around() -> None:
    """Else the index would find all of a long history."""
    assert cell_of(START, START + DAY) not in cells_around(START + 5 * DAY)
    assert cell_of(START, START + DAY) not in cells_around(START - 5 * DAY)
