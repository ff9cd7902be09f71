"""Kill a server of PostgreSQL with everything that belongs to it, under load, and start it again.

The writers connect again and go on; nothing that was acknowledged may be lost, and nothing be there twice.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ledger.stores import create
from tests.faults import invariant
from tests.faults.outcome import Outcome
from tests.faults.served import served
from tests.faults.writer import BEGINNER, begin
from tests.faults.writers import Writers

if TYPE_CHECKING:
    from tests.postgres.server import Server

WRITERS = 4


def run(count: int, seed: int) -> Outcome:
    """Kill a server ``count`` times."""
    with served() as server:
        return _run(server, count, random.Random(seed))


def _run(server: Server, count: int, chance: random.Random) -> Outcome:
    location = server.url("postgres")
    create(location, {"zone": "UTC"})
    first = begin(location)
    with Writers(location, WRITERS) as writers:
        for _ in range(count):
            writers.go_on(chance.randrange(1, 30))
            server.kill()
            server.start()
        writers.go_on(5)
        writers.kill()
        acknowledged = {BEGINNER: first, **writers.acknowledged()}
        repeated = writers.repeated()
    found = invariant.check(location, acknowledged)
    invariant.verify(location, acknowledged)
    figures = {"commands acknowledged": writers.count(), "of which found recorded": repeated, "entries": found}
    return Outcome("postmaster", count, {**figures, "lost": 0})
