"""Building all population tables anew, beside reading, decoding and inserting as much with nothing computed.

Each contestant runs in a process of its own, ``python -m benchmarks.rebuild WHICH STORE``, so that neither
holds what the other left in memory; it says itself how long its work took.
"""

from __future__ import annotations

import gc
import json
import signal
import statistics
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import Result, interleaved, limited, medians, within
from benchmarks.plan import PROJECT, Plan, longcase
from benchmarks.process import environment, run
from benchmarks.stalls import opened
from domain.codec import entry_of
from ledger.schema import COLUMNS
from ledger.sqlite.recorder import SQLiteRecorder
from projections.runner import rebuild
from projections.runner.runner import Runner
from projections.tables import checkpoint
from projections.tables.engine import writing

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: Final = 100_000
OURS, FLOOR = "projections rebuild", "reading, decoding, inserting as much"
TARGET: Final = 1.3
MOST_MIB: Final = 250
TOGETHER: Final = 50_000
"""How many rows the floor inserts at a time."""

Row = tuple[Any, ...]


def rebuilding(plan: Plan) -> Result:
    """Rebuild a store of a million entries; then once more, cut off half-way."""
    made = plan.large(CASES)
    with opened(made):  # which fills the tables: a rebuild compares what it makes with what was there
        pass
    contestants = {OURS: Apart("ours", made.path), FLOOR: Apart("floor", made.path)}
    wall = interleaved(contestants, plan.rounds(3))
    seconds = {name: contestants[name].seconds for name in wall}
    result = Result(
        "rebuild", f"{made.cases:,} cases, {made.entries:,} entries", "s", medians(seconds, scale=1), 3
    )
    result.rounds = len(seconds[OURS])
    peaks = contestants[OURS].peaks
    result.details = {
        "rows in the tables": contestants[OURS].told["rows"],
        "rows that the old tables lacked, or had too many": contestants[OURS].told["differing"],
        "of the floor, s": contestants[FLOOR].told["parts"],
        "cut off half-way": cut_off(made.path, statistics.median(seconds[OURS]) / 2),
        "size of the store, MiB": round(made.path.stat().st_size / 2**20),
        "seconds to generate the store": round(made.seconds, 1),
    }
    within(result, seconds, OURS, FLOOR, TARGET)
    return limited(result, "peak of memory, MiB, all its processes together", max(peaks, default=None), MOST_MIB)


class Apart:
    """One contestant, in a process of its own each time; its own figures are kept, not those of its start."""

    def __init__(self, which: str, store: Path) -> None:
        """Work on the store at that path."""
        self._command = [sys.executable, "-m", "benchmarks.rebuild", which, str(store)]
        self._watched = which == "ours"
        self.seconds: list[float] = []
        self.peaks: list[float] = []
        self.told: dict[str, Any] = {}

    def __call__(self) -> None:
        """Run it to its end."""
        done = run(self._command, watched=self._watched)
        self.told = json.loads(done.output)
        self.seconds.append(self.told["seconds"])
        if done.peak is not None:
            self.peaks.append(done.peak)


def ours(store: Path) -> dict[str, Any]:
    """Rebuild the tables of a store that has been rebuilt before."""
    recorder = SQLiteRecorder.open(str(store))
    runner = Runner(recorder)
    start = time.perf_counter()
    found = rebuild.rebuild(runner)
    seconds = time.perf_counter() - start
    recorder.close()
    return {"seconds": seconds, "rows": found.rows, "differing": [found.missing, found.surplus]}


def floor(store: Path) -> dict[str, Any]:
    """Read and decode every entry of a store, and insert the rows that its tables have into tables like them."""
    recorder = SQLiteRecorder.open(str(store))
    runner = Runner(recorder)
    rows, generation = _resulting(runner)
    parts: dict[str, float] = {}
    gc.collect()
    gc.freeze()  # four million rows wait to be inserted: nothing is to be looked for among them meanwhile
    start = time.perf_counter()
    _part(parts, "reading and decoding", lambda: _decode(recorder))
    with writing(runner.engine) as connection:
        checkpoint.make_table(connection, generation)
    _part(parts, "inserting", lambda: _insert(recorder, rows, generation))
    with writing(runner.engine) as connection:
        _part(parts, "making the indexes", lambda: checkpoint.filled(connection, generation))
    seconds = time.perf_counter() - start
    with writing(runner.engine) as connection:
        checkpoint.drop(connection, generation)
    recorder.close()
    return {"seconds": seconds, "parts": parts}


def _part(parts: dict[str, float], name: str, work: Callable[[], None]) -> None:
    start = time.perf_counter()
    work()
    parts[name] = round(time.perf_counter() - start, 1)


def _resulting(runner: Runner) -> tuple[list[list[Row]], int]:
    """Return the rows that a rebuild results in, in the order in which it makes them, and a free generation."""
    runner.catch_up()
    with writing(runner.engine) as connection:
        found = checkpoint.in_service(connection).generation
        execute = runner.recorder.connection.execute
        tables = checkpoint.tables(found)
        return [execute(f"SELECT * FROM {table.name}").fetchall() for table in tables], found + 1


def _decode(recorder: SQLiteRecorder) -> None:
    for row in recorder.connection.execute(f"SELECT {COLUMNS} FROM entry ORDER BY position"):
        entry_of(row)


def _insert(recorder: SQLiteRecorder, rows: list[list[Row]], generation: int) -> None:
    for table, own in zip(checkpoint.tables(generation), rows, strict=True):
        statement = f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})"
        remaining = iter(own)
        while some := list(islice(remaining, TOGETHER)):
            with recorder.transaction():
                recorder.connection.executemany(statement, some)


def cut_off(store: Path, after: float) -> dict[str, Any]:
    """Interrupt a rebuild, as a user does, ``after`` so many seconds; fail if the tables are not as before."""
    before = _standing(store)
    command = [*longcase(store), "projections", "rebuild"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    shown = [line for line in said.decode().splitlines() if line.startswith("rebuilding:")]
    assert process.returncode != 0, "the rebuild was over before it could be cut off"
    assert _standing(store) == before, "the tables in service are not those from before"
    run([*longcase(store), "stalled", "--as-at", "2016-03-01", "--limit", "5"])
    return {
        "after, s": round(after, 1),
        "the last that was shown of its progress": shown[-1] if shown else "nothing",
        "exit code": process.returncode,
        "the old tables are in service, and nothing else is left": True,
    }


def _standing(store: Path) -> tuple[Any, ...]:
    """Return what the checkpoint says, how many rows there are, and that nothing else lies about."""
    recorder = SQLiteRecorder.open(str(store))
    with writing(Runner(recorder).engine) as connection:
        found = checkpoint.in_service(connection)
        rows = checkpoint.count_rows(connection, found.generation)
        others = checkpoint.generations(connection)
    recorder.close()
    return found.generation, found.position, rows, others


if __name__ == "__main__":
    print(json.dumps({"ours": ours, "floor": floor}[sys.argv[1]](Path(sys.argv[2]))))
