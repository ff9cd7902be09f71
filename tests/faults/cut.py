"""Cut the connection between a writer and its server around the moment of the commit.

The writer cannot know what became of its command. It connects again and gives the same command: it is there
once, and the writer is told where, and whether the first attempt had been recorded after all.
"""

from __future__ import annotations

import random
from contextlib import closing
from itertools import product
from typing import TYPE_CHECKING

from application.app import Longcase
from ledger.errors import Lost
from ledger.stores import create, open_recorder
from tests.faults import invariant
from tests.faults.outcome import Outcome
from tests.faults.proxy import Cut, Proxy, When
from tests.faults.served import served
from tests.faults.writer import BEGINNER, begin, do

if TYPE_CHECKING:
    from application.envelope import Receipt

NAME = "CUT"
MARK, COMMIT = f"PC {NAME}".encode(), b"COMMIT\0"
"""What a writer sends with an entry, and nothing else that it sends; and with the end of a transaction."""

FOUND = {When.BEFORE: False, When.HALFWAY: False, When.AFTER: True}
"""Whether a retry finds the command recorded; after a cut at once, either may be."""

TOGETHER = 3
KINDS = list(product(When, (1, TOGETHER)))
"""The moments of the cut, for a single command and for several in one unit of work."""


def run(count: int, seed: int) -> Outcome:
    """Cut ``count`` connections, in every way in turn."""
    with served() as server, closing(Proxy(server.port)) as proxy:
        return campaign(server.url("postgres"), proxy, count, random.Random(seed))


def campaign(direct: str, proxy: Proxy, count: int, chance: random.Random) -> Outcome:
    """Record through ``proxy`` in the store at ``direct``, which is made first."""
    create(direct, {"zone": "UTC"})
    app = Longcase(open_recorder(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres"))
    first, told = begin(direct), dict[int, int]()
    for number in range(count):
        when, together = KINDS[number % len(KINDS)]
        before = proxy.cuts
        proxy.arm(Cut(when, MARK if together == 1 else COMMIT, chance.randint(1, 3)))
        receipts = give(app, range(len(told), len(told) + together))
        assert proxy.cuts > before, "the connection was not cut"
        assert {one.repeated for one in receipts} <= {FOUND.get(when, receipts[0].repeated)}, when.value
        told |= {len(told) + place: one.entry.position for place, one in enumerate(receipts)}
        proxy.disarm()
    app.close()
    found = invariant.check(direct, {BEGINNER: first, NAME: told})
    invariant.verify(direct, {BEGINNER: first, NAME: told})
    return Outcome("cut", count, {"cuts": proxy.cuts, "commands": len(told), "entries": found, "lost": 0})


def give(app: Longcase, numbers: range) -> list[Receipt]:
    """Give the commands, several as a unit of work; a unit that is lost is given again as a whole."""
    if len(numbers) == 1:
        return [do(app, NAME, numbers[0])]
    while True:
        try:
            with app.unit_of_work():
                return [do(app, NAME, number) for number in numbers]
        except Lost:
            app.ledger.reconnect()
