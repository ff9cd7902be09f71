"""How much memory commands hold at their peak, all their processes together, in a store of ten times the cases.

What is bounded by a batch takes as much in the larger store as in the smaller one.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Result, limited, quartiles
from benchmarks.plan import Skipped, longcase
from benchmarks.process import PROC, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.plan import Plan

FEWER: Final = 10_000
CASES: Final = 100_000
MOST_GROWTH: Final = 1.2
"""How much more a command may hold where there are ten times as many cases."""

MOST_OF_A_REBUILD: Final = 250
"""In MiB."""

EMPTY: Final = "--version"
REBUILD: Final = "projections rebuild"
ROUND: Final = "memory"
COMMANDS: Final = {
    REBUILD: REBUILD,
    "cases --format csv": "cases --format csv",
    "cases --format json": "cases --format json",
    "stalled --format csv": "stalled --format csv",
    "stalled --format json": "stalled --format json",
    "audit --format csv": "audit --format csv",
    "audit --format json": "audit --format json",
    "export --format csv": "export --format csv",
    "export --format jsonl": "export --format jsonl",
    "export --format xes": "export --format xes",
    "export --open": "export --open --format jsonl",
    "archive": "archive -",
    "backup": "backup {folder}/backup.db --force",
    "inspection sample": f"inspection sample {ROUND} --size 100 --seed 7 {{who}}",
    "inspection report": f"inspection report {ROUND} --format json",
    "doctor": "doctor",
    "doctor --deep": "doctor --deep",
}
"""What is measured, by its name in the report; ``{who}`` is who records, ``{folder}`` where a backup goes."""


def memory(plan: Plan) -> Result:
    """Run each command once in a store of so many cases and in one of ten times as many."""
    if not PROC.exists():
        raise Skipped("this system does not tell how much memory a process held")
    few, many = (dict(_peaks(plan, cases)) for cases in (FEWER, CASES))
    growth = {name: many[name] / few[name] for name in COMMANDS}
    worst = max(growth, key=lambda name: growth[name])
    empty = f"longcase {EMPTY}"
    what = f"peak of memory, all processes together, {CASES:,} cases"
    result = Result("memory", what, "MiB", {empty: many[EMPTY], **{name: many[name] for name in COMMANDS}}, 1)
    result.ratio, result.ratio_quartiles = growth[worst], quartiles(list(growth.values()))
    result.ratio_of = f"{worst}: {CASES:,} cases / {FEWER:,}, the most that any grows"
    result.target, result.wanted = MOST_GROWTH, "at most"
    result.met = result.ratio_met
    result.details = {
        f"more than {MOST_GROWTH} times as much": {
            name: round(times, 2) for name, times in growth.items() if times > MOST_GROWTH
        },
        f"MiB in the store of {FEWER:,} cases": {name: round(few[name]) for name in COMMANDS},
    }
    return limited(result, "a rebuild, MiB", many[REBUILD], MOST_OF_A_REBUILD)


def _peaks(plan: Plan, cases: int) -> Iterator[tuple[str, float]]:
    """Yield each command with its peak in MiB, in a copy of the store, its tables current."""
    folder = plan.folder(f"memory-{cases}")
    store = folder / "store.db"
    shutil.copy(plan.population(cases).path, store)
    for words in ("cases --limit 1", f"inspection open {ROUND} {{who}}"):
        run(_command(store, words))
    for name, words in {EMPTY: EMPTY, **COMMANDS}.items():
        yield name, _peak(store, words)
    shutil.rmtree(folder)


def _peak(store: Path, words: str) -> float:
    done = run(_command(store, words), watched=True, kept=False)
    return done.peak or 0.0


def _command(store: Path, words: str) -> list[str]:
    """Return a command line; whoever records confirms what day it is, years after the last entry."""
    who = f"--role inspectorate --today {datetime.now(UTC).date()}"
    return [*longcase(store), *words.format(folder=store.parent, who=who).split()]
