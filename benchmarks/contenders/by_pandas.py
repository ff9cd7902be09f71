"""The question in pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.contenders.shell import DAYS, UNALLOCATED, UNASSESSED, compete

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

TYPES = {"case": "category", "event": "category", "risk": "category", "counts": "bool"}


def load(path: str) -> pd.DataFrame:
    """Return the events, with texts that repeat as categories."""
    return pd.read_csv(path, parse_dates=["occurred_at"], dtype=TYPES)


def ask(events: pd.DataFrame, at: datetime) -> Iterable[str]:
    """Return the cases that the question is about; the events come in order of time."""
    seen = events[events["occurred_at"] <= at]
    ends = _last(seen[seen["event"].isin(["resolved", "reopened"])], "event")
    closed = ends.index[ends == "resolved"]
    seen = seen[~seen["case"].isin(closed)]
    worked = _last(seen[seen["counts"]], "occurred_at")
    risk = _last(seen[seen["risk"].notna()], "risk").reindex(worked.index)
    limit = pd.to_timedelta(risk.map(DAYS).astype("float").fillna(UNASSESSED), unit="D")
    return {*worked.index[worked + limit <= at], *_unallocated(seen, at)}


def _last(events: pd.DataFrame, column: str) -> pd.Series:
    return events.drop_duplicates("case", keep="last").set_index("case")[column]


def _unallocated(seen: pd.DataFrame, at: datetime) -> Iterable[str]:
    allocated = _last(seen[seen["event"] == "allocated"], "occurred_at")
    waits = seen[seen["event"].isin(["reported", "returned"])]
    given = waits["case"].map(allocated)
    since = (
        waits[given.isna() | (waits["occurred_at"] > given)]
        .drop_duplicates("case")
        .set_index("case")["occurred_at"]
    )
    waiting: Iterable[str] = since.index[since + UNALLOCATED <= at]
    return waiting


if __name__ == "__main__":
    compete(pd.__version__, load, ask)
