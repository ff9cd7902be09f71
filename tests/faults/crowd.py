"""Eight processes record at once while others follow: nothing is missed, nothing is lost, and how fast it is.

How fast is told beside eventsourcing, in turns and by the same processes, on the same server or the same kind of
file: commands beside an application of the library's on its own recorder, and entries alone beside that recorder.
See docs/adr/0049.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from ledger.stores import create, open_recorder
from tests.faults import invariant
from tests.faults.commanders import make_their_app
from tests.faults.outcome import NotRun, Outcome
from tests.faults.recorders import Recorders, make_theirs
from tests.faults.writer import BEGINNER, begin
from tests.faults.writers import Writers
from tests.postgres.server import DURABLE, Server, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PROCESSES = 8
ROUNDS = 5
POLLING = 0.02
"""How many seconds lie between two looks of a follower whom nobody wakes."""

SETTLED = 100
"""From how many entries on, of each process, a turn is long enough to tell how fast a recorder is."""

LEAST = {
    "commands": {"SQLite": 1.0, "PostgreSQL": 1.8, "PostgreSQL without waiting for the disk": 1.8},
    "entries": {"SQLite": 0.7, "PostgreSQL": 1.3, "PostgreSQL without waiting for the disk": 1.6},
}
"""How many times as many commands a second as the library's application Longcase is to take, and entries alone.

At every commit both wait for the disk, one writer after the other. The more of the time that is, the less they
differ; so on PostgreSQL it is told with the wait and without.
"""

WHAT = {"commands": ("our-commands", "their-commands"), "entries": ("ours", "theirs")}
"""What is compared, and the processes' names for both sides of it."""

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


def woken(ledger: Any) -> Iterable[int]:
    """Follow by waiting to be woken."""
    return _positions(ledger, lambda: ledger.wait(5.0))


def polled(ledger: Any) -> Iterable[int]:
    """Follow by looking again and again, woken by nobody."""
    return _positions(ledger, lambda: time.sleep(POLLING))


def _positions(ledger: Any, rest: Callable[[], object]) -> Iterable[int]:
    last = 0
    while True:
        rest()
        for entry in ledger.select_notifications(last, 1_000, inclusive_of_start=False):
            last = entry.position
            yield last


def followed(location: str, each: int) -> None:
    """Record from all processes, some of it in the same streams, and assert that followers see all of it."""
    create(location, {"zone": "UTC"})
    last = PROCESSES * each
    followers = [Follower(location, way, last) for way in (polled, woken)]
    for one in followers:
        one.start()
    with Recorders(PROCESSES) as recorders:
        recorders.record("ours", location, each, shared=True)
    for one in followers:
        one.check()
    rows = invariant.entries(location)
    invariant.sound(rows)
    assert (len(rows), len({row.command_id for row in rows})) == (last, last), "an entry is missing, or doubled"


def commanded(location: str, each: int) -> None:
    """Give commands from all processes, some of them on shared cases, followed too, and check the store."""
    create(location, {"zone": "UTC"})
    first = begin(location)
    with Writers(location, PROCESSES, last=each) as writers:
        follower = Follower(location, woken, 2 * len(first) + PROCESSES * (each + -(-each // 40)))
        follower.start()
        writers.end()
    follower.check()
    acknowledged = {BEGINNER: first, **writers.acknowledged()}
    invariant.check(location, acknowledged)
    invariant.verify(location, acknowledged)


def compared(where: str, place: Callable[[str], str], each: int) -> Figures:
    """Let both sides take turns at commands, and at entries alone; assert what ``LEAST`` says.

    A disk's pace changes by the second, and what counts is how they compare.
    """
    figures: Figures = {}
    for what, sides in WHAT.items():
        ours, theirs = place(f"ours_{what}"), place(f"theirs_{what}")
        create(ours, {"zone": "UTC"})
        make_theirs(theirs)
        make_their_app(theirs)
        with Recorders(PROCESSES) as recorders:
            turns = [
                (recorders.record(sides[0], ours, each), recorders.record(sides[1], theirs, each))
                for _ in range(ROUNDS if each >= SETTLED else 1)
            ]
        ratio = statistics.median(theirs / ours for ours, theirs in turns)
        figures |= rates(f"{what}/s on {where}", turns, PROCESSES * each) | {
            f"{what}/s on {where}, beside eventsourcing": round(ratio, 2)
        }
        assert each < SETTLED or ratio >= LEAST[what][where], f"not as fast as it should be: {figures}"
    return figures


def rates(rate: str, turns: Sequence[tuple[float, float]], count: int) -> Figures:
    """Return how many of ``count`` were taken a second, by us and by eventsourcing."""
    ours, theirs = (round(count / statistics.median(column)) for column in zip(*turns, strict=True))
    return {rate: ours, f"{rate}, by eventsourcing": theirs}


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

    followed(place("followed"), each)
    commanded(place("commanded"), each)
    return compared("SQLite", place, each)


def on_a_server(server: Server, each: int) -> Figures:
    """Do all of it on a server; return how fast it was."""
    followed(database(server, "followed"), each)
    commanded(database(server, "commanded"), each)
    figures = compared("PostgreSQL", partial(database, server), each)
    server.set(synchronous_commit="off")
    quick = "PostgreSQL without waiting for the disk"
    return figures | compared(quick, lambda name: database(server, f"{name}_quick"), each)


def database(server: Server, name: str) -> str:
    """Return the location of a new database."""
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return server.url(name)
