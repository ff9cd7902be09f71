"""Filling all population tables from nothing on PostgreSQL, beside filling them on SQLite: the same entries."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Result, interleaved, medians, within
from benchmarks.servers import server
from ledger.schema import COLUMNS
from ledger.sqlite.recorder import SQLiteRecorder
from projections.runner.runner import Runner
from projections.tables import checkpoint
from projections.tables.engine import writing

if TYPE_CHECKING:
    from benchmarks.plan import Plan
    from ledger.recorder import LedgerRecorder

CASES: Final = 100_000
OURS, BESIDE = "on PostgreSQL", "on SQLite"
TARGET: Final = 1.5
TOGETHER: Final = 20_000


def filling(plan: Plan) -> Result:
    """Fill the tables of both engines anew in each round, and compare what came out at the end."""
    from ledger.postgresql.recorder import PostgresRecorder
    from ledger.postgresql.setup import set_up

    made = plan.large(CASES)
    copy = plan.folder("filling") / "store.db"
    shutil.copy(made.path, copy)
    with ExitStack() as stack:
        own = stack.enter_context(server(plan, "postgres-fill"))
        set_up(own.url("postgres"), {"zone": "UTC"})
        beside = SQLiteRecorder.open(str(copy))
        stack.callback(beside.close)
        ours = PostgresRecorder.open(own.url("postgres"))
        stack.callback(ours.close)
        _copy(beside, ours)
        fills = {OURS: Fill(ours), BESIDE: Fill(beside)}
        seconds = interleaved(fills, plan.rounds(5))
        assert fills[OURS].rows == fills[BESIDE].rows, "the engines have different numbers of rows"
        what = f"{made.cases:,} cases, {made.entries:,} entries: all tables from nothing"
        result = Result("postgres-fill", what, "s", medians(seconds, scale=1), len(seconds[OURS]))
        result.details = {"rows in the tables": fills[OURS].rows}
    return within(result, seconds, OURS, BESIDE, TARGET)


def _copy(source: SQLiteRecorder, target: LedgerRecorder) -> None:
    rows = source.connection.execute(f"SELECT {COLUMNS} FROM entry ORDER BY position")
    with target.transaction():
        while some := list(islice(rows, TOGETHER)):
            target.put_back(some)


class Fill:
    """Fills the tables of a store as if they were of an older shape."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        """Fill them once, so that there are some to be made anew."""
        self._runner = Runner(recorder)
        self._runner.catch_up()
        self.rows = 0

    def __call__(self) -> None:
        """Fill them anew."""
        with writing(self._runner.engine) as connection:
            checkpoint.move(connection, schema=0)
        self._runner.catch_up()
        self.rows = self._runner.status().rows
