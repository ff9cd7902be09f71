"""The question for the stalled cases, beside the same rows fetched by the SQLite driver with plain SQL."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from benchmarks import population
from benchmarks.measure import Contestant, Result, interleaved, medians, ratios, timed, within
from domain.axes import Axes
from domain.deadlines.facts import CONDITION, WAIT
from domain.instant import DAY, FOREVER, Instant
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from projections.intervals.cells import cells_around
from projections.queries.stalled import OF_WAIT, StalledCases, StalledQuery, stalled
from projections.runner import rebuild
from projections.runner.runner import Runner
from projections.tables import checkpoint
from projections.tables.engine import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.plan import Plan, Population

CASES: Final = 100_000
FEWER: Final = 30_000
"""How many cases the smaller of the two stores of a shortened run has."""

INSTANTS: Final = 12
MONTH: Final = 30 * DAY
LONGEST: Final = 800 * DAY
"""No case is open longer: from so long after the first report on, as many are open as there ever will be."""

OURS, RAW, ENDS = (
    "projections.queries.stalled",
    "driver alone, by our index",
    "driver alone, by the interval's ends",
)
SMALL, LARGE = "due", "due, ten times the cases"

_COLUMNS: Final = (
    "c.reference, c.category, c.risk, c.owner, c.team, c.allocated_by, c.valid_from + c.reported_at,"
    ' k.kind, k.name, k.standard, k.key, k."limit", k.since, k.due'
)
_HOLDS: Final = (
    f"{{0}}.valid_from <= :s AND {{0}}.valid_to > :s - {FOREVER}"
    f" AND {{0}}.valid_from + {{0}}.known_from <= :k AND {{0}}.known_to > :k - {FOREVER}"
)
_WAITING: Final = (
    f"SELECT {_COLUMNS} FROM {{clocks}} k JOIN {{cases}} c ON c.stream = k.stream"
    f" WHERE {_HOLDS.format('k')} AND {_HOLDS.format('c')}"
    f" AND k.stalled_from <= :s AND k.kind IN ('{WAIT}', '{CONDITION}')"
)
_LIMITS: Final = {"very high": 3, "high": 7, "medium": 14, "low": 30}
_DAYS: Final = (
    f"CASE c.risk {' '.join(f'WHEN {risk!r} THEN {days}' for risk, days in _LIMITS.items())} ELSE 7 END"
)
"""How long a case may go without work by the rulebook that ships: what the program reckons has no rows."""

_SINCE: Final = "c.valid_from + c.last_activity_at"
_SILENT: Final = (
    "SELECT c.reference, c.category, c.risk, c.owner, c.team, c.allocated_by, c.valid_from + c.reported_at,"
    f" '{WAIT}', 'dormant', 'dormant', '', {_DAYS} || 'd', {_SINCE},"
    f" {_SINCE} + {_DAYS} * {DAY} FROM {{cases}} c WHERE {_HOLDS.format('c')}"
    " AND c.closed_at IS NULL AND c.record IN ('', 'restricted')"
    f" AND {_SINCE} <= :s - {_DAYS} * {DAY}"
)


class Asked:
    """One store, opened, and its question by each contestant."""

    def __init__(self, made: Population) -> None:
        """Open the store and bring its tables up to date."""
        self.made = made
        self.recorder = SQLiteRecorder.open(str(made.path))
        self.runner = Runner(self.recorder)
        self.filling = self._filled()
        self.now = self.recorder.clock()
        with reading(self.runner.engine) as connection:
            generation = checkpoint.in_service(connection).generation
            self.cases, self.clocks = (table.name for table in checkpoint.tables(generation))

    def _filled(self) -> float:
        """Bring the tables up to date, and return how many seconds that took when they were filled."""
        note = self.made.path.with_suffix(".seconds")
        behind = self.runner.status().behind
        if checkpoint_is_old(self.runner):
            rebuild.rebuild(self.runner)
        seconds = timed(self.runner.catch_up)
        if behind:
            note.write_text(repr(seconds), encoding="utf-8")
        return float(note.read_text(encoding="utf-8")) if note.exists() else seconds

    def ours(self, at: Instant) -> StalledCases:
        """Return the answer as the program gives it."""
        return stalled(self.runner, StalledQuery(Axes(at, self.now)))

    def soon(self, at: Instant) -> StalledCases:
        """Return what falls due within a month."""
        return stalled(self.runner, StalledQuery(Axes(at, self.now), due_by=at + MONTH))

    def raw(self, at: Instant) -> list[Any]:
        """Return its rows, found by the index that the tables have."""
        cells = ", ".join(map(str, cells_around(at)))
        waiting = _WAITING.format(clocks=self.clocks, cases=self.cases) + f" AND k.cell IN ({cells})"
        silent = _SILENT.format(cases=self.cases) + f" AND c.cell IN ({cells})"
        execute, bounds = self.recorder.connection.execute, {"s": at, "k": self.now}
        return [row for query in (waiting, silent) for row in execute(query, bounds).fetchall()]


def checkpoint_is_old(runner: Runner) -> bool:
    """Say whether the tables of a store that was kept are of a shape that this version does not read."""
    from projections.tables.schema import SCHEMA

    with reading(runner.engine) as connection:
        found = checkpoint.find(connection)
        return found is not None and found.schema != SCHEMA


@contextmanager
def opened(made: Population) -> Iterator[Asked]:
    """Open a store, and close it at the end."""
    asked = Asked(made)
    try:
        yield asked
    finally:
        asked.recorder.close()


def instants(cases: int, count: int = INSTANTS) -> list[Instant]:
    """Return instants well inside a store of that many cases, the same always."""
    chance = random.Random(population.SEED)
    first = population.first(cases) + LONGEST
    return [chance.randrange(first, population.END - 60 * DAY) for _ in range(count)]


def stalls(plan: Plan) -> Result:
    """Ask as at random instants; the rows must be the same, and ours take a quarter longer at most."""
    made = plan.large(CASES)
    with opened(made) as asked:
        seconds: dict[str, list[float]] = {OURS: [], RAW: [], ENDS: []}
        sizes = []
        with by_ends(plan.folder("stalls") / "ends.db", asked) as ends:
            for at in instants(made.cases, plan.rounds(INSTANTS)):
                sizes.append(_same(asked.ours(at), asked.raw(at), ends(at)))
                _once(
                    seconds, {OURS: _asking(asked.ours, at), RAW: _asking(asked.raw, at), ENDS: _asking(ends, at)}
                )
        result = Result("stalls", f"{made.cases:,} cases, {made.entries:,} entries", "ms", medians(seconds), 3)
        result.rounds = len(seconds[OURS])
        result.details = {
            "rows fetched": _span([rows for rows, _, _ in sizes]),
            "cases stalled": _span([cases for _, cases, _ in sizes]),
            "cases open": _span([count for _, _, count in sizes]),
            f"{OURS} / {ENDS}": round(sorted(ratios(seconds, OURS, ENDS))[result.rounds // 2], 2),
            "filling the tables, s": round(asked.filling, 1),
            "size of the store, MiB": round(made.path.stat().st_size / 2**20),
        }
    faster = min(RAW, ENDS, key=lambda name: result.medians[name])
    return within(result, seconds, OURS, faster, 1.25)


def tenfold(plan: Plan) -> Result:
    """Ask a store with ten times the cases what falls due: the same answer, hardly any later.

    What is stalled would not be the same: closed cases stay so while nobody answers the inspectorate.
    How many cases were asked for is how many the larger one has.
    """
    cases = plan.cases // 10 if plan.cases else CASES if plan.share >= 1 else FEWER
    with opened(plan.population(cases)) as small, opened(plan.population(10 * cases)) as large:
        seconds: dict[str, list[float]] = {SMALL: [], LARGE: []}
        sizes = []
        for at in instants(cases):
            answer = small.soon(at)
            assert answer == large.soon(at), f"the answers as at {at} are not the same"
            sizes.append(len(answer.cases))
            _once(seconds, {SMALL: _asking(small.soon, at), LARGE: _asking(large.soon, at)})
        what = f"{small.made.entries:,} entries and {large.made.entries:,}, the same answer"
        result = Result("stalls-tenfold", what, "ms", medians(seconds), len(seconds[SMALL]))
        result.details = {
            "cases found": _span(sizes),
            "filling the tables, s": [round(one.filling, 1) for one in (small, large)],
            "size of the stores, MiB": [round(one.made.path.stat().st_size / 2**20) for one in (small, large)],
            "seconds to generate the stores": [round(one.made.seconds, 1) for one in (small, large)],
        }
    return within(result, seconds, LARGE, SMALL, 1.2)


def _asking(question: Callable[[Instant], object], at: Instant) -> Contestant:
    return lambda: question(at)


def _once(seconds: dict[str, list[float]], contestants: dict[str, Contestant]) -> None:
    """Add, for each contestant, the least of three times, taken in turn."""
    for name, found in interleaved(contestants, 3).items():
        seconds[name].append(min(found))


def _span(values: list[int]) -> str:
    return f"{min(values):,} to {max(values):,}"


def _same(answer: StalledCases, raw: list[Any], ends: list[Any]) -> tuple[int, int, int]:
    """Check that all three found the same rows; return how many, and how many cases are stalled and open."""
    shown = len(OF_WAIT) - 1  # the driver fetches a child as the table has it
    found = {(case.reference, *cause[:shown]) for case in answer.cases for cause in case.causes}
    waits = [(row[0], *row[8:]) for row in raw if row[7] == WAIT]
    assert sorted(raw, key=repr) == sorted(ends, key=repr), "the two indexes do not find the same"
    assert len(found) == len(waits), "the answer has rows that the driver does not fetch, or lacks some"
    assert found == set(waits), "the answer is not what the driver fetches"
    return len(raw), len(answer.cases), answer.open


@contextmanager
def by_ends(path: Path, asked: Asked) -> Iterator[Callable[[Instant], list[Any]]]:
    """Copy the tables, index them by the two ends of their intervals, and let them be asked."""
    path.unlink(missing_ok=True)
    connection = create(str(path), {})
    connection.execute("ATTACH ? AS store", (str(asked.made.path),))
    for copy, table in (("cases", asked.cases), ("clocks", asked.clocks)):
        connection.execute(f"CREATE TABLE {copy} AS SELECT * FROM store.{table}")
        connection.execute(f"CREATE INDEX {copy}_stream ON {copy} (stream)")
        connection.execute(f"CREATE INDEX {copy}_from ON {copy} (valid_from, valid_to)")
        connection.execute(f"CREATE INDEX {copy}_to ON {copy} (valid_to, valid_from)")
    connection.execute("ANALYZE")
    queries = [query.format(clocks="clocks", cases="cases") for query in (_WAITING, _SILENT)]

    def ask(at: Instant) -> list[Any]:
        bounds = {"s": at, "k": asked.now}
        return [row for query in queries for row in connection.execute(query, bounds).fetchall()]

    try:
        yield ask
    finally:
        connection.close()
        path.unlink()
