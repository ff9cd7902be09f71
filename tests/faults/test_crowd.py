"""Eight processes record at once while others follow: nothing is missed and nothing is lost.

How fast it is, is for ``python -m tests.faults crowd`` to say: with few entries that is not judged.
"""

from __future__ import annotations

import pytest

from tests.faults import crowd
from tests.faults.outcome import LONG


@pytest.mark.slow
def test_followers_miss_nothing_of_what_eight_processes_record() -> None:
    """``LONGCASE_FAULTS=long`` lets each record 500 entries in every way."""
    figures = crowd.run(500 if LONG else 20, seed=1417).figures
    assert (figures["missed"], figures["lost"]) == (0, 0)
