"""A fault that is made again and again while several writers record, and what must hold afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults import invariant
from tests.faults.writer import BEGINNER, begin
from tests.faults.writers import Writers

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

WRITERS = 4

Figures = dict[str, int | float | str]


def struck(location: str, count: int, chance: random.Random, strike: Callable[[], None]) -> Figures:
    """Let ``strike`` happen ``count`` times to the store at ``location``; check it; return figures."""
    first = begin(location)
    with Writers(location, WRITERS) as writers:
        for _ in range(count):
            writers.go_on(chance.randrange(1, 30))
            strike()
        writers.go_on(5)
        writers.kill()
        acknowledged = {BEGINNER: first, **writers.acknowledged()}
    found = invariant.check(location, acknowledged)
    invariant.verify(location, acknowledged)
    return {
        "commands acknowledged": writers.count(),
        "of which found recorded": writers.repeated(),
        "entries": found,
        "lost": 0,
    }
