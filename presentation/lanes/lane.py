"""A lane of a picture: bars for what lasted, marks for what happened, and words for how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from domain.instant import Instant


class Bar(NamedTuple):
    """What lasted from ``since`` until before ``until``; ``row`` sets thin bars of one lane apart.

    ``kind`` says how it looks, ``label`` stands in it where there is room, ``words`` are for a pointer.
    """

    kind: str
    since: Instant
    until: Instant
    label: str
    words: str
    row: int = 0


class Mark(NamedTuple):
    """What happened at an instant, with the words for a pointer."""

    kind: str
    at: Instant
    words: str
    row: int = 0


class Lane(NamedTuple):
    """One line of the picture; ``end`` says how it stands at its right end, and ``grave`` that this is bad."""

    name: str
    bars: list[Bar]
    marks: list[Mark]
    end: str
    grave: bool


def lane(name: str) -> Lane:
    """Return a lane with nothing in it yet."""
    return Lane(name, [], [], "", grave=False)
