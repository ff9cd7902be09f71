"""A system call that fails, or is the last of a process, loses nothing that was acknowledged."""

from __future__ import annotations

import pytest

from tests.faults import injected
from tests.faults.outcome import LONG, NotRun

TIMES = 400 if LONG else 6


@pytest.mark.parametrize("scene", injected.scenes(), ids=lambda scene: scene.name)
def test_every_call_may_fail(scene: injected.Scene) -> None:
    """``LONGCASE_FAULTS=long`` makes every fault at every call several times, else some at some."""
    try:
        figures = injected.campaign(scene, TIMES, 1417)
    except NotRun as why:
        pytest.skip(str(why))
    assert figures["sites"] > 20
    assert figures["faults fired"] == TIMES


@pytest.mark.parametrize(("times", "made"), [(1, [1, 0, 0]), (7, [3, 2, 2]), (1_200, [400, 400, 400])])
def test_as_many_faults_are_made_as_are_asked_for(times: int, made: list[int]) -> None:
    """One asked for is one made: the time of a run is that of its faults, however many calls a command makes."""
    assert injected.shares(times, 3) == made


def test_every_fault_is_made_at_every_call_before_any_is_made_twice() -> None:
    """As many are drawn as are wanted, and none of them is another."""
    found = [injected.Site("pwrite64", number) for number in range(1, 5)]
    assert len(set(injected.drawn(found, 99, 7))) == 4 * len(injected.FAULTS)
    assert len(set(injected.drawn(found, 5, 7))) == 5


def test_a_fault_that_was_not_made_is_told() -> None:
    """The check that the fault fired can fail."""
    log = ['7 pwrite64(3, "x", 1, 0) = 1', "7 +++ exited with 0 +++"]
    for fault in injected.FAULTS:
        with pytest.raises(AssertionError):
            injected.fired(injected.Site("pwrite64", 1), fault, 0, log)
