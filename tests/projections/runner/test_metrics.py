"""What a follower counts of its own work."""

from __future__ import annotations

from projections.runner.metrics import Figures, FollowerCounts


def test_the_rate_is_that_of_the_last_minute() -> None:
    """What is longer ago counts in the total alone."""
    now = [0.0]
    tally = FollowerCounts(lambda: now[0])
    tally.advanced(60)
    now[0] = 30.0
    tally.advanced(30)
    assert (tally.figures().entries, tally.figures().per_second) == (90, 1.5)
    now[0] = 61.0
    assert (tally.figures().entries, tally.figures().per_second) == (90, 0.5)
    now[0] = 100.0
    assert tally.figures().per_second == 0


def test_errors_are_counted_and_the_last_is_named() -> None:
    """With the instant at which it was met."""
    tally = FollowerCounts()
    tally.failed("lost", 1)
    tally.failed("busy", 2)
    tally.leading(active=True)
    assert tally.figures() == Figures(
        active=True, entries=0, per_second=0, errors=2, last_error="busy", last_error_at=2
    )
