"""A system call that fails, or is the last of a process, loses nothing that was acknowledged."""

from __future__ import annotations

import pytest

from tests.faults import injected
from tests.faults.outcome import LONG, NotRun

EVERY = 1 if LONG else 23
REPEATS = 3 if LONG else 1


@pytest.mark.parametrize("scene", injected.scenes(), ids=lambda scene: scene.name)
def test_every_call_may_fail(scene: injected.Scene) -> None:
    """``LONGCASE_FAULTS=long`` makes every fault at every call three times, else at some."""
    try:
        figures = injected.campaign(scene, REPEATS, 1417, EVERY)
    except NotRun as why:
        pytest.skip(str(why))
    assert figures["sites"] > 20
    assert figures["faults fired"] >= figures["sites"] // EVERY * len(injected.FAULTS)


def test_a_fault_that_was_not_made_is_told() -> None:
    """The check that the fault fired can fail."""
    log = ['7 pwrite64(3, "x", 1, 0) = 1', "7 +++ exited with 0 +++"]
    for fault in injected.FAULTS:
        with pytest.raises(AssertionError):
            injected.fired(injected.Site("pwrite64", 1), fault, 0, log)
