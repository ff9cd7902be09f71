"""The rows of one case, worked out in the order in which its entries became known: pure, from entries to rows.

Each entry is taken in once. It changes what is believed (``domain.cases.believing``); from there on the case is
folded anew (``domain.deadlines.clocks``), as far as anything comes to be another. A fact that begins, ends or is
no longer believed closes one row and opens another; the state of the case is one of these facts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.believing import Believing
from domain.deadlines.clocks import Clocks
from domain.deadlines.facts import Fact
from domain.deadlines.stalls import news
from domain.event import known_at
from domain.instant import FOREVER, Instant
from projections.intervals.cases import RECKONED, CaseValues, values_of, with_activity
from projections.intervals.prompt import as_it_occurred, changing
from projections.intervals.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from domain.cases.believing import BeliefChange
    from domain.deadlines.stalls import News
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from projections.intervals.rows import Row

Held = Fact | CaseValues
Key = tuple[str, ...]
"""By what a fact of a case is told from the others that hold of it at the same time."""


class _Believed(NamedTuple):
    """Something that is believed to hold from ``start`` on, and since when that has been believed."""

    start: Instant
    known_from: Instant
    fact: Held


_believed: Final[Callable[[tuple[Instant, Instant, Held]], _Believed]] = partial(tuple.__new__, _Believed)

_Open = dict[Key, _Believed]
_Ended = list[tuple[_Believed, Instant]]

STATE: Final[Key] = ("state",)
"""Stands beside the keys of facts, for how the case stands."""

SHORT: Final = 256
"""In which of the first entries of a case those are looked for from which on something else will be believed."""

STRIDE: Final = 32
"""After how many entries it is kept how everything stood, so that a late one is not folded from the first on."""


class _Standing(NamedTuple):
    """How everything stood after some of the entries believed, and how many facts had ended by then.

    Before the first entry there are no clocks.
    """

    entries: int
    clocks: Clocks | None
    open_facts: _Open
    ended: int

    def moved(self, entries: int, ended: int) -> _Standing:
        """Return the same, so many entries and ended facts further behind."""
        return self._replace(entries=self.entries + entries, ended=self.ended + ended)


class CaseIntervals:
    """Builds the interval rows of a case entry by entry, in the order in which entries became known."""

    def __init__(self, laws: Laws, changing: Container[int] = ()) -> None:
        """Begin before the first entry, under ``laws``.

        Before the entries of the versions ``changing`` it is kept how everything stood, since what is believed
        from there on is known to change.
        """
        self.rows: list[Row[Held]] = []
        self._laws = laws
        self._changing = changing
        self._belief = Believing()
        self._clocks = self._begun()
        self._open: _Open = {}
        self._ended: _Ended = []
        self._taken = 0
        self._kept = [_Standing(0, None, {}, 0)]

    def go_on_from(self, clocks: Clocks, held: Mapping[Key, tuple[Instant, Instant, Held]]) -> None:
        """Begin with ``clocks`` as they stand and all that is ``held``, since when, and known since when.

        What was before is in no row.
        """
        clocks.whole, clocks.touched = False, []
        self._clocks = clocks
        self._open = {key: _believed(one) for key, one in held.items()}
        self._kept = [_Standing(0, clocks.copy(), {**self._open}, 0)]

    def _begun(self) -> Clocks:
        return Clocks(self._laws, keeps_finished=False)

    def add_entry(self, entry: Entry, known: Instant) -> None:
        """Take one more entry into account, known no earlier than those before."""
        for change in self._belief.add(entry):
            if change.start == self._taken:
                self._append(known)
            else:
                self._fold_anew(change, known)

    def add_in_order(self, entries: Iterable[tuple[Instant, int, Entry]]) -> None:
        """Take all entries of a case into account, each with since when it is known, and its version.

        They became known in the order in which they occurred, and none amends another: so what is believed only
        ever grows. Nothing can be added afterwards.
        """
        for known, _, entry in entries:
            gone, at = self._take(entry, known), entry.occurred_at
            if gone and at < known:
                for one in gone:
                    self._close(one, FOREVER, known, since=at)

    def _append(self, known: Instant) -> None:
        """Take what occurred after everything believed so far: what it changes ends and begins."""
        for entry in self._belief.entries[self._taken :]:
            if entry.version in self._changing or self._taken - self._kept[-1].entries >= STRIDE:
                self._keep()
            gone, at = self._take(entry, known), entry.occurred_at
            if gone and at < known:
                for one in gone:
                    self._close(one, FOREVER, known, since=at)

    def _take(self, entry: Entry, known: Instant) -> Sequence[_Believed]:
        """Take the next entry believed, and return the facts that ended."""
        self._taken += 1
        clocks, at = self._clocks, entry.occurred_at
        state = self._open.get(STATE)
        was = None if state is None else state[2]
        went_on = clocks.take(entry)
        if went_on and isinstance(was, CaseValues) and was.record in RECKONED:
            gone = self._take_work(was, at, known)
        else:
            gone = self._take_all(was, at, known)
        for one in gone:
            if one[0] < at:
                self._ended.append((one, at))
        return gone

    def _take_work(self, was: CaseValues, at: Instant, known: Instant) -> Sequence[_Believed]:
        """Take it that work went on, and nothing else changed of a case that waits for it as is reckoned."""
        values = with_activity(was, self._clocks.outline)
        if values == was:
            return ()
        gone = self._open[STATE]
        self._open[STATE] = _believed((at, known, values))
        return (gone,)

    def _take_all(self, was: Held | None, at: Instant, known: Instant) -> list[_Believed]:
        """Take how the case stands now, and all that holds of it."""
        clocks = self._clocks
        reckoned = clocks.outline.closed_at is not None or clocks.as_reckoned()
        gone: list[_Believed] = []
        turned = False
        values = values_of(clocks.outline, reckoned=reckoned)
        if values is not None and was != values:
            if isinstance(was, CaseValues):
                gone.append(self._open[STATE])
                # Who says how long it waits for work may be another now.
                turned = (was.record in RECKONED) is not reckoned
            self._open[STATE] = _believed((at, known, values))
        if turned or clocks.whole or clocks.touched or not reckoned:
            self._take_facts(at, known, gone, news(clocks, reckoned=reckoned, whole=turned))
        return gone

    def _take_facts(self, at: Instant, known: Instant, gone: list[_Believed], told: tuple[News, bool]) -> None:
        """Take what holds of the case beside how it stands, of which all is told, or what may have changed."""
        standing = self._open
        now, whole = told
        if whole:
            gone += [standing.pop(key) for key in [*standing] if key not in now and key is not STATE]
        for key, fact in now.items():
            one = standing.get(key)
            if one is not None:
                # A fact that goes on is mostly the same object: comparing its parts would take long.
                if fact is one[2] or fact == one[2]:
                    continue
                gone.append(standing.pop(key))
            if fact is not None:
                standing[key] = _believed((at, known, fact))

    def _keep(self) -> None:
        self._kept.append(_Standing(self._taken, self._clocks.copy(), {**self._open}, len(self._ended)))

    def _fold_anew(self, change: BeliefChange, known: Instant) -> None:
        """Fold anew what is believed from ``known`` on until all stands as before; close what is over."""
        later = self._standing_behind(change)
        base = self._kept[-1]
        clocks, open_facts, ended = self._clocks, self._open, self._ended[base.ended :]
        self._go_back_to(base, known)
        met = self._fold_until(later, known)
        if met is None:
            before = {(one.start, end, one.fact): one for one, end in _all(ended, open_facts)}
            self._open = {key: before.pop((one.start, FOREVER, one.fact), one) for key, one in self._open.items()}
            rest: _Ended = []
        else:
            count = met.ended - base.ended
            before = {(one.start, end, one.fact): one for one, end in ended[:count]}
            self._clocks, self._open, rest = clocks, open_facts, ended[count:]
        since = self._ended[base.ended :]
        self._ended[base.ended :] = [(before.pop((one.start, end, one.fact), one), end) for one, end in since]
        if met is not None:
            self._kept += [one.moved(0, len(self._ended) - met.ended) for one in later]
            self._ended += rest
            self._taken = len(self._belief.entries)
        for (_, end, _), one in before.items():
            self._close(one, end, known)

    def _standing_behind(self, change: BeliefChange) -> list[_Standing]:
        """Forget how everything stood inside a change and behind it; return the latter, which may hold again."""
        behind = []
        while self._kept[-1].entries > change.start:
            one = self._kept.pop()
            if one.entries >= change.old_end:
                behind.append(one.moved(change.new_end - change.old_end, 0))
        return behind[::-1]

    def _go_back_to(self, standing: _Standing, known: Instant) -> None:
        """Have everything stand as it stood; what holds on from there is believed to do so from ``known`` on."""
        self._clocks = self._begun() if standing.clocks is None else standing.clocks.copy()
        self._taken = standing.entries
        self._open = {key: _believed((one[0], known, one[2])) for key, one in standing.open_facts.items()}
        del self._ended[standing.ended :]

    def _fold_until(self, later: list[_Standing], known: Instant) -> _Standing | None:
        """Fold on until all stands as it did at one of ``later``; return it, and leave it and those behind it."""
        entries = self._belief.entries
        while self._taken < len(entries):
            if later and later[0].entries == self._taken:
                if self._stands_as(later[0]):
                    return later[0]
                del later[0]
            self._take(entries[self._taken], known)
            free = later[0].entries - self._taken if later else STRIDE
            if min(free, self._taken - self._kept[-1].entries) >= STRIDE:
                self._keep()
        return None

    def _stands_as(self, standing: _Standing) -> bool:
        """Say whether what comes changes what it changed before: clocks and open facts are the same."""
        then = standing.open_facts
        alike = standing.clocks is not None and self._clocks.goes_on_like(standing.clocks)
        if not alike or then.keys() != self._open.keys():
            return False
        return all(then[key].start == one.start and then[key].fact == one.fact for key, one in self._open.items())

    def _close(self, one: _Believed, end: Instant, known_to: Instant, since: Instant = -FOREVER) -> None:
        begun, known_from, fact = one
        start, end = max(begun, since), min(end, known_to, fact.until)
        if start < end and known_from < known_to:
            self.rows.append(row_of((start, end, known_from, known_to, fact)))

    def finish(self) -> list[Row[Held]]:
        """Return all rows; those still believed hold for ever."""
        add = self.rows.append
        for (start, known_from, fact), end in _all(self._ended, self._open):
            until = min(end, fact.until)
            if start < until:
                add(row_of((start, until, known_from, FOREVER, fact)))
        return self.rows


def _all(ended: Sequence[tuple[_Believed, Instant]], open_facts: _Open) -> Iterator[tuple[_Believed, Instant]]:
    """Yield what ended and what did not, each with its end."""
    yield from ended
    for one in open_facts.values():
        yield one, FOREVER


def case_intervals(entries: Iterable[Entry], laws: Laws) -> list[Row[Held]]:
    """Return the rows of one case, whose entries these are, all of them and in any order."""
    ordered = sorted([(known_at(entry), entry.version, entry) for entry in entries])
    if as_it_occurred(ordered):
        builder = CaseIntervals(laws)
        builder.add_in_order(ordered)
        return builder.finish()
    builder = CaseIntervals(laws, changing([entry for _, _, entry in ordered[:SHORT]]))
    for known, _, entry in ordered:
        builder.add_entry(entry, known)
    return builder.finish()
