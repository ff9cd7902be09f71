"""Years that are alike: what a year far from today holds is what another holds, and need not be walked through.

By the tz database clocks were put forward and back in no zone before 1834, and from 2088 on they are by the
weekdays of a month. So what clocks do in such a year depends on its length and on the weekday it begins with, and
400 years, which are whole weeks, are like the 400 before them.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Holds = Callable[[int], int]
    """What a year holds, say its working time."""

CYCLE: Final = 400
LAST_YEAR: Final = date.max.year

_CHANGING: Final = range(1800, 2200)
"""In these years, and some around what is known of them, clocks may do anything."""
_BEFORE: Final = range(1772, 1800)
_AFTER: Final = range(2101, 2129)
"""Of any 28 years on end within which no leap year is left out, one is like each that there can be."""


def length(year: int) -> int:
    """Return how many days a year has."""
    return date(year, 12, 31).toordinal() - date(year, 1, 1).toordinal() + 1


def like(year: int) -> int:
    """Return a year in which clocks do on every day what they do in ``year``: itself, if they may do anything."""
    if year in _CHANGING:
        return year
    return _alike(year >= _CHANGING.stop)[length(year), date(year, 1, 1).weekday()]


@cache
def _alike(after: bool) -> dict[tuple[int, int], int]:  # noqa: FBT001  (one of two: before or after clocks change)
    years = _AFTER if after else _BEFORE
    return {(length(year), date(year, 1, 1).weekday()): year for year in years}


class Years:
    """The years 1 to 9999, of which some are like no other: those with bank holidays, the first and the last."""

    def __init__(self, holidays: Sequence[int]) -> None:
        """Begin with the bank holidays: days as ordinals, in order."""
        first, last = (date(year, 1, 1).toordinal() for year in (_CHANGING.start, _CHANGING.stop))
        outside = (*holidays[: bisect_left(holidays, first)], *holidays[bisect_left(holidays, last) :])
        self._own = sorted({1, LAST_YEAR, *(date.fromordinal(day).year for day in outside)})
        self._alone = frozenset(self._own)
        self._cycles: dict[tuple[Holds, bool], int] = {}

    def like(self, year: int) -> int | None:
        """Return a year that holds what ``year`` does but for bank holidays; ``None`` if it is like no other."""
        return None if year in self._alone or year in _CHANGING else like(year)

    def total(self, first: int, last: int, holds: Holds) -> int:
        """Return what the years from the ``first`` until before the ``last`` hold together."""
        whole = 0
        while first < last:
            cycle = self._cycle(first, holds) if first + CYCLE <= last else None
            whole += holds(first) if cycle is None else cycle
            first += 1 if cycle is None else CYCLE
        return whole

    def stride(self, year: int, less_than: int, holds: Holds, *, back: bool = False) -> tuple[int, int]:
        """Return how many years from ``year`` on, or back, may be taken together, and what they hold.

        It is one year, or as many as are alike if they hold ``less_than`` so much.
        """
        cycle = self._cycle(year - CYCLE + 1 if back else year, holds)
        return (1, holds(year)) if cycle is None or cycle >= less_than else (CYCLE, cycle)

    def _cycle(self, first: int, holds: Holds) -> int | None:
        """Return what 400 years hold; ``None`` if one of them may be like no other."""
        after = first >= _CHANGING.stop
        if not after and first + CYCLE > _CHANGING.start:
            return None
        place = bisect_left(self._own, first)
        if first < 1 or (place < len(self._own) and self._own[place] < first + CYCLE):
            return None
        found = self._cycles.get((holds, after))
        if found is None:
            found = self._cycles[holds, after] = sum(map(holds, range(first, first + CYCLE)))
        return found
