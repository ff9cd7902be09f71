"""``longcase batch`` beside the application's own calls in a loop: one line a transaction, and a thousand."""

from __future__ import annotations

import io
import statistics
import sys
import time
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Final

import msgspec

from benchmarks.actions import ACTOR, Deed, reference
from benchmarks.ledgers import BATCH, BATCH_CASES, BATCH_EACH, DEEDS
from benchmarks.longcase_side import Ours
from benchmarks.measure import Contestant, Result, interleaved, limited, medians, ratios, within
from cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from benchmarks.plan import Plan

LINES: Final = 10_000
CASES: Final = 1_000
TARGET: Final = 1.3
WHOLE, LOOP = "longcase batch", "calls in a loop"


def lines(plan: Plan) -> Result:
    """Record 10,000 actions on 1,000 cases, each in a transaction of its own."""

    def loop(store: Ours) -> None:
        for number, index in _each(CASES, LINES // CASES):
            store.act(number, Deed.of(index))

    what = f"{LINES:,} actions on {CASES:,} cases, one a transaction, until the store is closed"
    return _beside(plan, "batch-lines", what, CASES, loop, _each(CASES, LINES // CASES), 1)


def grouped(plan: Plan) -> Result:
    """Record 10,000 actions, a thousand a transaction, as the benchmark ``batch`` does."""
    groups = LINES // BATCH

    def loop(store: Ours) -> None:
        for _ in range(groups):
            store.batch(range(BATCH_CASES), BATCH_EACH)

    what = f"{LINES:,} actions, {BATCH:,} a transaction, {BATCH_EACH} on each of {BATCH_CASES} cases"
    return _beside(plan, "batch-grouped", what, BATCH_CASES, loop, _each(BATCH_CASES, BATCH_EACH) * groups, BATCH)


def apart(plan: Plan) -> Result:
    """Record 10,000 actions, a thousand a transaction, on other cases in each."""
    groups = LINES // BATCH

    def loop(store: Ours) -> None:
        for group in range(groups):
            store.batch(range(group * BATCH_CASES, (group + 1) * BATCH_CASES), BATCH_EACH)

    what = f"{LINES:,} actions, {BATCH:,} a transaction, {BATCH_EACH} on each of {BATCH_CASES} cases of its own"
    cases = groups * BATCH_CASES
    return _beside(plan, "batch-apart", what, cases, loop, _each(cases, BATCH_EACH), BATCH)


def _each(cases: int, times: int) -> list[tuple[int, int]]:
    """Return so many deeds on each of so many cases, as the number of the case and that of the deed."""
    return [(number, index) for number in range(cases) for index in range(times)]


def _beside(
    plan: Plan,
    name: str,
    what: str,
    cases: int,
    loop: Callable[[Ours], None],
    deeds: list[tuple[int, int]],
    group: int,
) -> Result:
    folder, full = plan.folder(name), max(5, plan.rounds(7))
    paths = {WHOLE: folder / "whole.db", LOOP: folder / "loop.db"}
    for path in paths.values():
        store = Ours(str(path))
        store.open_cases(cases, DEEDS)
        store.close()
    for number in range(full):
        _write(folder / f"{number}.jsonl", deeds, number)
    numbers, processor = iter(range(full)), {WHOLE: list[float](), LOOP: list[float]()}

    def looped() -> None:
        store = Ours(str(paths[LOOP]))
        loop(store)
        store.close()

    def whole() -> None:
        _batch(paths[WHOLE], folder / f"{next(numbers)}.jsonl", folder / "answers", group)

    work = {WHOLE: _clocked(whole, processor[WHOLE]), LOOP: _clocked(looped, processor[LOOP])}
    seconds = interleaved(work, full)
    return _judged(Result(name, what, "ms each", medians(seconds, LINES), full), seconds, processor, paths)


def _clocked(work: Contestant, processor: list[float]) -> Contestant:
    """Return ``work`` with the processor's time that it takes added to a list, in seconds."""

    def clocked() -> None:
        before = time.process_time()
        work()
        processor.append(time.process_time() - before)

    return clocked


def _judged(
    result: Result,
    seconds: Mapping[str, list[float]],
    processor: Mapping[str, list[float]],
    paths: Mapping[str, Path],
) -> Result:
    """Complete ``result``: both the clock's ratio and the processor's must be within the target."""
    within(result, seconds, WHOLE, LOOP, TARGET)
    of_processor = statistics.median(ratios(processor, WHOLE, LOOP))
    limited(result, f"{WHOLE} / {LOOP}, by the processor's time", of_processor, TARGET)
    sizes = {_entries(path) for path in paths.values()}
    assert len(sizes) == 1, f"the stores hold different numbers of entries: {sizes}"
    result.details = {
        "entries in each store afterwards": sizes.pop(),
        "processor's time, ms each": {name: round(one, 3) for name, one in medians(processor, LINES).items()},
    }
    return result


def _entries(path: Path) -> int:
    store = Ours(str(path))
    try:
        return store.entries()
    finally:
        store.close()


def _write(path: Path, deeds: Iterable[tuple[int, int]], number: int) -> None:
    """Write a batch; its first line is of this round alone, and so are the ids of all its lines."""
    with path.open("wb") as out:
        for case, index in deeds:
            line = {"command": "act", "reference": reference(case), **Deed.of(index)._asdict()}
            if out.tell() == 0:
                line["text"] = f"round {number}"
            out.write(msgspec.json.encode(line) + b"\n")


def _batch(store: Path, lines: Path, answers: Path, group: int) -> None:
    """Run ``longcase batch`` in this process, its answers going to a file."""
    who = ("--actor", ACTOR, "--role", "investigator")
    before, talk = sys.stdout, io.StringIO()
    with answers.open("w", encoding="utf-8") as out, redirect_stderr(talk):
        sys.stdout = out
        try:
            code = main(("--store", str(store), "batch", str(lines), "--group", str(group), *who))
        finally:
            sys.stdout = before
    assert code == 0, talk.getvalue()
    with answers.open("rb") as found:
        assert sum(1 for _ in found) == LINES
