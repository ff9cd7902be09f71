"""Clocks: the standards that run on a case, folded from what is believed of it, in order.

A clock keeps the rulebook, with its limit and its calendar, that was in force when it started; it follows the
risk as it is assessed anew. Nothing sets it back: neither a reallocation nor what would have started it
again. A resolved case shows no clock; reopening lets every unmet one go on as if it had never been closed, but
for those that wait for work: the time in which a case was closed is no time in which work was missing.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from domain.cases import events as ev
from domain.deadlines.clock import Clock
from domain.deadlines.standards import UNASSESSED, Law, Laws, Ready, names
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry, Event
    from domain.instant import Instant

Identity = tuple[str, str]
"""A clock of a case: its standard, and the warrant or escalation that it is about, or nothing."""


MISSING: Final = "missing"
DETAINED: Final = "detained"
BEGINS: Final = {"missing-reported": MISSING, "detained": DETAINED}
ENDS: Final = {"released": DETAINED, "transferred": DETAINED}
"""The kinds of action that begin and that end a condition of a child."""


class Clocks:
    """The clocks of one case, after the entries taken so far, which must be what is believed, in order.

    ``touched`` are those that started or stopped since somebody last asked (``stalls.news``), and
    ``whole`` says that anything may have changed.
    """

    __slots__ = (
        "_escalations",
        "_laws",
        "_seen",
        "category",
        "conditions",
        "finished",
        "harms",
        "is_open",
        "owned_since",
        "owner",
        "pause",
        "reported_at",
        "risk",
        "running",
        "team",
        "touched",
        "whole",
    )

    def __init__(self, laws: Laws) -> None:
        """Begin before the first entry, under ``laws``."""
        self._laws = laws
        self._escalations: dict[str, tuple[str, Instant]] = {}
        self._seen: dict[str, set[str]] = {}
        self.running: dict[tuple[str, str], Clock] = {}
        self.finished: list[Clock] = []
        self.reported_at: Instant | None = None
        self.category = ""
        self.risk: str | None = None
        self.team: str | None = None
        self.owner: str | None = None
        self.owned_since: Instant | None = None
        self.pause: tuple[Instant, str | None] | None = None
        self.is_open = True
        self.conditions: dict[str, Instant] = {}
        self.harms: dict[int, tuple[str, Instant]] = {}
        self.whole = True
        self.touched: list[Identity] = []

    def copy(self) -> Clocks:
        """Return clocks that go their own way from here; those that are finished stay as they are."""
        other = Clocks(self._laws)
        for name in self.__slots__:
            setattr(other, name, copy(getattr(self, name)))
        other._laws = self._laws
        other._seen = {standard: {*seen} for standard, seen in self._seen.items()}
        other.running = {identity: clock.copy() for identity, clock in self.running.items()}
        return other

    def law_at(self, instant: Instant) -> Law:
        """Return the version of the rulebook that was in force at an instant."""
        return self._laws.at(instant)

    def take(self, entry: Entry) -> None:
        """Take the next entry into account."""
        event = entry.event
        if type(event) is not ev.ActionRecorded:
            self._change(event, entry.occurred_at)
        law = self._laws.at(entry.occurred_at)
        named = names(entry)
        stopped = self._stop(entry, named) if self.running else []
        starting = law.starting(self.category)
        for name in named:
            for ready in starting.get(name, ()):
                self._start(ready, entry, named, stopped)
        if not law.concerns_together.isdisjoint(named):
            for ready in law.together:
                self._together(ready, entry, named)
        if type(event) is ev.ActionRecorded:
            self._act(event.kind, entry, law)

    def _change(self, event: Event, at: Instant) -> None:
        """Take what an event changes beside starting and stopping clocks."""
        match event:
            case ev.Reported():
                self.reported_at, self.category = at, event.category
            case ev.RiskAssessed():
                self._assess(event.risk)
            case ev.Allocated() | ev.Returned():
                self._own(event, at)
            case ev.Escalated():
                self._escalate(event, at)
            case ev.Paused():
                self._pause(at, event.review_on)
            case ev.Resumed():
                self._resume(at)
            case ev.Resolved() | ev.Reopened():
                self.is_open = isinstance(event, ev.Reopened)
                self._halt_or_go_on(at)
            case _:
                return
        self.whole = True

    def _own(self, event: ev.Allocated | ev.Returned, at: Instant) -> None:
        if isinstance(event, ev.Returned):
            self.owner = self.owned_since = None
            return
        if not same_name(self.owner, event.officer):
            self.owned_since = at
        self.owner, self.team = event.officer, event.team

    def _stop(self, entry: Entry, named: tuple[str, ...]) -> list[Identity]:
        """Stop what ``entry`` stops or ends, and return which standards it met."""
        met = []
        for identity, clock in list(self.running.items()):
            ready = clock.ready
            meets = not ready.stops.isdisjoint(named)
            if (meets or not ready.ends.isdisjoint(named)) and _about(clock, entry.event):
                clock.stopped_at, clock.stopped_by, clock.ended = entry.occurred_at, entry.version, not meets
                self.finished.append(clock)
                self.touched.append(identity)
                del self.running[identity]
                if meets:
                    met.append(identity)
        return met

    def _start(self, ready: Ready, entry: Entry, named: tuple[str, ...], met: list[Identity]) -> None:
        standard = ready.standard
        if not ready.meets_at_once.isdisjoint(named) or (ready.silence and not self.is_open):
            return
        key = "" if standard.per == "case" else getattr(entry.event, standard.per, "")
        if (standard.id, key) not in self.running and (key or standard.per == "case"):
            self._run(ready, key, entry, again=standard.then is not None and (standard.id, key) in met)

    def _together(self, ready: Ready, entry: Entry, named: tuple[str, ...]) -> None:
        """Start a clock when the last of what starts it together has happened."""
        standard = ready.standard
        if not ready.ends.isdisjoint(named):
            self._seen.pop(standard.id, None)
            return
        if ready.starts.isdisjoint(named):
            return
        seen = self._seen.setdefault(standard.id, set())
        seen |= ready.starts.intersection(named)
        applies = not ready.categories or self.category in ready.categories
        if applies and seen == ready.starts and (standard.id, "") not in self.running:
            del self._seen[standard.id]
            self._run(ready, "", entry, again=False)

    def _run(self, ready: Ready, key: str, entry: Entry, *, again: bool) -> None:
        name, since = "", entry.occurred_at
        if ready.standard.per == "escalation":
            name, since = self._escalations.get(key, ("otherwise", entry.occurred_at))
        if ready.follows_risk:
            name = self.risk or UNASSESSED
        clock = Clock(ready, key, entry.occurred_at, entry.version, since, self.team, again=again, name=name)
        if self._halts(ready):
            clock.stands_since = entry.occurred_at
        clock.reckon()
        identity = ready.standard.id, key
        self.touched.append(identity)
        self.running[identity] = clock

    def _act(self, kind: str, entry: Entry, law: Law) -> None:
        if kind in law.harms:
            self.whole = True
            self.harms[entry.version] = (kind, entry.occurred_at)
        if kind in self._laws.attempts:
            self._attempted(kind, entry)
        if kind in BEGINS:
            self.whole = True
            self.conditions.setdefault(BEGINS[kind], entry.occurred_at)
        elif kind in ENDS:
            self.whole = True
            self.conditions.pop(ENDS[kind], None)

    def _attempted(self, kind: str, entry: Entry) -> None:
        self.whole = True
        for clock in self.running.values():
            if clock.attempted_at is None and kind in clock.ready.attempts and clock.started_by != entry.version:
                clock.attempted_at = entry.occurred_at

    def _assess(self, risk: str) -> None:
        self.risk = risk
        for clock in self.running.values():
            if clock.ready.follows_risk:
                clock.name = risk
                clock.reckon()

    def _escalate(self, event: ev.Escalated, at: Instant) -> None:
        """Note when the inspectorate spoke, and how urgently."""
        name = "immediate" if event.immediate else "otherwise"
        self._escalations[event.escalation] = name, at
        for clock in self.running.values():
            if clock.ready.standard.per == "escalation" and clock.key == event.escalation:
                clock.name = name
                clock.reckon()

    def _pause(self, at: Instant, review_on: str | None) -> None:
        """Let the case be paused from ``at`` on, or be looked at again on another day."""
        self.pause = (at if self.pause is None else self.pause[0]), review_on
        self._halt_or_go_on(at)

    def _resume(self, at: Instant) -> None:
        self.pause = None
        self._halt_or_go_on(at)

    def _halts(self, ready: Ready) -> bool:
        """Say whether a clock stands, since the case is paused, or closed while work is waited for."""
        return (self.pause is not None and ready.stands) or (not self.is_open and ready.waits_for_work)

    def _halt_or_go_on(self, at: Instant) -> None:
        for clock in self.running.values():
            if self._halts(clock.ready):
                clock.stand(at)
            else:
                clock.go_on(at)


def _about(clock: Clock, event: Event) -> bool:
    """Say whether an event that names a warrant or an escalation names the one of this clock."""
    return not clock.key or getattr(event, clock.ready.standard.per, clock.key) == clock.key


def run(believed: Iterable[Entry], laws: Laws) -> Clocks:
    """Return the clocks of a case after the entries given, which must be what is believed, in order."""
    clocks = Clocks(laws)
    for entry in believed:
        clocks.take(entry)
    return clocks
