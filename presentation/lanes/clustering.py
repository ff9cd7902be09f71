"""Merges bars and marks that lie closer together than a point, so that a picture stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.instant import Instant
    from presentation.lanes.lane import Bar, Lane, Mark

_Part = TypeVar("_Part", "Bar", "Mark")


def together(lane: Lane, least: Instant) -> Lane:
    """Return a lane in which parts of one kind within a length of time of ``least`` (microseconds) are one.

    Its words are those of the first, and say how many more there are.
    """
    bars = _grouped(lane.bars, lambda first, one: one.until - first.since < least and one.since >= first.since)
    marks = _grouped(lane.marks, lambda first, one: 0 <= one.at - first.at < least)
    return lane._replace(
        bars=[_one(found, until=found[-1].until, label="") for found in bars],
        marks=[_one(found) for found in marks],
    )


def _grouped(parts: Iterable[_Part], close: Callable[[_Part, _Part], bool]) -> list[list[_Part]]:
    groups: list[list[_Part]] = []
    last: dict[tuple[str, int], list[_Part]] = {}
    for part in parts:
        group = last.get((part.kind, part.row))
        if group is not None and close(group[0], part):
            group.append(part)
        else:
            groups.append([part])
            last[part.kind, part.row] = groups[-1]
    return groups


def _one(group: list[_Part], **changes: Any) -> _Part:
    if len(group) == 1:
        return group[0]
    return group[0]._replace(words=f"{group[0].words}; {len(group) - 1:,} more close by", **changes)
