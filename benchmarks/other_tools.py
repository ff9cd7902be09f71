"""The stalled cases of two causes, beside other tools that answer the same question from the same events.

They get the events as believed now, corrections applied, of the cases that were never paused, in one CSV
file: none of them knows what was believed when, nor lets a clock stand. Each loads and answers in a process
of its own. All answers must be the same.
"""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from functools import partial
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any, Final, Self

from benchmarks.measure import Result, limited, medians, timed, within
from benchmarks.plan import PROJECT, Plan, Skipped
from benchmarks.process import Watch, environment
from benchmarks.stalls import Asked, instants, opened
from domain.axes import Axes
from domain.cases.belief import believe
from domain.cases.events import Paused, Reported, RiskAssessed
from domain.cases.fold import activity
from domain.codec import entry_of
from domain.instant import Instant, iso
from projections.queries.stalled import StalledCases, StalledQuery, stalled
from projections.tables.rows import cases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from domain.event import Entry

    Answer = tuple[float, list[str]]
    Question = Callable[[Instant], Answer]

CASES: Final = 100_000
QUESTIONS: Final = 5
TIMES: Final = 4
MOST: Final = 1.5
CAUSES: Final = ("unallocated", "dormant")
OURS: Final = "longcase"
RIVALS: Final = ("pandas", "polars", "duckdb", "pm4py")
COLUMNS: Final = ("case", "event", "occurred_at", "risk", "counts")


def rivals(plan: Plan) -> Result:
    """Ask each tool that is installed, in turn with ours; fail if any of them answers otherwise."""
    made = plan.large(CASES)
    file = plan.folder("rivals") / "events.csv"
    with ExitStack() as stack:
        asked = stack.enter_context(opened(made))
        paused = write(file, asked)
        theirs, missing = _started(plan, file, stack)
        asking = {OURS: partial(_ours, asked, paused)} | {name: one.ask for name, one in theirs.items()}
        seconds, counts = _measured(asking, instants(made.cases, QUESTIONS))
        peaks = {name: one.stop() for name, one in theirs.items()}
    what = f"who waits for an owner or for work, {made.entries:,} entries"
    result = Result("rivals", what, "ms", medians(seconds), len(seconds[OURS]))
    result.details = {
        "cases found, the same by all": counts,
        "size of the file, MiB": round(file.stat().st_size / 2**20),
        "filling our tables, s": round(asked.filling, 1),
        "each": {name: one.told | {"peak of memory, MiB": peaks[name]} for name, one in theirs.items()},
        "not run": missing or "none",
    }
    if not theirs:
        return limited(result, "longcase / the fastest of the others", None, MOST)
    return within(result, seconds, OURS, min(theirs, key=lambda name: result.medians[name]), MOST)


def _started(plan: Plan, file: Path, stack: ExitStack) -> tuple[dict[str, Rival], dict[str, str]]:
    """Return the tools that have loaded the file, and why the others have not."""
    found, missing = dict[str, Rival](), dict[str, str]()
    for name in RIVALS:
        python = plan.pm4py_python if name == "pm4py" else plan.rivals_python
        try:
            found[name] = stack.enter_context(Rival(python or sys.executable, name, file))
        except Skipped as reason:
            missing[name] = str(reason)
    return found, missing


def _measured(
    asking: Mapping[str, Question], asked_at: list[Instant]
) -> tuple[dict[str, list[float]], list[int]]:
    """Return how many seconds each took each time, and how many cases there were at each instant."""
    seconds: dict[str, list[float]] = {name: [] for name in asking}
    counts, names = list[int](), list(asking)
    for at in asked_at:
        for number in range(TIMES):
            first = number % len(names)
            found = {name: asking[name](at) for name in names[first:] + names[:first]}
            for name, (took, answer) in found.items():
                assert answer == found[OURS][1], f"{name} does not find the same cases as at {at}"
                seconds[name].append(took)
        counts.append(len(asking[OURS](at)[1]))
    return seconds, counts


def _ours(asked: Asked, paused: set[str], at: Instant) -> Answer:
    """Ask the tables for the two causes; what is said of cases that were ever paused is left out afterwards."""
    answers = list[StalledCases]()
    took = timed(lambda: answers.append(stalled(asked.runner, StalledQuery(Axes(at, asked.now), causes=CAUSES))))
    return took, sorted({case.reference for case in answers[0].cases} - paused)


class Rival:
    """Another tool in a process of its own, which has the file loaded and is asked one instant at a time."""

    def __init__(self, python: str, name: str, file: Path) -> None:
        """Start it and wait until it has loaded the file; raise ``Skipped`` if it cannot."""
        command = [python, "-W", "ignore", "-m", f"benchmarks.contenders.by_{name}", str(file)]
        self._process = Popen(
            command, cwd=PROJECT, env=environment(), text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        self._watch = Watch(self._process.pid)
        self.told = self._answer()

    def ask(self, at: Instant) -> Answer:
        """Return how many seconds the answer took, by its own clock, and the cases found."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{at}\n")
        self._process.stdin.flush()
        told = self._answer()
        return told["seconds"], told["cases"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            found: dict[str, Any] = json.loads(line)
            return found
        _, errors = self._process.communicate()
        self._watch.stop()
        raise Skipped(errors.strip().rpartition("\n")[2] or "it said nothing")

    def stop(self) -> int:
        """Let it end; return the peak of its memory in MiB."""
        peak = round(self._watch.stop())
        self._process.communicate()
        return peak

    def __enter__(self) -> Self:
        """Lend it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whatever happened."""
        self._process.kill()
        self._process.communicate()


def write(file: Path, asked: Asked) -> set[str]:
    """Write the events that are believed now, in order of time; return the cases left out, which were paused."""
    ledger, rows, paused = asked.recorder, list[tuple[Instant, int, list[str]]](), set[str]()
    for stream in cases(ledger.streams_since(0, ledger.head()[0]), lambda _: None):
        entries = [entry_of(one) for one in stream]
        reference = next(one.event.reference for one in entries if isinstance(one.event, Reported))
        if any(isinstance(one.event, Paused) for one in entries):
            paused.add(reference)
        else:
            rows.extend((one.occurred_at, one.version, _row(reference, one)) for one in believe(entries).entries)
    rows.sort()
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(row for _, _, row in rows)
    return paused


def _row(reference: str, entry: Entry) -> list[str]:
    event = entry.event
    risk = event.risk if isinstance(event, RiskAssessed) else ""
    return [reference, entry.name, _moment(entry.occurred_at), risk, str(activity(entry) is not None).lower()]


def _moment(at: Instant) -> str:
    """Return an instant in UTC, always to the microsecond."""
    text = iso(at)
    return text if "." in text else text.replace("+00:00", ".000000+00:00")
