"""What is believed of a case, kept up while its entries become known: each costs what it changes."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.belief import AMENDING, believe, corrected, in_order
from domain.cases.events import EntryCorrected, EntryRetracted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.event import Entry


class BeliefChange(NamedTuple):
    """Where what is believed has changed: the places from ``start`` to before ``old_end`` were replaced.

    They are now those to before ``new_end``; all before and behind them are as they were.
    """

    start: int
    old_end: int
    new_end: int


_change: Final[Callable[[tuple[int, int, int]], BeliefChange]] = partial(tuple.__new__, BeliefChange)


class Believing:
    """What is believed after the entries added so far: ``entries``, as ``domain.cases.belief.believe`` has them.

    Entries are added in the order in which they became known, which need not be that of their versions.
    """

    __slots__ = ("_amending", "_known", "_tangled", "entries")

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.entries: list[Entry] = []
        self._known: dict[int, Entry] = {}
        self._amending: dict[int, list[Entry]] = {}
        self._tangled = False

    def add(self, entry: Entry) -> Iterable[BeliefChange]:
        """Take one more entry into account; give each change once ``entries`` has it, and nothing if none has.

        Raises ``Unreadable`` for a correction that does not fit what it names.
        """
        version, event = entry.version, entry.event
        if isinstance(event, AMENDING):
            return self._amend(entry, event)
        self._known[version] = entry
        if version not in self._amending:
            return (self._put(entry),)
        return self._anew() if self._tangled else self._replace(None, self._form(version))

    def _amend(self, entry: Entry, event: EntryCorrected | EntryRetracted) -> Iterator[BeliefChange]:
        """Take in what acts on another entry; where that acts on a third one, all is worked out from all."""
        before = None if self._tangled else self._form(event.entry)
        self._known[entry.version] = entry
        insort(self._amending.setdefault(event.entry, []), entry, key=_version)
        self._tangled = self._tangled or entry.version in self._amending or self._amends(event.entry)
        if self._tangled:
            yield from self._anew()
            return
        yield self._put(entry)
        yield from self._replace(before, self._form(event.entry))

    def _amends(self, version: int) -> bool:
        """Say whether an entry is a correction or retraction itself: what amends one may undo what it did."""
        named = self._known.get(version)
        return named is not None and isinstance(named.event, AMENDING)

    def _form(self, version: int) -> Entry | None:
        """Return what is believed instead of an entry; ``None`` if it is not known, or is retracted."""
        entry = self._known.get(version)
        if entry is None:
            return None
        retracted = False
        for event in (one.event for one in self._amending.get(version, ())):
            if isinstance(event, EntryCorrected):
                entry = corrected(entry, event)
            else:
                retracted = True
        return None if retracted else entry

    def _put(self, entry: Entry) -> BeliefChange:
        entries = self.entries
        last = entries[-1] if entries else None
        if last is None or last.occurred_at < entry.occurred_at or in_order(last) < in_order(entry):
            entries.append(entry)
            count = len(entries)
            return _change((count - 1, count - 1, count))
        place = self._place(entry)
        entries.insert(place, entry)
        return BeliefChange(place, place, place + 1)

    def _place(self, entry: Entry) -> int:
        return bisect_left(self.entries, in_order(entry), key=in_order)

    def _replace(self, old: Entry | None, new: Entry | None) -> Iterator[BeliefChange]:
        """Put ``new`` where it belongs, instead of ``old``."""
        if old == new:
            return
        if old is None or new is None:
            yield from map(self._put, () if new is None else (new,))
            yield from map(self._drop, () if old is None else (old,))
            return
        was = self._place(old)
        del self.entries[was]
        place = self._place(new)
        self.entries.insert(place, new)
        end = max(was, place) + 1
        yield BeliefChange(min(was, place), end, end)

    def _drop(self, old: Entry) -> BeliefChange:
        place = self._place(old)
        del self.entries[place]
        return BeliefChange(place, place + 1, place)

    def _anew(self) -> Iterator[BeliefChange]:
        """Work out everything that is believed from all that is known, since what amends was amended."""
        old, new = self.entries, believe(self._known.values()).entries
        self.entries = new
        least = min(len(old), len(new))
        start = next((place for place in range(least) if _differ(old[place], new[place])), least)
        same = 0
        while same < least - start and not _differ(old[-1 - same], new[-1 - same]):
            same += 1
        if start < len(old) - same or start < len(new) - same:
            yield BeliefChange(start, len(old) - same, len(new) - same)


def _differ(one: Entry, other: Entry) -> bool:
    return one is not other and one != other


def _version(entry: Entry) -> int:
    return entry.version
