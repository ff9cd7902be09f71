"""Which of the stalled cases come first, told from what decides their order: the rest is not built.

A place in the list is decided by the risk and then by what was due first. When that was is known of every case
before any case is looked up; so they are looked up in that order, until enough of the highest risk are found.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from projections.queries.waits import Narrowed, WaitReader

_TOGETHER: Final = 500
"""How many cases are looked up by one query at least, where many of the first may not be of the highest risk."""

_RANK: Final[dict[str | None, int]] = {"very high": 0, "high": 1, "medium": 3, "low": 4}
_UNASSESSED = 2


def severity(risk: str | None) -> int:
    """Return the rank of a risk, the highest first; what was not assessed stands in the middle."""
    return _RANK.get(risk, _UNASSESSED)


def dues(asked: WaitReader) -> dict[bytes, Instant]:
    """Return when the longest wait of each case was due, by its stream; whose it is is not looked at."""
    found = dict[bytes, Instant]()
    for stream, due in asked.waits(("stream", "due")):
        if due < found.get(stream, FOREVER):
            found[stream] = due
    for (stream,), fact in asked.silences(("stream",)):
        if fact.due < found.get(stream, FOREVER):
            found[stream] = fact.due
    return found


def first(asked: WaitReader, found: Mapping[bytes, Instant], count: int) -> list[bytes]:
    """Return the streams of the first ``count`` of the cases found, in the order that is asked for."""
    ordered = sorted(found, key=found.__getitem__)
    together = max(count, _TOGETHER if asked.wanted.order == "severity" else 1)
    places, certain, highest = list[_Place](), 0, _highest(asked.wanted)
    for start in range(0, len(ordered), together):
        some = ordered[start : start + together]
        if certain >= count and found[some[0]] > found[ordered[start - 1]]:
            break
        placed = list(_placed(asked._replace(streams=some), found))
        places += placed
        certain += sum(place.rank == highest for place in placed)
    return [place.stream for place in nsmallest(count, places)]


class _Place(NamedTuple):
    """What decides the place of a case in the list, the first first."""

    rank: int
    due: Instant
    reference: str
    stream: bytes


def _placed(asked: WaitReader, found: Mapping[bytes, Instant]) -> Iterator[_Place]:
    by_risk = asked.wanted.order == "severity"
    for stream, reference, risk in asked.cases(("stream", "reference", "risk")):
        yield _Place(severity(risk) if by_risk else 0, found[stream], reference, stream)


def _highest(wanted: Narrowed) -> int:
    """Return the first of all ranks that there can be among the cases asked for."""
    return min(map(severity, wanted.risk), default=0) if wanted.order == "severity" else 0
