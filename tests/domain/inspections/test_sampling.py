"""A sample that anybody can draw again: by proportion, and by a hash in place of chance."""

from __future__ import annotations

import hashlib
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.inspections.sampling import METHOD, draw, shares

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 400), min_size=1)
CASES = [(f"C-{number:03}", "missing" if number % 3 else "child-abuse") for number in range(1, 31)]


@given(COUNTS, st.data())
def test_each_stratum_gives_its_share_to_within_one(counts: dict[str, int], data: st.DataObject) -> None:
    """All that was asked for, from nowhere more than there is."""
    total = sum(counts.values())
    size = data.draw(st.integers(1, total))
    found = shares(counts, size)
    assert sum(found.values()) == size
    for name, count in counts.items():
        assert 0 <= found[name] <= count
        assert abs(found[name] - Fraction(size * count, total)) < 1


@pytest.mark.parametrize(
    ("counts", "size", "expected"),
    [
        ({"a": 53, "b": 24, "c": 23}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"b": 1, "a": 1, "c": 1}, 2, {"a": 1, "b": 1, "c": 0}),
        ({"a": 5, "b": 15}, 2, {"a": 0, "b": 2}),
        ({"a": 3, "b": 1}, 4, {"a": 3, "b": 1}),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(
    counts: dict[str, int], size: int, expected: dict[str, int]
) -> None:
    """Of equal ones first to the larger stratum, then by name."""
    assert shares(counts, size) == expected


@given(st.randoms(use_true_random=False), st.integers(1, 30), st.integers(0, 2**63 - 1))
def test_the_order_of_the_population_plays_no_part(chance: random.Random, size: int, seed: int) -> None:
    """A database may answer as it likes."""
    shuffled = list(CASES)
    chance.shuffle(shuffled)
    assert draw(shuffled, size, seed) == draw(CASES, size, seed)


def test_the_method_never_changes() -> None:
    """What a sample of long ago was drawn by is spelled out here a second time, without our code."""

    def lot(reference: str) -> str:
        return hashlib.sha256(b"longcase sample v1\n2016\n" + reference.encode()).hexdigest()

    groups = {"child-abuse": 3, "missing": 7}
    expected = sorted(
        name
        for group, count in groups.items()
        for name in sorted((one for one, stratum in CASES if stratum == group), key=lot)[:count]
    )
    found = draw(CASES, 10, 2016)
    assert METHOD == "largest remainder, sha256 v1"
    assert list(found.cases) == expected
    assert found.drawn == groups
    assert found.population == {"child-abuse": 10, "missing": 20}
    numbers = (5, 10, 11, 14, 15, 16, 21, 23, 24, 28)
    assert found.cases == tuple(f"C-{number:03}" for number in numbers)


def test_another_seed_gives_another_sample() -> None:
    """And no case is favoured: over 3,000 seeds each of 30 is drawn about 1,000 times."""
    counts = Counter(one for seed in range(3_000) for one in draw(CASES, 10, seed).cases)
    assert len(counts) == len(CASES)
    assert all(850 <= count <= 1_150 for count in counts.values())


@pytest.mark.parametrize(
    ("size", "words"), [(31, "a sample of 31 cannot be drawn from 30"), (0, "a sample of 0")]
)
def test_what_cannot_be_drawn_is_refused(size: int, words: str) -> None:
    """More than there is, or nothing."""
    with pytest.raises(Refused, match=words):
        draw(CASES, size, 1)


def test_a_case_in_two_strata_is_refused() -> None:
    """It would have two chances."""
    with pytest.raises(Refused, match="stands twice"):
        draw([*CASES, ("C-001", "elsewhere")], 3, 1)


def test_nobody_can_draw_from_nothing() -> None:
    """An empty population is told as such."""
    with pytest.raises(Refused, match="a sample of 1 cannot be drawn from 0"):
        draw([], 1, 1)


class Followed(str):
    """A reference of which it can be told whether anybody holds it still."""

    __slots__ = ("__weakref__",)


def test_no_more_is_held_than_may_be_drawn() -> None:
    """However large the population: it is gone through once, and the sample is that of a list in any order."""
    met: list[ref[Followed]] = []

    def population() -> Iterator[tuple[str, str]]:
        for number in range(2_000):
            reference = Followed(f"C-{number:04}")
            met.append(ref(reference))
            assert number % 100 or sum(one() is not None for one in met) <= 2 * 10 + 2
            yield reference, "all"

    whole = [(f"C-{number:04}", "all") for number in reversed(range(2_000))]
    assert draw(population(), 10, 7) == draw(whole, 10, 7)


def test_a_case_that_comes_twice_is_found_in_order() -> None:
    """In a population that is not held as well as in a list."""
    with pytest.raises(Refused, match="stands twice"):
        draw(iter([("A", "one"), ("B", "one"), ("B", "two")]), 1, 1)


def test_what_was_drawn_before_is_left_out() -> None:
    """And does not count to its stratum."""
    found = draw(CASES, 3, 1, without={"C-001"})
    assert "C-001" not in found.cases
    assert sum(found.population.values()) == len(CASES) - 1
