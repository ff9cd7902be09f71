"""What a case waits for as rows that hold between two instants on both axes: pure, from entries to rows.

A row says: from ``valid_from`` until before ``valid_to`` this fact held of the case, and that is what was
believed from ``known_from`` until before ``known_to``. No row is kept for an instant that lies after all
instants at which it was believed, since nobody can ask for it (``Axes.valid_at``).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases import belief
from domain.deadlines.clocks import Clocks
from domain.deadlines.stalls import news
from domain.instant import FOREVER, Instant
from projections.intervals.building import Builder, build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.deadlines.facts import Fact
    from domain.deadlines.standards import Laws
    from domain.event import Entry


class Row(NamedTuple):
    """A fact and the half-open intervals, in microseconds UTC, in which it holds on both axes."""

    valid_from: Instant
    valid_to: Instant
    known_from: Instant
    known_to: Instant
    fact: Fact


class _Believed(NamedTuple):
    """A fact that is believed to hold from ``start`` on, and since when that has been believed."""

    start: Instant
    known_from: Instant
    fact: Fact


_Open = dict[tuple[str, ...], _Believed]
_Ended = list[tuple[_Believed, Instant]]

STRIDE: Final = 128
"""After how many entries it is kept how everything stood, so that a late one is not folded from the first on."""


class _Standing(NamedTuple):
    """How everything stood after some of the entries believed, and how many facts had ended by then."""

    entries: int
    clocks: Clocks
    open_facts: _Open
    ended: int


class ClockIntervals(Builder):
    """Builds the interval rows of a case's clocks entry by entry, in the order in which entries became known."""

    __slots__ = ("_believed", "_ended", "_kept", "_laws", "_open", "clocks", "rows")

    def __init__(self, laws: Laws) -> None:
        """Begin before the first entry, under ``laws``."""
        super().__init__()
        self._laws = laws
        self.clocks = Clocks(laws)
        self.rows: list[Row] = []
        self._open: _Open = {}
        self._ended: _Ended = []
        self._believed: list[Entry] = []
        self._kept: list[_Standing] = []

    def _append(self, entry: Entry, known: Instant) -> None:
        """Add an entry that occurred after everything believed so far: what it changes ends and begins."""
        at = entry.occurred_at
        self.last = at, entry.version
        gone = self._take(entry, known)
        if at < known:
            for fact_believed in gone:
                self._close(fact_believed, FOREVER, known, since=at)

    def _take(self, entry: Entry, known: Instant) -> list[_Believed]:
        """Take the next entry believed, and return the facts that ended."""
        self._believed.append(entry)
        self.clocks.take(entry)
        gone = _replaced(self._open, self._ended, self.clocks, entry.occurred_at, known)
        if len(self._believed) % STRIDE == 0:
            standing = len(self._believed), self.clocks.copy(), {**self._open}, len(self._ended)
            self._kept.append(_Standing(*standing))
        return gone

    def _fold_anew(self, known: Instant) -> None:
        """Fold anew what is believed from ``known`` on, and close the rows that no longer hold."""
        believed = belief.believe(self.seen).entries
        self.last = belief.in_order(believed[-1]) if believed else (-FOREVER, 0)
        standing = self._standing_before(believed)
        before = {(one.start, end, one.fact): one for one, end in self._all(standing.ended)}
        self._go_back_to(standing, known)
        for entry in believed[standing.entries :]:
            self._take(entry, known)
        self._open = {key: before.pop((one.start, FOREVER, one.fact), one) for key, one in self._open.items()}
        since = self._ended[standing.ended :]
        self._ended[standing.ended :] = [(before.pop((one.start, end, one.fact), one), end) for one, end in since]
        for (_, end, _), one in before.items():
            self._close(one, end, known)

    def _standing_before(self, believed: Sequence[Entry]) -> _Standing:
        """Forget how everything stood after what is believed no longer, and return the last that still holds."""
        pairs = enumerate(zip(self._believed, believed, strict=False))
        least = min(len(self._believed), len(believed))
        same = next((place for place, (old, new) in pairs if old is not new and old != new), least)
        while self._kept and self._kept[-1].entries > same:
            self._kept.pop()
        return self._kept[-1] if self._kept else _Standing(0, Clocks(self._laws), {}, 0)

    def _go_back_to(self, standing: _Standing, known: Instant) -> None:
        """Have everything stand as it stood; what holds on from there is believed to do so from ``known`` on."""
        self.clocks = standing.clocks.copy()
        self._open = {key: one._replace(known_from=known) for key, one in standing.open_facts.items()}
        del self._believed[standing.entries :], self._ended[standing.ended :]

    def _close(self, one: _Believed, end: Instant, known_to: Instant, since: Instant = -FOREVER) -> None:
        start, end = max(one.start, since), min(end, known_to, one.fact.until)
        if start < end and one.known_from < known_to:
            self.rows.append(Row(start, end, one.known_from, known_to, one.fact))

    def _all(self, after: int = 0) -> Iterator[tuple[_Believed, Instant]]:
        """Yield the facts believed, but for the first ``after`` that ended, each with its end."""
        yield from islice(self._ended, after, None)
        for fact_believed in self._open.values():
            yield fact_believed, FOREVER

    def finish(self) -> list[Row]:
        """Return all rows; those still believed hold for ever."""
        for one, end in self._all():
            until = min(end, one.fact.until)
            if one.start < until:
                self.rows.append(Row(one.start, until, one.known_from, FOREVER, one.fact))
        return self.rows


def _replaced(open_facts: _Open, ended: _Ended, clocks: Clocks, at: Instant, known: Instant) -> list[_Believed]:
    """Replace the open facts by those of ``clocks`` that hold from ``at``; return the facts that ended."""
    now, whole = news(clocks)
    gone = [open_facts.pop(key) for key in open_facts.keys() - now.keys()] if whole else []
    for key, fact in now.items():
        one = open_facts.get(key)
        if one is not None:
            # A fact that goes on is mostly the same object: comparing its parts would take longest of all here.
            if fact is one.fact or fact == one.fact:
                continue
            gone.append(open_facts.pop(key))
        if fact is not None:
            open_facts[key] = _Believed(at, known, fact)
    ended.extend((one, at) for one in gone if one.start < at)
    return gone


def clock_intervals(entries: Iterable[Entry], laws: Laws) -> list[Row]:
    """Return the rows of one case, whose entries these are, all of them and in any order."""
    builder = ClockIntervals(laws)
    build(builder, entries)
    return builder.finish()
