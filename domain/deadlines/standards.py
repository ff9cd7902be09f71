"""Standards made ready to run: what a rulebook says, looked up by what happens to a case.

A rulebook is made ready once and then used for every case. ``Laws`` holds all versions of the rulebook, each
from the instant on which it took effect.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from domain.cases.children import OF_A_CHILD
from domain.cases.events import ActionRecorded, Reopened, Reported, Resolved
from domain.cases.fold import ACTIVE_NAMES
from domain.deadlines.silence import ACTIVITY, silence_of, silences
from domain.duration import Duration, parse, parse_limit
from domain.instant import EARLIEST, Instant
from domain.rulebook.model import Rulebook, Standard
from domain.working_time.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.event import Entry, Event
    from domain.rulebook.model import Limit

REPORTED_AS_CRIME: Final = "reported-as-crime"
TURN: Final = "turn"
"""What resolving and reopening a case are to a clock that measures silence: see ``names``."""

_ACTION: Final = "action:"
_TURNS: Final = frozenset({Resolved, Reopened})
_NONE: Final = frozenset[str]()


class Limits(msgspec.Struct, frozen=True):
    """The lengths of time of one limit, as written and as read: one under ``""``, or one for each risk.

    An escalation's stand under ``immediate`` and ``otherwise``.
    """

    by_name: dict[str, tuple[str, Duration]]

    @property
    def varies(self) -> bool:
        """Whether the limit depends on the risk, or on whether an escalation is immediate."""
        return "" not in self.by_name

    def of(self, name: str) -> tuple[str, Duration]:
        """Return the limit as written, and its length, for a risk or what else it depends on."""
        return self.by_name[""] if "" in self.by_name else self.by_name[name]


class Ready(msgspec.Struct, frozen=True):
    """A standard with its names looked up and its limits read; ``warn_before`` is in microseconds.

    ``identity`` is that of its clock on a case as a whole.
    ``stands`` says that its clock stands while the case is paused, ``waits_for_work`` that no time counts in
    which the case is closed (the inspectorate waits on), ``silence`` that it is work that starts and stops it,
    ``plain`` that it runs out so long after the last activity (``domain.deadlines.silence``).
    """

    standard: Standard
    identity: tuple[str, str]
    starts: frozenset[str]
    stops: frozenset[str]
    ends: frozenset[str]
    meets_at_once: frozenset[str]
    first: Limits
    then: Limits
    categories: frozenset[str]
    risks: frozenset[str]
    follows_risk: bool
    stands: bool
    waits_for_work: bool
    silence: bool
    plain: bool
    attempts: frozenset[str]
    warn_before: Duration | None
    calendar: Calendar


Starting = dict[str, list[Ready]]
"""Standards by the name of what starts them."""


class Law:
    """One version of the rulebook, ready."""

    def __init__(self, book: Rulebook) -> None:
        """Make ``book`` ready."""
        self.book = book
        self.calendar = Calendar(book.calendar)
        self.attempts, self.harms = frozenset(book.attempts), frozenset(book.harms)
        self.standards = [_ready(standard, self.calendar, self.attempts) for standard in book.standards]
        self._by_id = {ready.standard.id: ready for ready in self.standards}
        self.together = tuple(ready for ready in self.standards if ready.standard.together)
        self.concerns_together = frozenset(name for one in self.together for name in one.starts | one.ends)
        self.silences = silences(book)
        self._starting: dict[str, Starting] = {}
        self._silent: dict[str, frozenset[str]] = {}

    def starting(self, category: str) -> Starting:
        """Return the standards that apply to a category, without those that several things start together."""
        found = self._starting.get(category)
        if found is None:
            found = self._starting[category] = self._found_starting(category)
        return found

    def has(self, ready: Ready, category: str) -> bool:
        """Say whether a standard is one of this version, and applies to a category."""
        found = self._by_id.get(ready.standard.id) is ready
        return found and (not ready.categories or category in ready.categories)

    def silent(self, category: str) -> frozenset[str]:
        """Return the ids of the standards that run out so long after the last activity in cases of a category."""
        found = self._silent.get(category)
        if found is None:
            found = frozenset(one.standard for one in self.silences if one.concerns(category))
            self._silent[category] = found
        return found

    def _found_starting(self, category: str) -> Starting:
        found: Starting = {}
        for ready in self.standards:
            if not ready.standard.together and (not ready.categories or category in ready.categories):
                for name in ready.starts:
                    found.setdefault(name, []).append(ready)
        return found


class Laws:
    """All versions of the rulebook, ready, each from an instant (microseconds, UTC) on.

    ``by_action`` are, by kind of action, the ids of the standards on a case that one starts, stops or ends in any
    version; ``of_children`` those of which one is about a child by its kind; ``silences`` those that run out so
    long after the last activity; ``warning`` those that warn.
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
        self.warning = frozenset(one.id for law in self.laws for one in law.book.standards if one.warns)
        self._stopping = self._by_what_stops_them()
        self._only = self.laws[0] if len(self.laws) == 1 else None

    def stopped_by(self, named: tuple[str, ...]) -> frozenset[str]:
        """Return the ids of the standards that one of these names stops or ends in any version."""
        found = self._stopping.get(named[0], _NONE)
        for name in named[1:]:
            more = self._stopping.get(name, _NONE)
            found = found | more if found else more
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


def _ready(standard: Standard, calendar: Calendar, attempts: frozenset[str]) -> Ready:
    first = _limits(standard.limit)
    then = first if standard.then is None else _limits(standard.then)
    silence = ACTIVITY in standard.starts and ACTIVITY in standard.stops
    turn = frozenset({TURN}) if silence else frozenset()
    return Ready(
        standard,
        (standard.id, ""),
        frozenset(standard.starts) | turn,
        frozenset(standard.stops) | turn,
        frozenset(standard.ends),
        frozenset(standard.stops) - frozenset(standard.starts),
        first,
        then,
        frozenset(standard.categories),
        frozenset(standard.risks),
        standard.per != "escalation" and (first.varies or then.varies),
        standard.pauses == "stand",
        ACTIVITY in standard.stops and standard.per != "escalation",
        silence,
        silence_of(standard) is not None,
        attempts if standard.cause == "untouched" else frozenset(),
        parse(standard.warns.before) if standard.warns else None,
        calendar,
    )


def _kinds(standard: Standard) -> list[str]:
    """Return the kinds of action that start, stop or end a standard that runs on a case as a whole."""
    every = (*standard.starts, *standard.stops, *standard.ends) if standard.per == "case" else ()
    return [name.removeprefix(_ACTION) for name in every if name.startswith(_ACTION)]


def _limits(limit: Limit) -> Limits:
    named = {"": limit} if isinstance(limit, str) else limit
    return Limits({name: (text, parse_limit(text)) for name, text in named.items()})


def names(entry: Entry) -> tuple[str, ...]:
    """Return by which names a standard can mean this entry: the event's or the action's, and ``activity``.

    Resolving and reopening a case are activity, but not the work that anybody waits for: they begin a silence
    anew, as they do for ``last_activity``, and meet no standard. Else five minutes of paper would.
    """
    event = entry.event
    if type(event) is ActionRecorded:
        return _of_work(event.kind) if event.counts else _of_no_work(event.kind)
    if type(event) is Reported and event.crime_reference:
        return entry.name, ACTIVITY, REPORTED_AS_CRIME
    return _of_event(type(event))


@lru_cache(maxsize=1024)
def _of_work(kind: str) -> tuple[str, ...]:
    return f"{_ACTION}{kind}", ACTIVITY


@lru_cache(maxsize=1024)
def _of_no_work(kind: str) -> tuple[str, ...]:
    return (f"{_ACTION}{kind}",)


@cache
def _of_event(kind: type[Event]) -> tuple[str, ...]:
    name = kind.TOPIC.partition(".")[2]
    if kind in _TURNS:
        return name, TURN
    return (name, ACTIVITY) if name in ACTIVE_NAMES else (name,)
