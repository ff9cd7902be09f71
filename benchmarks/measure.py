"""Interleaved measurements: each round times every contestant once, so that what slows the machine slows all.

A ratio is taken within a round, between neighbours in time, and the median over the rounds is what counts.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

Contestant = Callable[[], object]


class Limit(msgspec.Struct, frozen=True):
    """A figure that is to be at most so much; ``None`` where it could not be measured."""

    name: str
    value: float | None
    most: float

    @property
    def met(self) -> bool:
        """Whether it is; what was not measured misses nothing."""
        return self.value is None or self.value <= self.most


class Result(msgspec.Struct):
    """One comparison. ``medians`` and ``quartiles`` are in ``unit`` by contestant; ``ratio`` is a median too.

    ``met`` says whether the ratio is on the right side of ``target``, and every limit kept; ``None`` where there
    is neither.
    """

    name: str
    what: str
    unit: str
    medians: dict[str, float]
    rounds: int
    ratio: float | None = None
    ratio_quartiles: tuple[float, float] | None = None
    ratio_of: str = ""
    target: float | None = None
    wanted: Literal["at least", "at most"] = "at least"
    met: bool | None = None
    limits: list[Limit] = []
    details: dict[str, Any] = {}

    @property
    def ratio_met(self) -> bool:
        """Whether the ratio alone is on the right side of the target."""
        if self.ratio is None or self.target is None:
            return True
        return self.ratio >= self.target if self.wanted == "at least" else self.ratio <= self.target


def timed(work: Contestant) -> float:
    """Return how many seconds ``work`` takes, with what was garbage before collected beforehand."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each contestant took in each round; the one that begins changes by round."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(timed(contestants[name]))
    return seconds


def ratios(seconds: Mapping[str, list[float]], above: str, below: str) -> list[float]:
    """Return, for each round, the time of ``above`` over that of ``below``."""
    return [one / other for one, other in zip(seconds[above], seconds[below], strict=True)]


def quartiles(values: list[float]) -> tuple[float, float]:
    """Return the first and the third quartile; of a single value, that value twice."""
    if len(values) < 2:
        return values[0], values[0]
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, third


def faster(result: Result, seconds: Mapping[str, list[float]], ours: str, other: str, target: float) -> Result:
    """Complete ``result`` by how many times faster ``ours`` is: at least ``target`` is wanted."""
    return _judged(result, ratios(seconds, other, ours), f"{other} / {ours}", target, "at least")


def within(result: Result, seconds: Mapping[str, list[float]], ours: str, other: str, target: float) -> Result:
    """Complete ``result`` by how many times as long ``ours`` takes: at most ``target`` is wanted."""
    return _judged(result, ratios(seconds, ours, other), f"{ours} / {other}", target, "at most")


def _judged(
    result: Result, found: list[float], ratio_of: str, target: float, wanted: Literal["at least", "at most"]
) -> Result:
    result.ratio = statistics.median(found)
    result.ratio_quartiles = quartiles(found)
    result.ratio_of = ratio_of
    result.target = target
    result.wanted = wanted
    result.met = result.ratio_met
    return result


def limited(result: Result, name: str, value: float | None, most: float) -> Result:
    """Add to ``result`` a figure that is to be at most ``most``, and that misses the target if it is more."""
    limit = Limit(name, value, most)
    result.limits.append(limit)
    result.met = limit.met if result.met is None else result.met and limit.met
    return result


def medians(seconds: Mapping[str, list[float]], times: int = 1, scale: float = 1e3) -> dict[str, float]:
    """Return each contestant's median for one of ``times`` pieces of work; ``scale`` 1e3: milliseconds."""
    return {name: statistics.median(values) / times * scale for name, values in seconds.items()}
