"""The question with pm4py: its event log, its filter by time, and pandas for what it has no function for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pm4py

from benchmarks.contenders import by_pandas
from benchmarks.contenders.shell import compete

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import pandas as pd

BEGINNING = "1700-01-01 00:00:00"
STANDARD = {"case": "case:concept:name", "event": "concept:name", "occurred_at": "time:timestamp"}


def load(path: str) -> pd.DataFrame:
    """Return the events as the data frame that pm4py calls an event log."""
    log = by_pandas.load(path).rename(columns=STANDARD)
    return pm4py.format_dataframe(log, *STANDARD.values())


def ask(log: pd.DataFrame, at: datetime) -> Iterable[str]:
    """Return the cases that the question is about."""
    until = at.strftime("%Y-%m-%d %H:%M:%S")
    seen = pm4py.filter_time_range(log, BEGINNING, until, mode="events")
    return by_pandas.ask(seen.rename(columns={theirs: ours for ours, theirs in STANDARD.items()}), at)


if __name__ == "__main__":
    compete(pm4py.__version__, load, ask)
