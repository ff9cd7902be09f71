"""What a case waits for as rows that hold between two instants on both axes: pure, from entries to rows.

A row says: from ``valid_from`` until before ``valid_to`` this fact held of the case, and that is what was
believed from ``known_from`` until before ``known_to``. No row is kept for an instant that lies after all
instants at which it was believed, since nobody can ask for it (``Axes.valid_at``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.cases import belief
from domain.deadlines.clocks import Clocks
from domain.deadlines.stalls import news
from domain.event import Entry, known_at
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.deadlines.facts import Fact
    from domain.deadlines.standards import Laws


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


class ClockIntervals:
    """Builds the interval rows of a case's clocks entry by entry, in the order in which entries became known."""

    __slots__ = ("_ended", "_laws", "_named", "_open", "_seen", "clocks", "last", "rows")

    def __init__(self, laws: Laws) -> None:
        """Begin before the first entry, under ``laws``."""
        self._laws = laws
        self.clocks = Clocks(laws)
        self.last: tuple[Instant, int] = (-FOREVER, 0)
        self.rows: list[Row] = []
        self._open: _Open = {}
        self._ended: _Ended = []
        self._seen: list[Entry] = []
        self._named: set[int] = set()

    def add_entry(self, entry: Entry, known: Instant) -> None:
        """Take one more entry into account, known no earlier than those before."""
        self._seen.append(entry)
        event = entry.event
        if isinstance(event, belief.AMENDING):
            self._named.add(event.entry)
            self._fold_anew(known)
        elif (entry.occurred_at, entry.version) < self.last or entry.version in self._named:
            self._fold_anew(known)
        else:
            self._append(entry, known)

    def _append(self, entry: Entry, known: Instant) -> None:
        """Add an entry that occurred after everything believed so far: what it changes ends and begins."""
        at = entry.occurred_at
        self.last = at, entry.version
        self.clocks.take(entry)
        gone = _replaced(self._open, self._ended, self.clocks, at, known)
        if at < known:
            for fact_believed in gone:
                self._close(fact_believed, FOREVER, known, since=at)

    def _fold_anew(self, known: Instant) -> None:
        """Fold anew what is believed from ``known`` on, and close the rows that no longer hold."""
        believed = belief.believe(self._seen).entries
        self.last = belief.in_order(believed[-1]) if believed else (-FOREVER, 0)
        before = {(one.start, end, one.fact): one for one, end in self._all()}
        self.clocks, self._open, self._ended = _refolded(believed, self._laws, known)
        self._open = {key: before.pop((one.start, FOREVER, one.fact), one) for key, one in self._open.items()}
        self._ended = [(before.pop((one.start, end, one.fact), one), end) for one, end in self._ended]
        for (_, end, _), one in before.items():
            self._close(one, end, known)

    def _close(self, one: _Believed, end: Instant, known_to: Instant, since: Instant = -FOREVER) -> None:
        start, end = max(one.start, since), min(end, known_to, one.fact.until)
        if start < end and one.known_from < known_to:
            self.rows.append(Row(start, end, one.known_from, known_to, one.fact))

    def _all(self) -> Iterator[tuple[_Believed, Instant]]:
        yield from self._ended
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


def _refolded(believed: Sequence[Entry], laws: Laws, known: Instant) -> tuple[Clocks, _Open, _Ended]:
    clocks, open_facts = Clocks(laws), _Open()
    ended: _Ended = []
    for entry in believed:
        clocks.take(entry)
        _replaced(open_facts, ended, clocks, entry.occurred_at, known)
    return clocks, open_facts, ended


def clock_intervals(entries: Iterable[Entry], laws: Laws) -> list[Row]:
    """Return the rows of one case, whose entries these are, all of them and in any order."""
    builder = ClockIntervals(laws)
    for known, _, entry in sorted((known_at(entry), entry.version, entry) for entry in entries):
        builder.add_entry(entry, known)
    return builder.finish()
