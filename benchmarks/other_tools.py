"""The stalled cases of two causes, beside other tools that answer the same question from the same events.

They get the events as believed now, corrections applied, of the cases that were never paused, in one CSV
file: none of them knows what was believed when, nor lets a clock stand. Each loads and answers in a process
of its own. All answers must be the same.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import Result, limited, timed
from benchmarks.plan import Plan, Skipped
from benchmarks.process import Run, run
from benchmarks.stalls import Asked, instants, opened
from domain.axes import Axes
from domain.cases.belief import believe
from domain.cases.events import Paused, Reported, RiskAssessed
from domain.cases.fold import activity
from domain.codec import entry_of
from domain.instant import Instant, iso
from projections.queries.stalled import StalledQuery, stalled
from projections.tables.rows import cases

if TYPE_CHECKING:
    from pathlib import Path

    from domain.event import Entry

CASES: Final = 100_000
QUESTIONS: Final = 5
TIMES: Final = 3
MOST: Final = 1.5
CAUSES: Final = ("unallocated", "dormant")
OURS: Final = "longcase"
RIVALS: Final = ("pandas", "polars", "duckdb", "pm4py")
COLUMNS: Final = ("case", "event", "occurred_at", "risk", "counts")


def rivals(plan: Plan) -> Result:
    """Ask each tool that is installed; fail if any of them answers otherwise."""
    made = plan.large(CASES)
    file = plan.folder("rivals") / "events.csv"
    asked_at = instants(made.cases, QUESTIONS)
    with opened(made) as asked:
        paused = write(file, asked)
        found = {OURS: _ours(asked, asked_at, paused)}
    for name in RIVALS:
        found[name] = _theirs(plan, name, file, asked_at)
    result = Result(
        "rivals", f"who waits for an owner or for work, {made.entries:,} entries", "ms", {}, QUESTIONS
    )
    result.medians = {
        name: statistics.median(one["queries"]) * 1e3 for name, one in found.items() if "queries" in one
    }
    for name in result.medians:
        assert found[name]["cases"] == found[OURS]["cases"], f"{name} does not find the same cases"
    result.details = {
        "cases found, the same by all": [len(one) for one in found[OURS]["cases"]],
        "size of the file, MiB": round(file.stat().st_size / 2**20),
        "each": {name: _told(one) for name, one in found.items()},
    }
    fastest = (
        min(value for name, value in result.medians.items() if name != OURS) if len(result.medians) > 1 else None
    )
    beside = None if fastest is None else result.medians[OURS] / fastest
    return limited(result, "longcase / the fastest of the others", beside, MOST)


def _told(one: dict[str, Any]) -> dict[str, Any]:
    if "queries" not in one:
        return {"not run": one["why"]}
    query = statistics.median(one["queries"]) * 1e3
    return {
        "version": one["version"],
        "load, s": round(one["load"], 1),
        "query, ms": round(query, 1),
        "peak of memory, MiB": one["peak"],
    }


def _ours(asked: Asked, instants: list[Instant], paused: set[str]) -> dict[str, Any]:
    """Ask the tables for the two causes; what is said of cases that were ever paused is left out afterwards."""
    wanted = [StalledQuery(Axes(at, asked.now), causes=CAUSES) for at in instants]
    queries = []
    for one in wanted:
        times = [timed(lambda one=one: stalled(asked.runner, one)) for _ in range(TIMES)]  # type: ignore[misc]  # bound at once
        queries.append(statistics.median(times))
    answers = [{case.reference for case in stalled(asked.runner, one).cases} - paused for one in wanted]
    return {
        "version": "here",
        "load": asked.filling,
        "queries": queries,
        "cases": [sorted(one) for one in answers],
        "peak": "not measured",
    }


def _theirs(plan: Plan, name: str, file: Path, instants: list[Instant]) -> dict[str, Any]:
    python = plan.pm4py_python if name == "pm4py" else plan.rivals_python
    command = [python or sys.executable, "-W", "ignore", "-m", f"benchmarks.contenders.by_{name}", str(file)]
    try:
        done: Run = run([*command, *map(str, instants)], watched=True)
    except Skipped as reason:
        return {"why": str(reason)}
    told: dict[str, Any] = json.loads(done.output)
    return told | {"peak": None if done.peak is None else round(done.peak)}


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
