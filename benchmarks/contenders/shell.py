"""What all contenders share: the words of the question, and how they are timed and tell what they found."""

from __future__ import annotations

import json
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


def compete(version: str, load: Callable[[str], Any], ask: Callable[[Any, datetime], Iterable[str]]) -> None:
    """Load the file of the command line; answer for each instant that comes, microseconds since 1970 UTC a line.

    Each answer is a line of JSON, as is what is said once the file is loaded.
    """
    start = time.perf_counter()
    events = load(sys.argv[1])
    _say({"version": version, "load": time.perf_counter() - start})
    for line in sys.stdin:
        _say(_asked(ask, events, _moment(line)))


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _moment(text: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(text))


def _asked(ask: Callable[[Any, datetime], Iterable[str]], events: object, at: datetime) -> dict[str, Any]:
    start = time.perf_counter()
    answer = list(ask(events, at))
    return {"seconds": time.perf_counter() - start, "cases": sorted(answer)}
