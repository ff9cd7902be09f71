"""What entries change of a case that they come after: those that are known, and occurred, after all others.

Most entries do. Of what was before them only how the case stands matters, and which rows are open: so a long case
is folded to its last entry, and no row of it is made but those that an entry closes or opens.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from domain.cases.belief import AMENDING, believe, in_order
from domain.deadlines.final_clocks import final_clocks
from domain.deadlines.stalls import facts
from domain.event import known_at
from domain.instant import FOREVER
from projections.intervals.building import STATE, CaseIntervals
from projections.intervals.cases import values_of
from projections.intervals.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.deadlines.clocks import Clocks
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from domain.instant import Instant
    from projections.intervals.building import Held, Key
    from projections.intervals.rows import Row

Begun = tuple["Instant", "Instant"]
"""Since when something holds, and since when that is believed."""


class Continuation(NamedTuple):
    """How a case stands before the entries ``after``, which continue it, and what holds then.

    ``last`` is when the entry before them occurred.
    """

    laws: Laws
    clocks: Clocks
    held: dict[Key, Held]
    last: Instant
    after: Sequence[Entry]

    def lasting(self) -> dict[Key, Held]:
        """Return what holds beyond the last entry, so that there is an open row of it."""
        return {key: fact for key, fact in self.held.items() if fact.until > self.last}

    def before(self, begun: Mapping[Key, Begun]) -> list[Row[Held]]:
        """Return the open rows, of all that is ``lasting``; ``begun`` says since when."""
        facts = ((self.held[key], start, known) for key, (start, known) in begun.items())
        return [row_of((start, fact.until, known, FOREVER, fact)) for fact, start, known in facts]

    def now(self, begun: Mapping[Key, Begun]) -> list[Row[Held]]:
        """Return the rows that there are instead of the open ones once the entries are taken in."""
        # Nothing is to come of what holds no longer: it gets no row.
        over = {key: (fact.until, FOREVER) for key, fact in self.held.items() if key not in begun}
        builder = CaseIntervals(self.laws)
        builder.go_on_from(self.clocks, {key: (*{**over, **begun}[key], fact) for key, fact in self.held.items()})
        for entry in self.after:
            builder.add_entry(entry, known_at(entry))
        return builder.finish()


def continuation(entries: Iterable[Entry], since: int, laws: Laws) -> Continuation | None:
    """Return how the entries after a position continue a case, of whose ``entries`` some are before, in order.

    ``None`` if they do not: one amends another or is amended, is dated back, or became known before others.
    """
    every = list(entries)
    count = bisect_right(every, since, key=attrgetter("position"))
    before, after = every[:count], every[count:]
    believed = believe(before).entries
    if not believed or not after or _amends(before, after):
        return None
    order = [in_order(believed[-1]), *(in_order(entry) for entry in after)]
    learnt = [max(entry.recorded_at for entry in before), *(known_at(entry) for entry in after)]
    if any(one >= other for one, other in pairwise(order)) or any(one > other for one, other in pairwise(learnt)):
        return None
    clocks = final_clocks(believed, laws)
    return Continuation(laws, clocks, _all_held(clocks), believed[-1].occurred_at, after)


def _amends(before: Iterable[Entry], after: Iterable[Entry]) -> bool:
    """Say whether one of the later entries acts on another, or one of the earlier acts on a later one."""
    amended = {one.event.entry for one in before if isinstance(one.event, AMENDING)}
    return any(isinstance(one.event, AMENDING) or one.version in amended for one in after)


def _all_held(clocks: Clocks) -> dict[Key, Held]:
    """Return all that holds of a case, as ``clocks`` stand."""
    reckoned = clocks.outline.closed_at is not None or clocks.as_reckoned()
    values = values_of(clocks.outline, reckoned=reckoned)
    return facts(clocks, reckoned=reckoned) | ({} if values is None else {STATE: values})
