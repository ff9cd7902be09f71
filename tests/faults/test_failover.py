"""A synchronous standby that takes over has all that was acknowledged; one that was held back has not."""

from __future__ import annotations

import os

import pytest

from tests.faults import failover
from tests.faults.outcome import LONG

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and SIGSTOP are of POSIX")


@pytest.mark.slow
def test_the_standby_that_takes_over_has_what_was_acknowledged() -> None:
    """``LONGCASE_FAULTS=long`` fails over 5 times. The control loses something, or this sees nothing."""
    figures = failover.run(5 if LONG else 1, seed=1417).figures
    assert figures["lost"] == 0
    assert int(figures["lost by the control"]) > 0
