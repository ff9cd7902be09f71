"""Put the clock back and forth under a writing process, and look what becomes of the order of knowledge.

libfaketime stands between the process and its clock, and reads from a file how far that is off. Whatever the
clock does, nothing is recorded before what was recorded already, and what was known before the last entry was
recorded stays what was known then. (While a clock is behind, entries are recorded at the instant of the last one
before: they are known from then on.)
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from domain.instant import DAY, SECOND, iso
from ledger.integrity.sequence import AHEAD_SECONDS
from ledger.reader import now
from ledger.stores import create, open_reader
from tests.faults import queries
from tests.faults.outcome import NotRun, Outcome
from tests.faults.sigkill import check, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.instant import Instant

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = (
    "usr/lib/*/faketime/libfaketime.so.1",
    "usr/lib*/faketime/libfaketime.so.1",
    "usr/local/lib/faketime/*.so.1",
)
START_SECONDS = 30.0
"""How long a worker may take to its first acknowledgement before something is wrong."""

QUESTIONS = (("cases",), ("stalled",), ("timeline", "CASE-0"), ("audit", "--case", "CASE-1"))
SHOWN = (("stalled",), ("timeline", "CASE-0"))
"""What is asked under the clock that is wrong."""


class Jump(NamedTuple):
    """What the clock is set to, in microseconds UTC, and in words."""

    to: Instant
    what: str


class Known(NamedTuple):
    """What was known at an instant, by its answers at the time."""

    at: Instant
    answers: list[tuple[int, str]]


def library() -> str:
    """Return the path of libfaketime; raise ``NotRun`` where it is not installed."""
    for pattern in LIBRARIES:
        for path in sorted(Path("/").glob(pattern)):
            return str(path)
    raise NotRun("libfaketime is not installed (Debian package faketime)")


def change(year: int, month: int) -> Instant:
    """Return when the clocks of Europe/London change: the last Sunday of a month of 31 days, at one in UTC."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return (int(last.timestamp()) - (last.isoweekday() % 7) * 86_400) * SECOND


def jumps(chance: random.Random) -> list[Jump]:
    """Return a year's jumps: over both changes of the clocks, back 400 days and forward a day, and back again."""
    year = chance.randrange(2024, 2035)
    spring, autumn = change(year, 3) - SECOND // 10, change(year, 10) - SECOND // 10
    later = spring + chance.randrange(30) * DAY
    middle = [
        Jump(later - 400 * DAY, "-400 days"),
        Jump(later, "right again"),
        Jump(later + DAY, "+1 day"),
        Jump(later, "right again"),
    ]
    if chance.random() < 0.5:
        middle = middle[2:] + middle[:2]
    end = [Jump(autumn, "summer time ends"), Jump(autumn - 400 * DAY, "-400 days"), Jump(autumn + DAY, "+1 day")]
    return [Jump(spring, "summer time begins"), *middle, *end]


SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], max(0.0, seconds))\n"
"""What every process under libfaketime loads first.

Python sleeps until an instant of the monotonic clock; libfaketime 0.9.10 takes that for one of the clock that it
shifts, and the system refuses it. No clock of a system without it does that.
"""


class Clock:
    """The clock of the processes that are started with its environment."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "offset"
        (folder / "sitecustomize.py").write_text(SLEEP)
        self.environment = {
            **os.environ,
            "TZ": "UTC",
            "LD_PRELOAD": library(),
            "PYTHONPATH": str(folder),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, to: Instant) -> None:
        """Let it show an instant now, and run on from there, also in processes that run."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{to / SECOND - time.time():+.6f}")
        new.replace(self.file)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python under this clock."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def holds(self, to: Instant) -> None:
        """Assert that a process sees the clock that was set."""
        shown = float(self.run("-c", "import time; print(time.time())").stdout)
        assert abs(shown - to / SECOND) < 20, f"the clock shows {shown}, not {to / SECOND}"


class Writer:
    """A worker that records until it is stopped, and what it acknowledged."""

    def __init__(self, clock: Clock, path: str, first: int, log: Path) -> None:
        self.first, self.log = first, log
        command = [sys.executable, "-m", "tests.faults.worker", path, str(first), "1"]
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=clock.environment, stdout=out)
        self.after(0)

    def acknowledged(self) -> int:
        """Return how many commands it and those before it acknowledged."""
        return self.first + self.log.read_bytes().count(b"\n")

    def after(self, number: int) -> None:
        """Wait until it has acknowledged another command than ``number``."""
        until = time.monotonic() + START_SECONDS
        while self.acknowledged() <= max(number, self.first):
            assert self.process.poll() is None, "the worker failed"
            assert time.monotonic() < until, "the worker records nothing"
            time.sleep(0.01)

    def stop(self) -> int:
        """Kill it, and return how many commands are acknowledged."""
        self.process.kill()
        self.process.wait()
        return self.acknowledged()


def known(path: str) -> Known:
    """Return what is known just before the last entry was recorded: nothing may be added to that."""
    reader = open_reader(path)
    at = reader.head()[1] - 1
    reader.close()
    return Known(at, answers(path, at))


def answers(path: str, at: Instant) -> list[tuple[int, str]]:
    """Return the answers as at and as known at an instant."""
    axes = ("--as-at", iso(at), "--known-at", iso(at), "--format", "json")
    found = [queries.ask(path, *question, *axes) for question in QUESTIONS]
    return [(one.code, one.out) for one in found]


def shown(clock: Clock, path: str) -> None:
    """Assert that reading commands answer under the clock as it is."""
    for command in SHOWN:
        done = clock.run("-m", "cli.main", "--store", path, *command)
        assert done.returncode == 0, f"{command}: {done.stderr}"


def played(path: str, planned: list[Jump], chance: random.Random, folder: Path) -> Iterator[Known | int]:
    """Make the jumps, between commands or during them; yield what was known before each, last the commands."""
    clock, log = Clock(folder), folder / "acknowledged"
    writer = None
    acknowledged = 0
    for jump in planned:
        if writer is not None and chance.random() < 0.4:
            acknowledged, writer = writer.stop(), None
        clock.set(jump.to)
        if writer is None:
            clock.holds(jump.to)
            clock.set(jump.to)
            writer = Writer(clock, path, acknowledged, log)
        else:
            writer.after(writer.acknowledged() + 1)
        time.sleep(chance.uniform(0.1, 0.2))
        shown(clock, path)
        yield known(path)
    assert writer is not None
    yield writer.stop()


def figures_of(path: str) -> Counter[str]:
    """Return how the recording times went; assert that the jumps left their marks in them."""
    reader = open_reader(path)
    times = [row[0] for row in reader.rows("SELECT recorded_at FROM entry ORDER BY position")]
    reader.close()
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert min(steps) >= 0, "the time of recording went back"
    standing, forward = sum(step == 0 for step in steps), sum(step > DAY // 2 for step in steps)
    assert standing > 5, "the clock never went back"
    assert forward >= 1, "the clock never went forward"
    return Counter({"entries": len(times), "entries while the clock was behind": standing})


def examined(path: str) -> None:
    """Assert that ``doctor --deep`` says whether the jumps have left the store ahead of the clock, no more."""
    reader = open_reader(path)
    ahead = reader.head()[1] - now() > AHEAD_SECONDS * SECOND
    reader.close()
    answer = queries.ask(path, "doctor", "--deep", "--format", "json")
    assert answer.code == (5 if ahead else 0)
    found = json.loads(answer.out)["items"]
    assert [one["check"] for one in found if not one["ok"]] == ["clock"] * ahead


def campaign(chance: random.Random, planned: list[Jump]) -> Counter[str]:
    """Make jumps under a process that fills a new store, and look at it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = str(folder / "store.db")
        create(path, {"zone": "Europe/London"})
        *before, last = played(path, planned, chance, folder)
        assert isinstance(last, int)
        check(path, last)
        for one in before:
            assert isinstance(one, Known)
            assert answers(path, one.at) == one.answers, f"what was known at {iso(one.at)} has changed"
        verify(path, last)
        examined(path)
        return figures_of(path) + Counter({"jumps": len(before)})


def run(count: int, seed: int) -> Outcome:
    """Make a year's jumps ``count`` times."""
    library()
    chance = random.Random(seed)
    figures = sum((campaign(chance, jumps(chance)) for _ in range(count)), Counter[str]())
    return Outcome("clockjump", count, {**figures, "lost": 0})
