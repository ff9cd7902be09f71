"""Cases are counted beside whoever asks, at most so often, and what goes wrong is told to the next who asks."""

from __future__ import annotations

from threading import Event

import pytest

from projections.runner.case_figures import EVERY, CaseFigures, KeptFigures


def figures(number: int) -> CaseFigures:
    return CaseFigures(number, 0, {}, {}, {}, 0)


class Counting:
    """Counts when it is let, and takes ``seconds`` of the clock that it stands on."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.times, self.now, self.seconds = 0, 100.0, seconds
        self.let, self.done = Event(), Event()
        self.let.set()
        self.fails = False

    def __call__(self) -> CaseFigures:
        assert self.let.wait(30)
        self.times += 1
        self.now += self.seconds
        if self.fails:
            raise ValueError("no such figure")
        return figures(self.times)

    def ticks(self) -> float:
        return self.now


def seen(kept: KeptFigures, wanted: int) -> bool:
    """Ask until so many were counted, and say that they were."""
    for _ in range(3_000):
        found = kept.look()
        if found is not None and found.open == wanted:
            return True
        Event().wait(0.01)
    return False


def test_nobody_waits_for_a_count() -> None:
    """Who asks first is given none, and whoever asks meanwhile starts no second count."""
    counting = Counting()
    counting.let.clear()
    kept = KeptFigures(counting, ticks=counting.ticks)
    assert [kept.look() for _ in range(5)] == [None] * 5
    counting.let.set()
    assert seen(kept, 1)
    assert counting.times == 1


def test_they_are_counted_at_most_so_often() -> None:
    """However often somebody asks; the last stand until there are newer."""
    counting = Counting()
    kept = KeptFigures(counting, ticks=counting.ticks)
    assert seen(kept, 1)
    counting.now += EVERY - 1
    assert [kept.look() for _ in range(20)] == [figures(1)] * 20
    counting.now += 2
    assert seen(kept, 2)


def test_a_long_count_is_made_more_seldom() -> None:
    """It takes a twentieth of the time at most."""
    counting = Counting(seconds=30.0)
    kept = KeptFigures(counting, ticks=counting.ticks)
    assert seen(kept, 1)
    counting.now += 599
    assert kept.look() == figures(1)
    counting.now += 2
    assert seen(kept, 2)


def test_what_goes_wrong_is_told_to_who_asks_next() -> None:
    """And no longer shown as if it held."""
    counting = Counting()
    counting.fails = True
    kept = KeptFigures(counting, ticks=counting.ticks)
    with pytest.raises(ValueError, match="no such figure"):
        seen(kept, 1)
    assert kept.look() is None


def test_at_once_each_waits_for_its_own() -> None:
    """For a command that catches up and ends."""
    counting = Counting()
    kept = KeptFigures(counting, at_once=True, ticks=counting.ticks)
    assert [kept.look(), kept.look()] == [figures(1), figures(2)]
