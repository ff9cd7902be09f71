"""Kill a server of PostgreSQL with everything that belongs to it, under load, and start it again.

The writers connect again and go on; nothing that was acknowledged may be lost, and nothing be there twice.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ledger.stores import create
from tests.faults.load import struck
from tests.faults.outcome import Outcome
from tests.faults.served import served

if TYPE_CHECKING:
    from tests.postgres.server import Server


def run(count: int, seed: int) -> Outcome:
    """Kill a server ``count`` times."""
    with served() as server:
        return _run(server, count, random.Random(seed))


def _run(server: Server, count: int, chance: random.Random) -> Outcome:
    location = server.url("postgres")
    create(location, {"zone": "UTC"})

    def strike() -> None:
        server.kill()
        server.start()

    return Outcome("postmaster", count, struck(location, count, chance, strike))
