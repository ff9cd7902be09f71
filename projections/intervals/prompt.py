"""Whether entries of a case were prompt, known in the order in which they occurred; and which are not."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from domain.cases.belief import AMENDING, in_order
from domain.instant import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry
    from domain.instant import Instant


def as_it_occurred(ordered: Iterable[tuple[Instant, int, Entry]]) -> bool:
    """Say whether entries became known in the order in which they occurred, and none amends another."""
    before, version = -FOREVER, 0
    for _, number, entry in ordered:
        at = entry.occurred_at
        if at < before or (at == before and number < version) or isinstance(entry.event, AMENDING):
            return False
        before, version = at, number
    return True


def changing(entries: Iterable[Entry]) -> set[int]:
    """Return the versions of the entries from which on something else is believed when more are known.

    They are those before which a later one of ``entries`` belongs, and those that one amends.
    """
    found: set[int] = set()
    order: list[tuple[Instant, int]] = []
    for entry in entries:
        key = in_order(entry)
        if not order or order[-1] < key:
            order.append(key)
        else:
            place = bisect_left(order, key)
            found.add(order[place][1])
            order.insert(place, key)
        if isinstance(entry.event, AMENDING):
            found.add(entry.event.entry)
    return found
