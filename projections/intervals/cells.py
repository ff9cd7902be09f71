"""Where an interval lies, as one number, so that an index finds the intervals around an instant.

An index on the two ends of an interval finds what began before an instant or what ended after it, and either
is half of a long history. Here time is cut into cells of one length for each power of two: an interval
belongs to the cells of the least length that is no shorter than it, and there to the cell in which it
begins. Whatever holds at an instant is then in the instant's cell or the one before, of each length: some
fifty short looks into one index, however long the history is. What has no end has a cell of its own.
"""

from __future__ import annotations

from typing import Final

from domain.instant import EARLIEST, FOREVER, Instant

_LEAST: Final = 36
"""The shortest cells are of 2 to this power microseconds: 19 hours."""

_MOST: Final = 59
"""The longest are of 2 to this power, and one has all time. Of each below there are twice as many, which are
numbered after those: so no two have one number, and it takes few bytes.
"""

ENDLESS: Final = 0
"""A number that no other cell has, and that SQLite stores in no bytes of its own."""


def cell_of(start: Instant, end: Instant) -> int:
    """Return the cell of the half-open interval from ``start`` to ``end``, which is not empty."""
    if end == FOREVER:
        return ENDLESS
    level = max(_LEAST, (end - start - 1).bit_length())
    return (1 << (_MOST - level)) + ((start - EARLIEST) >> level)


def cells_around(instant: Instant) -> list[int]:
    """Return the cells in which every interval lies that holds at ``instant``, among others."""
    since = instant - EARLIEST
    found = [ENDLESS]
    for level in range(_LEAST, _MOST + 1):
        cell = (1 << (_MOST - level)) + (since >> level)
        found += (cell, cell - 1) if since >> level else (cell,)
    return found
