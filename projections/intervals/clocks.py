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


class _Thread(NamedTuple):
    """A fact that is believed to hold from ``start`` on, and since when that has been believed."""

    start: Instant
    known_from: Instant
    fact: Fact


_Threads = dict[tuple[str, ...], _Thread]
_Done = list[tuple[_Thread, Instant]]


class Weave:
    """What is believed of one case, growing in order of knowledge, and the rows that are settled."""

    __slots__ = ("_done", "_laws", "_named", "_seen", "_threads", "clocks", "last", "rows")

    def __init__(self, laws: Laws) -> None:
        """Begin before the first entry, under ``laws``."""
        self._laws = laws
        self.clocks = Clocks(laws)
        self.last: tuple[Instant, int] = (-FOREVER, 0)
        self.rows: list[Row] = []
        self._threads: _Threads = {}
        self._done: _Done = []
        self._seen: list[Entry] = []
        self._named: set[int] = set()

    def learn(self, entry: Entry, known: Instant) -> None:
        """Take one more entry into account, known no earlier than those before."""
        self._seen.append(entry)
        event = entry.event
        if isinstance(event, belief.AMENDING):
            self._named.add(event.entry)
            self._rethink(known)
        elif (entry.occurred_at, entry.version) < self.last or entry.version in self._named:
            self._rethink(known)
        else:
            self._prolong(entry, known)

    def _prolong(self, entry: Entry, known: Instant) -> None:
        """Add an entry that occurred after everything believed so far: what it changes ends and begins."""
        at = entry.occurred_at
        self.last = at, entry.version
        self.clocks.take(entry)
        gone = _moved(self._threads, self._done, self.clocks, at, known)
        if at < known:
            for thread in gone:
                self._settle(thread, FOREVER, known, since=at)

    def _rethink(self, known: Instant) -> None:
        """Fold anew what is believed from ``known`` on, and settle the rows that no longer hold."""
        believed = belief.believe(self._seen).entries
        self.last = belief.in_order(believed[-1]) if believed else (-FOREVER, 0)
        before = {(one.start, end, one.fact): one for one, end in self._all()}
        self.clocks, self._threads, self._done = _folded(believed, self._laws, known)
        self._threads = {
            key: before.pop((one.start, FOREVER, one.fact), one) for key, one in self._threads.items()
        }
        self._done = [(before.pop((one.start, end, one.fact), one), end) for one, end in self._done]
        for (_, end, _), one in before.items():
            self._settle(one, end, known)

    def _settle(self, one: _Thread, end: Instant, known_to: Instant, since: Instant = -FOREVER) -> None:
        start, end = max(one.start, since), min(end, known_to, one.fact.until)
        if start < end and one.known_from < known_to:
            self.rows.append(Row(start, end, one.known_from, known_to, one.fact))

    def _all(self) -> Iterator[tuple[_Thread, Instant]]:
        yield from self._done
        for thread in self._threads.values():
            yield thread, FOREVER

    def finish(self) -> list[Row]:
        """Return all rows; those still believed hold for ever."""
        for one, end in self._all():
            until = min(end, one.fact.until)
            if one.start < until:
                self.rows.append(Row(one.start, until, one.known_from, FOREVER, one.fact))
        return self.rows


def _moved(threads: _Threads, done: _Done, clocks: Clocks, at: Instant, known: Instant) -> list[_Thread]:
    """Let at ``at`` the facts of ``clocks`` take the place of those in ``threads``; return what is over."""
    now, whole = news(clocks)
    gone = [threads.pop(key) for key in threads.keys() - now.keys()] if whole else []
    for key, fact in now.items():
        one = threads.get(key)
        if one is not None:
            # A fact that goes on is mostly the same object: comparing its parts would take longest of all here.
            if fact is one.fact or fact == one.fact:
                continue
            gone.append(threads.pop(key))
        if fact is not None:
            threads[key] = _Thread(at, known, fact)
    done.extend((one, at) for one in gone if one.start < at)
    return gone


def _folded(believed: Sequence[Entry], laws: Laws, known: Instant) -> tuple[Clocks, _Threads, _Done]:
    clocks, threads = Clocks(laws), _Threads()
    done: _Done = []
    for entry in believed:
        clocks.take(entry)
        _moved(threads, done, clocks, entry.occurred_at, known)
    return clocks, threads, done


def weave(entries: Iterable[Entry], laws: Laws) -> list[Row]:
    """Return the rows of one case, whose entries these are, all of them and in any order."""
    woven = Weave(laws)
    for known, _, entry in sorted((known_at(entry), entry.version, entry) for entry in entries):
        woven.learn(entry, known)
    return woven.finish()
