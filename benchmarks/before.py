"""What the log costs who records: beside a checkout of Longcase as it was before, in processes of its own.

Both run with the same interpreter and libraries, and make their stores themselves. ``--before`` names the
checkout; without it nothing is measured.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, Self

from benchmarks.actions import reference
from benchmarks.cold import ENTRIES, FEW
from benchmarks.measure import Result, faster, medians, ratios, within
from benchmarks.plan import PROJECT, Skipped
from benchmarks.process import environment, run
from benchmarks.servers import server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.plan import Plan

NOW, BEFORE = "with the log", "before"
ENOUGH: Final = 0.6
"""How fast it must be at least, of what it was."""

LONGEST_START: Final = 1.03
"""How long a start may take at most, of what it took."""

EACH_ROUND: Final = 50

_IN: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); "
_COMMAND: Final = f"{_IN}from cli.main import main; sys.exit(main(sys.argv[1:]))"
_STORE: Final = (
    f"{_IN}from benchmarks.longcase_side import Ours; Ours(sys.argv[1]).open_cases(*map(int, sys.argv[2:]))"
)
_APPENDING: Final = (
    _IN
    + """
import time
from itertools import cycle
from benchmarks.servers import entries
location = sys.argv[1]
if location.startswith("postgresql:"):
    from ledger.postgresql.recorder import PostgresRecorder
    from ledger.postgresql.setup import set_up
    set_up(location, {"zone": "UTC"})
    recorder = PostgresRecorder.open(location)
    def work(count):
        for row in [entries(1) for _ in range(count)]:
            recorder.insert_events(row)
else:
    from benchmarks.actions import Deed
    from benchmarks.longcase_side import Ours
    store = Ours(location)
    store.open_cases(200, 7)
    numbers = cycle(range(200))
    def work(count):
        for _, number in zip(range(count), numbers):
            store.act(number, Deed.of(number))
for line in sys.stdin:
    start, used = time.perf_counter(), time.process_time()
    work(int(line))
    print(time.perf_counter() - start, time.process_time() - used, flush=True)
"""
)


def checkout(plan: Plan) -> Path:
    """Return the checkout to compare with; raise ``Skipped`` if none is named."""
    if plan.before is None:
        raise Skipped("--before CHECKOUT names a checkout of Longcase as it was, to compare with")
    if not (plan.before / "ledger").is_dir():
        raise Skipped(f"{plan.before} is no checkout of Longcase")
    return plan.before.resolve()


class Appender:
    """A process that appends entries to a store of its own when it is told to."""

    def __init__(self, home: Path, location: str) -> None:
        """Start it with the code of a checkout."""
        command = [sys.executable, "-c", _APPENDING, str(home), location]
        self._process = subprocess.Popen(
            command, cwd=home, env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def take(self, count: int) -> tuple[float, float]:
        """Append so many, each in a transaction; return the seconds by the clock and of its processor."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise Skipped("a process that appends has ended; what it said stands above")
        wall, processor = map(float, line.split())
        return wall, processor

    def __enter__(self) -> Self:
        """Append a few, so that all is loaded."""
        self.take(20)
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def _homes(plan: Plan) -> dict[str, Path]:
    return {NOW: PROJECT, BEFORE: checkout(plan)}


def append(plan: Plan) -> Result:
    """Record actions on cases in a file, one a transaction."""
    folder = plan.folder("log-append")
    with appenders(_homes(plan), {NOW: str(folder / "now.db"), BEFORE: str(folder / "before.db")}) as made:
        return _compared("log-append", "actions on cases in a file", made, plan.rounds(40))


def postgres_append(plan: Plan) -> Result:
    """Append entries on a server, one a transaction, by the recorder."""
    import psycopg

    homes = _homes(plan)
    with server(plan, "log-postgres-append") as own:
        with psycopg.connect(own.url("postgres"), autocommit=True) as admin:
            for name in ("now", "before"):
                admin.execute(f"CREATE DATABASE {name}")
        with appenders(homes, {NOW: own.url("now"), BEFORE: own.url("before")}) as made:
            return _compared("log-postgres-append", "entries on a server", made, plan.rounds(40))


@contextmanager
def appenders(homes: Mapping[str, Path], places: Mapping[str, str]) -> Iterator[dict[str, Appender]]:
    """Lend a process for each checkout."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(Appender(homes[name], places[name])) for name in homes}


def _compared(name: str, what: str, made: Mapping[str, Appender], rounds: int) -> Result:
    walls: dict[str, list[float]] = {one: [] for one in made}
    processors: dict[str, list[float]] = {one: [] for one in made}
    for number in range(rounds):
        for one in sorted(made, reverse=bool(number % 2)):
            wall, processor = made[one].take(EACH_ROUND)
            walls[one].append(wall)
            processors[one].append(processor)
    result = Result(name, f"{what}, one a transaction", "ms each", medians(walls, EACH_ROUND), rounds)
    used = medians(processors, EACH_ROUND)
    ratio = statistics.median(ratios(processors, BEFORE, NOW))
    alone = {**used, f"{BEFORE} / {NOW}": ratio}
    result.details = {"of the process alone, ms": {one: round(value, 4) for one, value in alone.items()}}
    return faster(result, walls, NOW, BEFORE, ENOUGH)


def act(plan: Plan) -> Result:
    """Start, record one action, end."""
    return _started(plan, "log-act", ["act", reference(1), "child-seen", "--outcome", "done"])


def timeline(plan: Plan) -> Result:
    """Start, show one case's timeline, end."""
    return _started(plan, "log-timeline", ["timeline", reference(1)])


def _started(plan: Plan, name: str, words: Sequence[str]) -> Result:
    """Compare the processor time of whole commands, in turn, after one run of each."""
    folder, commands = plan.folder(name), {}
    for one, home in _homes(plan).items():
        store = folder / f"{one.replace(' ', '-')}.db"
        run([sys.executable, "-c", _STORE, str(home), str(store), str(FEW), str(ENTRIES - 3)])
        commands[one] = [sys.executable, "-c", _COMMAND, str(home), *words, "--store", str(store)]
        run(commands[one])
    taken: dict[str, list[float]] = {one: [] for one in commands}
    rounds = plan.rounds(41)
    for number in range(rounds):
        for one in sorted(commands, reverse=bool(number % 2)):
            taken[one].append(run(commands[one]).processor)
    result = Result(name, f"longcase {words[0]}, processor time", "ms", medians(taken), rounds)
    return within(result, taken, NOW, BEFORE, LONGEST_START)
