"""Cold start: whole commands from start to end, beside Python importing what no command can do without."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from operator import sub
from typing import TYPE_CHECKING

from benchmarks import generate
from benchmarks.measure import Contestant, Result, interleaved, medians, timed, within
from benchmarks.plan import Plan, longcase
from benchmarks.process import run
from domain.axes import Axes
from domain.instant import DAY, Instant, parse
from ledger.sqlite.recorder import SQLiteRecorder
from projections.queries import cases
from projections.queries.cases import CaseQuery
from projections.queries.stalled import StalledQuery, stalled
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FEW, ENTRIES = 100, 12
MANY, ENTRIES_OF_MANY = 10_000, 6
LARGE = 100_000
CLICK = "python -c 'import click'"
BOTH = "python -c 'import click, sqlalchemy'"
REST = "longcase without the query"
FEW_ROWS, ALL_ROWS = "the first 50", "all as JSON"
LIMIT = 50
"""A table's limit, in the contract of the output."""

DAY_ASKED = "2016-03-01"

Query = Callable[[Runner, Instant], object]
"""Asks the tables of a store, as at an instant that may be the one given: now."""


def _program(command: Sequence[str]) -> Contestant:
    return lambda: run(command)


def _python(code: str) -> Contestant:
    return _program([sys.executable, "-c", code])


def _warm(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, list[float]]:
    """Measure after one run of each, so that all bytecode is there and all files are in memory."""
    for contestant in contestants.values():
        contestant()
    return interleaved(contestants, rounds)


def _one_case(plan: Plan, name: str, words: Sequence[str], what: str) -> Result:
    store = plan.folder(name) / "store.db"
    generate.store(str(store), FEW, ENTRIES)
    command = [*longcase(store), *words]
    contestants = {"longcase": _program(command), CLICK: _python("import click")}
    seconds = _warm(contestants, plan.rounds(40))
    result = Result(name, what, "ms", medians(seconds), len(seconds[CLICK]), details={"command": " ".join(words)})
    return within(result, seconds, "longcase", CLICK, 2.5)


def act(plan: Plan) -> Result:
    """Start, record one action, end."""
    words = ["act", generate.reference(1), "child-seen", "--outcome", "done"]
    return _one_case(plan, "cold-act", words, f"longcase act, a store of {FEW} cases")


def timeline(plan: Plan) -> Result:
    """Start, show one case's timeline, end."""
    words = ["timeline", generate.reference(1)]
    return _one_case(plan, "cold-timeline", words, f"longcase timeline, a case of {ENTRIES} entries")


def listing(plan: Plan) -> Result:
    """Start, list the idle cases of a large store, end; judged without the query's own time."""
    store = plan.folder("cold-cases") / "store.db"
    generate.store(str(store), MANY, ENTRIES_OF_MANY)

    def ask(runner: Runner, now: Instant) -> object:
        question = CaseQuery(Axes(now, now), idle_before=now - 30 * DAY, limit=LIMIT)
        return cases.cases(runner, question)

    return _large(plan, "cold-cases", store, ["cases", "--idle-over", "30d"], ask)


def stalls(plan: Plan) -> Result:
    """Start, list the stalled cases of a large store as at a day, end; judged without the query's own time."""
    at = parse(f"{DAY_ASKED}T23:59:59+00:00")

    def ask(runner: Runner, now: Instant) -> object:
        return stalled(runner, StalledQuery(Axes(at, now)))

    store = plan.population(MANY).path
    return _large(plan, "cold-stalled", store, ["stalled", "--as-at", DAY_ASKED], ask)


def few(plan: Plan) -> Result:
    """Start, list the first stalled cases, end; beside all of them, each without what its libraries take."""
    return _few(plan, "cold-few", ["stalled"])


def few_due(plan: Plan) -> Result:
    """Do the same for what falls due within a year: of most cases that are open, something."""
    return _few(plan, "cold-few-due", ["due", "--within", "12mo"])


def few_cases(plan: Plan) -> Result:
    """Do the same for all cases, the longest idle first."""
    return _few(plan, "cold-few-cases", ["cases"])


def _few(plan: Plan, name: str, words: Sequence[str]) -> Result:
    made = plan.large(LARGE)
    asked = [*longcase(made.path), *words, "--as-at", DAY_ASKED]
    contestants = {
        FEW_ROWS: _program([*asked, "--limit", str(LIMIT)]),
        ALL_ROWS: _program([*asked, "--limit", "0", "--format", "json"]),
        BOTH: _python("import click, sqlalchemy"),
    }
    seconds = _warm(contestants, plan.rounds(20))
    for rows in (FEW_ROWS, ALL_ROWS):
        seconds[rows] = list(map(sub, seconds[rows], seconds[BOTH]))
    what = f"longcase {words[0]}, {made.cases:,} cases, less {BOTH}"
    result = Result(name, what, "ms", medians(seconds), len(seconds[BOTH]), details={"command": " ".join(words)})
    return within(result, seconds, FEW_ROWS, ALL_ROWS, 0.3)


def _large(plan: Plan, name: str, store: Path, words: Sequence[str], ask: Query) -> Result:
    command = [*longcase(store), *words]
    first = run(command)
    contestants = {"longcase": _program(command), BOTH: _python("import click, sqlalchemy")}
    seconds = _warm(contestants, plan.rounds(20))
    once, again = _query(store, ask)
    seconds[REST] = [one - again for one in seconds["longcase"]]
    result = Result(name, f"longcase {words[0]}, {MANY:,} cases", "ms", medians(seconds), len(seconds[BOTH]))
    result.details = {
        "the query's own time, ms": round(again * 1e3, 2),
        "the query when asked for the first time, ms": round(once * 1e3, 2),
        "the first listing, which fills the tables unless they were kept, ms": round(first.seconds * 1e3),
        "command": " ".join(words),
    }
    return within(result, seconds, REST, BOTH, 1.3)


def _query(store: Path, ask: Query) -> tuple[float, float]:
    """Return the seconds of the query when asked first, with its preparation, and afterwards."""
    recorder = SQLiteRecorder.open(str(store))
    runner = Runner(recorder)
    runner.catch_up()
    now = recorder.clock()
    times = [timed(lambda: ask(runner, now)) for _ in range(20)]
    recorder.close()
    return times[0], statistics.median(times[1:])
