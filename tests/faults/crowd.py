"""Eight processes record at once while others follow: nothing is missed, nothing is lost, and how fast it is.

How fast is told beside eventsourcing's own recorder, in turns and by the same processes, on the same server or
the same kind of file.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.stores import create, open_recorder
from tests.faults import invariant
from tests.faults.outcome import NotRun, Outcome
from tests.faults.recorders import Recorders, make_theirs
from tests.faults.writer import BEGINNER, begin
from tests.faults.writers import Writers
from tests.postgres.server import DURABLE, Server, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROCESSES = 8
ROUNDS = 5
SETTLED = 100
"""From how many entries on, of each process, a turn is long enough to tell how fast a recorder is."""

LEAST = {"SQLite": 1.0, "PostgreSQL": 1.8, "PostgreSQL without waiting for the disk": 1.8}
"""How many times as fast as eventsourcing's recorder ours is to be, on the same SQLite or the same server.

At every commit both wait for the disk, one writer after the other. The more of the time that is, the less the
recorders differ; so on PostgreSQL it is told with the wait and without.
"""

Figures = dict[str, int | float | str]


class Follower(Thread):
    """Reads positions as they come, in a way of its own, up to the last that there will be."""

    def __init__(self, location: str, way: Callable[[Any], Iterable[int]], last: int) -> None:
        """Connect to the store."""
        super().__init__(daemon=True)
        self._ledger, self._way, self._last = open_recorder(location), way, last
        self.seen: list[int] = []

    def run(self) -> None:
        """Read until the last is there."""
        for position in self._way(self._ledger):
            self.seen.append(position)
            if position >= self._last:
                break
        self._ledger.close()

    def check(self) -> None:
        """Assert that each position came once, and in order."""
        self.join(60)
        assert self.seen == list(range(1, self._last + 1)), f"a follower missed something: {len(self.seen)}"


def subscribed(ledger: Any) -> Iterable[int]:
    """Follow by a subscription, as eventsourcing's own followers do."""
    return (entry.id for entry in ledger.subscribe())


def woken(ledger: Any) -> Iterable[int]:
    """Follow by waiting to be woken."""
    last = 0
    while True:
        ledger.wait(5.0)
        for entry in ledger.select_notifications(last, 1_000, inclusive_of_start=False):
            last = entry.id
            yield last


def followed(location: str, recorders: Recorders, each: int) -> None:
    """Record from all processes, some of it in the same streams, and assert that followers see all of it."""
    create(location, {"zone": "UTC"})
    last = PROCESSES * each
    followers = [Follower(location, way, last) for way in (subscribed, woken)]
    for one in followers:
        one.start()
    recorders.record("ours", location, each, shared=True)
    for one in followers:
        one.check()
    rows = invariant.entries(location)
    invariant.sound(rows)
    assert (len(rows), len({row.command_id for row in rows})) == (last, last), "an entry is missing, or doubled"


def commanded(location: str, each: int) -> float:
    """Give commands from all processes, followed too, and check the store; return how many a second."""
    create(location, {"zone": "UTC"})
    first = begin(location)
    began = time.monotonic()
    with Writers(location, PROCESSES, last=each) as writers:
        follower = Follower(location, subscribed, 2 * len(first) + PROCESSES * (each + -(-each // 40)))
        follower.start()
        writers.end()
        seconds = time.monotonic() - began
    follower.check()
    acknowledged = {BEGINNER: first, **writers.acknowledged()}
    invariant.check(location, acknowledged)
    invariant.verify(location, acknowledged)
    return PROCESSES * each / seconds


class Rates(NamedTuple):
    """How many entries a second each recorder takes, one a transaction, and how many times as fast ours is."""

    ours: float
    theirs: float
    ratio: float


def compared(ours: str, theirs: str, recorders: Recorders, each: int) -> Rates:
    """Let both recorders take turns: a disk's pace changes by the second, and what counts is how they compare."""
    create(ours, {"zone": "UTC"})
    make_theirs(theirs)
    turns = [
        (recorders.record("ours", ours, each), recorders.record("theirs", theirs, each))
        for _ in range(ROUNDS if each >= SETTLED else 1)
    ]
    entries = PROCESSES * each
    quick, slow = (entries / statistics.median(column) for column in zip(*turns, strict=True))
    return Rates(quick, slow, statistics.median(theirs / ours for ours, theirs in turns))


def run(count: int, seed: int) -> Outcome:
    """Let every process record ``count`` entries, in each way and on each engine."""
    if why := missing():
        raise NotRun(why)
    figures: Figures = {"missed": 0, "lost": 0}
    with tempfile.TemporaryDirectory() as folder:
        figures |= in_files(Path(folder), count)
        server = Server(Path(folder) / "server", settings=DURABLE)
        server.make()
        server.start()
        try:
            figures |= on_a_server(server, count)
        finally:
            server.stop("immediate")
    return Outcome("crowd", PROCESSES * count, figures)


def in_files(folder: Path, each: int) -> Figures:
    """Do all of it with stores in files; return how fast it was."""

    def place(name: str) -> str:
        (folder / name).mkdir()
        return str(folder / name / "store.db")

    with Recorders(PROCESSES) as recorders:
        followed(place("followed"), recorders, each)
        rates = compared(place("ours"), place("theirs"), recorders, each)
    commands = commanded(place("commanded"), each)
    return told("SQLite", rates, each) | {"commands/s on SQLite": round(commands)}


def on_a_server(server: Server, each: int) -> Figures:
    """Do all of it on a server; return how fast it was."""
    with Recorders(PROCESSES) as recorders:
        followed(database(server, "followed"), recorders, each)
        rates = compared(database(server, "ours"), database(server, "theirs"), recorders, each)
        commands = commanded(database(server, "commanded"), each)
        server.set(synchronous_commit="off")
        quick = compared(database(server, "ours_quick"), database(server, "theirs_quick"), recorders, each)
    figures = told("PostgreSQL", rates, each) | {"commands/s on PostgreSQL": round(commands)}
    return figures | told("PostgreSQL without waiting for the disk", quick, each)


def database(server: Server, name: str) -> str:
    """Return the location of a new database."""
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return server.url(name)


def told(where: str, rates: Rates, each: int) -> Figures:
    """Return the rates by name; assert that they are what they should be, if they can be told from so many."""
    figures: Figures = {
        f"entries/s on {where}": round(rates.ours),
        f"by eventsourcing on {where}": round(rates.theirs),
        f"times as fast on {where}": round(rates.ratio, 2),
    }
    assert each < SETTLED or rates.ratio >= LEAST[where], f"not as fast as it should be: {figures}"
    return figures
