"""Time in which a clock runs, and time in which it stands: half-open intervals of instants, microseconds UTC."""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.instant import Instant
    from domain.working_time.local_days import LocalDays

Interval = tuple["Instant", "Instant"]


def in_order(pauses: Iterable[Interval], since: Instant) -> list[Interval]:
    """Return what pauses cover from ``since`` on, in order and apart; those that touch are one."""
    joined: list[Interval] = []
    for begin, end in sorted(pauses):
        begin = max(begin, since)  # noqa: PLW2901  (what lies earlier stopped nothing)
        if end <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined


def running(
    spans: Iterable[Interval], since: Instant, until: Instant, pauses: Sequence[Interval]
) -> Iterator[Interval]:
    """Yield what is left of ``spans`` within [since, until) without ``pauses``, which are in order and apart."""
    for start, end in spans:
        begin, close = max(start, since), min(end, until)
        for paused, resumed in islice(pauses, bisect_right(pauses, begin, key=_end), None):
            if paused >= close:
                break
            if begin < paused:
                yield begin, paused
            begin = max(begin, resumed)
        if begin < close:
            yield begin, close


def total(spans: Iterable[Interval]) -> int:
    """Return how many microseconds intervals that lie apart last together."""
    return sum(end - begin for begin, end in spans)


def covered(begin: Instant, end: Instant, pauses: Sequence[Interval]) -> bool:
    """Say whether one of ``pauses``, which are in order and apart, covers all from ``begin`` to ``end``."""
    place = bisect_right(pauses, begin, key=_begin) - 1
    return place >= 0 and end <= pauses[place][1]


def whole_days(local: LocalDays, pause: Interval) -> tuple[int, int]:
    """Return the first and the last day that lie wholly within a pause; the last is earlier if none does."""
    first = local.of(pause[0])
    return first + (local.start(first) < pause[0]), local.of(pause[1]) - 1


def _begin(pause: Interval) -> Instant:
    return pause[0]


def _end(pause: Interval) -> Instant:
    return pause[1]
