"""Kill a server of PostgreSQL with everything that belongs to it, under load, and start it again.

The writers connect again and go on; nothing that was acknowledged may be lost, and nothing be there twice.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from ledger.stores import create
from tests.faults import invariant
from tests.faults.outcome import NotRun, Outcome
from tests.faults.writer import BEGINNER, begin
from tests.faults.writers import Writers
from tests.postgres.server import DURABLE, Server, missing

WRITERS = 4


def run(count: int, seed: int) -> Outcome:
    """Kill a server ``count`` times."""
    if why := missing():
        raise NotRun(why)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), settings=DURABLE)
        server.make()
        server.start()
        try:
            return _run(server, count, random.Random(seed))
        finally:
            server.stop("immediate")


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
