"""``python -m benchmarks [NAME...]``: run the benchmarks, print their figures, keep them as JSON if asked."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks import (
    batching,
    before,
    cold,
    filling,
    importing,
    late,
    ledgers,
    log,
    memory,
    other_tools,
    rebuild,
    servers,
    stalls,
    verifying,
)
from benchmarks.environment import environment, load
from benchmarks.plan import Plan, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Result

BENCHMARKS: dict[str, Callable[[Plan], Result]] = {
    "append": ledgers.append,
    "batch": ledgers.batch,
    "batch-lines": batching.lines,
    "batch-grouped": batching.grouped,
    "batch-apart": batching.apart,
    "replay": ledgers.replay,
    "cold-act": cold.act,
    "cold-timeline": cold.timeline,
    "cold-cases": cold.listing,
    "cold-stalled": cold.stalls,
    "cold-few": cold.few,
    "cold-few-due": cold.few_due,
    "cold-few-cases": cold.few_cases,
    "import": importing.importing,
    "stalls": stalls.stalls,
    "stalls-tenfold": stalls.tenfold,
    "rivals": other_tools.rivals,
    "rebuild": rebuild.rebuilding,
    "late": late.late,
    "memory": memory.memory,
    "verify": verifying.verifying,
    "log-proofs": log.proofs,
    "log-verify": log.verification,
    "log-append": before.append,
    "log-postgres-append": before.postgres_append,
    "log-act": before.act,
    "log-timeline": before.timeline,
    "postgres-append": servers.append,
    "postgres-batch": servers.batch,
    "postgres-commits": servers.commits,
    "postgres-fill": filling.filling,
}


GROUPS = {
    "log": [*(name for name in BENCHMARKS if name.startswith("log-")), "verify", "append", "postgres-append"],
}
"""Benchmarks that are asked for together."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line says; an unknown name ends the program."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"which to run (default: all): {_names()}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--share", type=float, default=1.0, help="of the rounds of a full run, such as 0.2")
    parser.add_argument("--folder", type=Path, help="where to keep the stores meanwhile: a real disk, not memory")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the large stores there, for another run"
    )
    parser.add_argument(
        "--pm4py-python", metavar="PATH", help="a Python that has pm4py, to compare imports with it"
    )
    parser.add_argument(
        "--before", type=Path, metavar="CHECKOUT", help="of Longcase as it was, to compare the log's cost with"
    )
    parser.add_argument(
        "--cases", type=int, metavar="N", help="how many cases the large store has (default: 100000)"
    )
    parser.add_argument("--rivals-python", metavar="PATH", help="a Python that has pandas, polars and DuckDB")
    found = parser.parse_args(given)
    found.name = [name for one in found.name for name in GROUPS.get(one, [one])]
    if unknown := set(found.name) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    return found


def _names() -> str:
    groups = (f"{name} for {', '.join(those)}" for name, those in GROUPS.items())
    return ", ".join([*BENCHMARKS, *groups])


def main(given: Sequence[str] | None = None) -> int:
    """Run what is asked for; return 1 if a figure misses its target."""
    asked = arguments(given)
    with tempfile.TemporaryDirectory(prefix="longcase-", dir=asked.folder) as folder:
        programs = asked.pm4py_python, asked.keep, asked.cases, asked.rivals_python, asked.before
        plan = Plan(Path(folder), asked.share, *programs)
        # Where the programs that are started keep their bytecode: neither in the checkout nor lost.
        os.environ["PYTHONPYCACHEPREFIX"] = str(plan.folder("bytecode"))
        found = environment(plan.stores)
        _show("measured on", found)
        results, skipped = _run(asked.name or list(BENCHMARKS), plan)
        found["load at the end"] = load()
        print(f"\nload at the end: {found['load at the end']}, at the start: {found['load']}")
    if asked.json:
        report = {"environment": found, "results": results, "skipped": skipped}
        asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    missed = [result.name for result in results if result.met is False]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nno target missed")
    return 1 if missed else 0


def _run(names: Sequence[str], plan: Plan) -> tuple[list[Result], dict[str, str]]:
    results: list[Result] = []
    skipped: dict[str, str] = {}
    for name in names:
        try:
            results.append(BENCHMARKS[name](plan))
        except Skipped as reason:
            skipped[name] = str(reason)
            print(f"\n{name}: not run: {reason}")
        else:
            _print(results[-1])
        sys.stdout.flush()
    return results, skipped


def _print(result: Result) -> None:
    print(f"\n{result.name}: {result.what}")
    for name, value in result.medians.items():
        print(f"  {name:<34} {value:10.3f} {result.unit}   (median of {result.rounds} rounds)")
    if result.ratio is not None and result.ratio_quartiles is not None:
        low, high = result.ratio_quartiles
        verdict = "met" if result.ratio_met else "MISSED"
        print(f"  {result.ratio_of}: {result.ratio:.2f} (quartiles {low:.2f} to {high:.2f})")
        print(f"  wanted: {result.wanted} {result.target}: {verdict}")
    for limit in result.limits:
        found = "not measured" if limit.value is None else f"{limit.value:.2f}"
        print(f"  {limit.name}: {found}, wanted: at most {limit.most}: {'met' if limit.met else 'MISSED'}")
    _show("also", result.details, "  ")


def _show(title: str, values: dict[str, Any], indent: str = "") -> None:
    print(f"{indent}{title}:")
    for name, value in values.items():
        if isinstance(value, dict) and any(isinstance(one, dict) for one in value.values()):
            _show(name, value, indent + "  ")
        else:
            print(f"{indent}  {name}: {_worded(value)}")


def _worded(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
