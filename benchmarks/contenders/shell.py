"""What all contenders share: the words of the question, and how they are timed and tell what they found."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DAYS = {"very high": 3, "high": 7, "medium": 14, "low": 30}
UNASSESSED = 7
"""After how many days without work a case is dormant, by its risk and where nobody assessed it."""

UNALLOCATED = timedelta(hours=24)
TIMES = 3
"""How often each question is asked; what counts is the median."""


def compete(version: str, load: Callable[[str], Any], ask: Callable[[Any, datetime], Iterable[str]]) -> None:
    """Load the file and answer for each instant (microseconds since 1970 UTC) of the command line, as JSON."""
    path, *given = sys.argv[1:]
    start = time.perf_counter()
    events = load(path)
    loading = time.perf_counter() - start
    found = [_asked(ask, events, at) for at in map(_moment, given)]
    told = {
        "version": version,
        "load": loading,
        "queries": [one[0] for one in found],
        "cases": [one[1] for one in found],
    }
    print(json.dumps(told))


def _moment(text: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(text))


def _asked(
    ask: Callable[[Any, datetime], Iterable[str]], events: object, at: datetime
) -> tuple[float, list[str]]:
    seconds, answer = [], list[str]()
    for _ in range(TIMES):
        start = time.perf_counter()
        answer = list(ask(events, at))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), sorted(answer)
