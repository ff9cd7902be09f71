"""Standards made ready to run: what a rulebook says, looked up by what happens to a case.

A rulebook is made ready once and then used for every case. ``Laws`` holds all versions of the rulebook, each
from the instant on which it took effect.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from domain.cases.children import OF_A_CHILD
from domain.cases.events import ActionRecorded, Reported
from domain.deadlines.effects import effect_of
from domain.deadlines.law import Law
from domain.deadlines.names import ACTION
from domain.instant import EARLIEST, Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.deadlines.effects import Effect
    from domain.event import Entry
    from domain.rulebook.model import Rulebook, Standard

_MOST: Final = 4_096
"""How many effects are kept: kinds of action are free text."""


class Laws:
    """All versions of the rulebook, ready, each from an instant (microseconds, UTC) on.

    ``by_action`` are, by kind of action, the ids of the standards on a case that one starts, stops or ends in any
    version; ``of_children`` those of which one is about a child by its kind; ``silences`` those that run out so
    long after the last activity, and ``silent`` their clocks; ``warning`` those that warn.
    """

    def __init__(self, versions: Sequence[tuple[Instant, Rulebook]]) -> None:
        """Make ``versions`` ready; they are in order of time, and the first holds from the beginning."""
        self.since = [EARLIEST, *(since for since, _ in versions[1:])]
        self.laws = [Law(book) for _, book in versions]
        self.attempts = frozenset(name for law in self.laws for name in law.attempts)
        self.by_action: dict[str, set[str]] = {}
        for ready in (ready for law in self.laws for ready in law.standards):
            for kind in _kinds(ready.standard):
                self.by_action.setdefault(kind, set()).add(ready.standard.id)
        self.of_children = frozenset(name for kind in OF_A_CHILD for name in self.by_action.get(kind, ()))
        self.silences = frozenset(one.standard for law in self.laws for one in law.silences)
        self.silent = tuple((standard, "") for standard in sorted(self.silences))
        self.warning = frozenset(one.id for law in self.laws for one in law.book.standards if one.warns)
        self._stopping = self._by_what_stops_them()
        self._only = self.laws[0] if len(self.laws) == 1 else None
        self._effects: dict[tuple[object, ...], Effect] = {}

    def effect(self, entry: Entry, category: str | None) -> Effect:
        """Return what ``entry`` does in a case of ``category``, by the version in force when it occurred."""
        event, law = entry.event, self._only or self.at(entry.occurred_at)
        key: tuple[object, ...]
        if type(event) is ActionRecorded:
            key = event.kind, event.counts, category, law
        elif type(event) is Reported:
            key = Reported, bool(event.crime_reference), category, law
        else:
            key = type(event), None, category, law
        return self._effects.get(key) or self._worked_out(key, entry, law)

    def _worked_out(self, key: tuple[object, ...], entry: Entry, law: Law) -> Effect:
        if len(self._effects) >= _MOST:
            self._effects.clear()
        found = effect_of(entry, str(key[2] or ""), law, self._stopping, self.attempts)
        self._effects[key] = found
        return found

    def _by_what_stops_them(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for ready in (ready for law in self.laws for ready in law.standards):
            for name in ready.stops | ready.ends:
                found.setdefault(name, set()).add(ready.standard.id)
        return {name: frozenset(standards) for name, standards in found.items()}

    def at(self, instant: Instant) -> Law:
        """Return what is in force at an instant."""
        if self._only is not None:
            return self._only
        return self.laws[max(0, bisect_right(self.since, instant) - 1)]


def _kinds(standard: Standard) -> list[str]:
    """Return the kinds of action that start, stop or end a standard that runs on a case as a whole."""
    every = (*standard.starts, *standard.stops, *standard.ends) if standard.per == "case" else ()
    return [name.removeprefix(ACTION) for name in every if name.startswith(ACTION)]
