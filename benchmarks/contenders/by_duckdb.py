"""The question in SQL, to DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

from benchmarks.contenders.shell import DAYS, UNALLOCATED, UNASSESSED, compete

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_CASES: Final = " ".join(f"WHEN '{risk}' THEN {days}" for risk, days in DAYS.items())
QUERY: Final = f"""
WITH seen AS (SELECT * FROM events WHERE occurred_at <= $at),
cases AS (
    SELECT
        "case",
        arg_max(event, occurred_at) FILTER (event IN ('resolved', 'reopened')) AS ending,
        max(occurred_at) FILTER (counts) AS worked,
        arg_max(risk, occurred_at) FILTER (risk IS NOT NULL) AS risk,
        max(occurred_at) FILTER (event = 'allocated') AS allocated
    FROM seen GROUP BY "case"
),
still_open AS (SELECT * FROM cases WHERE ending IS DISTINCT FROM 'resolved')
SELECT "case" FROM still_open
WHERE worked + to_days(CASE risk {_CASES} ELSE {UNASSESSED} END) <= $at
UNION
SELECT "case" FROM still_open JOIN seen USING ("case")
WHERE event IN ('reported', 'returned') AND occurred_at <= $before
AND (allocated IS NULL OR occurred_at > allocated)
"""


def load(path: str) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that holds the events."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute("CREATE TABLE events AS SELECT * FROM read_csv(?, header = true)", [path])
    return database


def ask(database: duckdb.DuckDBPyConnection, at: datetime) -> Iterable[str]:
    """Return the cases that the question is about."""
    found = database.execute(QUERY, {"at": at, "before": at - UNALLOCATED}).fetchall()
    return {name for (name,) in found}


if __name__ == "__main__":
    compete(duckdb.__version__, load, ask)
