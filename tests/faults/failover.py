"""Kill the primary under load and promote its standby, to which the writers turn of themselves.

With a synchronous standby nothing that was acknowledged may be lost. With an asynchronous one that was held
back something must be: if this did not see that, it would see nothing at all.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from ledger.stores import create
from tests.faults import invariant
from tests.faults.load import WRITERS, Figures, struck
from tests.faults.outcome import NotRun, Outcome
from tests.faults.writer import BEGINNER, begin
from tests.faults.writers import Writers
from tests.postgres.server import DURABLE, Server, missing, until

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("left", "right")
SYNCHRONOUS = "FIRST 1 (left, right)"
"""By name: any name would do for a base backup in the making, which is nowhere to go on from."""

SETTINGS = {**DURABLE, "wal_receiver_status_interval": "1s"}
"""A commit that waits when its standby connects may have to wait for the next report of it: by default 10 s."""


class Pair(NamedTuple):
    """A primary and its standby."""

    primary: Server
    standby: Server

    def turned(self) -> Pair:
        """Return them with their parts exchanged."""
        return Pair(self.standby, self.primary)

    def location(self) -> str:
        """Return the URL of the store on whichever of them takes entries."""
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in self)
        return f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write"


@contextmanager
def pair(folder: Path, *, synchronous: bool) -> Iterator[Pair]:
    """Lend a primary with a store on it, and a standby that has what the primary has."""
    waits = {"synchronous_standby_names": SYNCHRONOUS if synchronous else ""}
    servers = Pair(
        *(Server(folder / name, settings={**SETTINGS, **waits, "cluster_name": name}) for name in NAMES)
    )
    servers.primary.make()
    servers.primary.start()
    try:
        servers.standby.copy_of(servers.primary)
        servers.standby.start()
        until(lambda: streaming(servers.primary) is not None, "the standby streams")
        create(servers.location(), {"zone": "UTC"})
        yield servers
    finally:
        for one in servers:
            one.stop("immediate")


def streaming(primary: Server) -> int | None:
    """Return the process of the primary that sends to a standby that keeps up, if there is one."""
    query = "SELECT pid FROM pg_stat_replication WHERE state = 'streaming' AND application_name = ANY(%s)"
    with psycopg.connect(primary.url("postgres"), autocommit=True) as asking:
        found = asking.execute(query, (list(NAMES),)).fetchone()
    return None if found is None else int(found[0])


def fail_over(servers: Pair) -> Pair:
    """Kill the primary and promote the standby; return them in their new parts."""
    servers.primary.kill()
    servers.standby.promote()
    return servers.turned()


def rebuilt(servers: Pair) -> None:
    """Make what was the primary the standby of the other, from nothing."""
    servers.standby.throw_away()
    servers.standby.copy_of(servers.primary)
    servers.standby.start()


def run(count: int, seed: int) -> Outcome:
    """Fail over ``count`` times, and then once to a standby that was held back."""
    if why := missing():
        raise NotRun(why)
    with tempfile.TemporaryDirectory() as folder:
        with pair(Path(folder) / "synchronous", synchronous=True) as servers:
            figures = _campaign(servers, count, random.Random(seed))
        with pair(Path(folder) / "asynchronous", synchronous=False) as servers:
            figures["lost by the control"] = control(servers)
    return Outcome("failover", count, figures)


def _campaign(servers: Pair, count: int, chance: random.Random) -> Figures:
    def strike() -> None:
        nonlocal servers
        servers = fail_over(servers)
        rebuilt(servers)

    return struck(servers.location(), count, chance, strike)


def control(servers: Pair, commands: int = 10) -> int:
    """Fail over to a standby that was sent nothing for a while; return how many commands were lost."""
    location = servers.location()
    first = begin(location)
    with Writers(location, WRITERS) as writers:
        writers.go_on(commands)
        until(lambda: streaming(servers.primary) is not None, "the standby streams")
        sender = streaming(servers.primary)
        assert sender is not None
        os.kill(sender, signal.SIGSTOP)
        writers.go_on(commands)
        servers.primary.kill()
        writers.kill()
        acknowledged = {BEGINNER: first, **writers.acknowledged()}
    servers.standby.promote()
    rows = invariant.entries(location)
    invariant.sound(rows)
    lost = invariant.lost(rows, acknowledged)
    assert lost > 0, "nothing was lost where something must have been: this test sees nothing"
    return lost
