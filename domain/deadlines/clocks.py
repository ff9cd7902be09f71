"""Clocks: the standards that run on a case, folded from what is believed of it, in order.

A clock keeps the rulebook, with its limit and its calendar, that was in force when it started; it follows the
risk as it is assessed anew. Nothing sets it back: neither a reallocation nor what would have started it
again. A resolved case shows no clock; reopening lets every unmet one go on as if it had never been closed, but
for those that wait for work: the time in which a case was closed is no time in which work was missing.
Where children are named, the standards that are about a child run for each (``domain.cases.children``).
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from domain.cases import events as ev
from domain.cases.children import UNNAMED, names_a_child
from domain.cases.events import ActionRecorded
from domain.cases.outline import take
from domain.deadlines.by_child import ALL, key_of
from domain.deadlines.clock import Clock
from domain.deadlines.names import ACTION
from domain.deadlines.running import CONDITIONS, OWNER, RunningClocks
from domain.deadlines.silence import UNASSESSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.deadlines.effects import Effect
    from domain.deadlines.law import Ready
    from domain.deadlines.running import Identity
    from domain.deadlines.standards import Laws
    from domain.event import Entry, Event
    from domain.instant import Instant

_DECIDING: Final = frozenset(
    {ev.Escalated, ev.EscalationAnswered, ev.EscalationAccepted, ev.EscalationRejected, ev.ClosureRequested,
     ev.ClosureRefused}
)  # fmt: skip
_OWNING: Final = frozenset({ev.Allocated, ev.Returned})
_HALTING: Final = frozenset({ev.Paused, ev.Resumed, ev.Resolved, ev.Reopened})
"""After which events something else waits for a decision, or is owned; and which may halt clocks."""


class Clocks(RunningClocks):
    """The clocks of one case, after the entries taken so far, which must be what is believed, in order."""

    __slots__ = ()

    def copy(self) -> Clocks:
        """Return clocks that go their own way from here; those that are finished stay as they are."""
        other = Clocks(self._laws, keeps_finished=self._keeps_finished)
        other.whole = self.whole
        other.outline, other.children = copy(self.outline), self.children.copy()
        other._by_child = self._by_child.copy(other.children)
        other._escalations, other.harms = {**self._escalations}, {**self.harms}
        other.finished, other.touched = [*self.finished], [*self.touched]
        other._seen = {identity: {*seen} for identity, seen in self._seen.items()}
        other._running = {identity: clock.copy() for identity, clock in self._running.items()}
        return other

    def take(self, entry: Entry) -> bool:
        """Take the next entry into account; say whether all of it is that work went on.

        Then nothing else changed but the last activity, from which it follows how long the case waits for work
        (``as_reckoned``).
        """
        event, outline = entry.event, self.outline
        about: tuple[int, ...] | None = None
        if type(event) is ActionRecorded:
            effect = self._laws.effect(entry, outline.category)
            if effect.activity is not None:
                outline.last_activity, outline.last_activity_at = effect.activity, entry.occurred_at
            if effect.moves or event.child is not None or self.children.labels:
                about = self._about_children(entry, event)
        else:
            effect = self._take_event(entry, event)
        if self.children.of_all is not None and (about is None or UNNAMED in about):
            self.children.keep(entry)
        if effect.only_work and about is None and self._work_goes_on(entry, effect):
            return outline.pause is None
        self._stop_and_start(entry, effect, about)
        return False

    def _take_event(self, entry: Entry, event: Event) -> Effect:
        """Take what is no action, beside starting and stopping clocks."""
        category = event.category if isinstance(event, ev.Reported) else self.outline.category
        effect = self._laws.effect(entry, category)
        take(self.outline, entry, effect.activity)
        self._change(event, entry.occurred_at)
        return effect

    def _change(self, event: Event, at: Instant) -> None:
        kind = type(event)
        if kind in _DECIDING:
            self.touched.append(CONDITIONS)
        elif kind in _OWNING:
            self.touched.append(OWNER)
        elif kind in _HALTING:
            self._halt_or_go_on(at)
            self.whole = True
        elif isinstance(event, ev.RiskAssessed):
            self._assess(event.risk)
        elif isinstance(event, ev.Reported):
            self.children.report(event)
            self.whole = True
        if isinstance(event, ev.Escalated):
            self._escalate(event, at)

    def _stop_and_start(self, entry: Entry, effect: Effect, about: tuple[int, ...] | None) -> None:
        stopped = self._stop(entry, effect, about) if effect.stops else []
        if effect.starts:
            self._start_all(entry, effect, stopped, about)
        for ready in effect.together:
            self._together(ready, entry, effect.named, about)
        if effect.harms or effect.attempts or effect.moves:
            self._act(effect, entry, about)

    def _work_goes_on(self, entry: Entry, effect: Effect) -> bool:
        """Let the clocks of the silences that are over begin anew, if no other stops; say whether that is so.

        They are the clocks that ``_stop`` would let go on, and none is left to be started.
        """
        if self._keeps_finished or self._by_child.parted or self.outline.closed_at is not None:
            return False
        running, stops, silent = self._running, effect.stops, effect.silent
        over = [running[one] for one in running if one[0] in stops]
        if len(over) != len(silent):
            return False
        for clock in over:
            if silent.get(clock.ready.standard.id) is not clock.ready:
                return False
        paused = self.outline.pause is not None
        for clock in over:
            clock.begin_anew(entry, self.outline, stands=paused and clock.ready.stands)
        return True

    def _stop(self, entry: Entry, effect: Effect, about: tuple[int, ...] | None) -> list[Identity]:
        """Stop what ``entry`` stops or ends, of those whom it is ``about``; return which standards it met."""
        met: list[Identity] = []
        stops, running, named = effect.stops, self._running, effect.named
        for identity in [one for one in running if one[0] in stops]:
            clock = running[identity]
            ready = clock.ready
            if ready is effect.silent.get(identity[0]) and self._goes_on_from(clock, entry):
                continue
            meets = not ready.stops.isdisjoint(named)
            if not (meets or not ready.ends.isdisjoint(named)) or (clock.key and not clock.is_about(entry.event)):
                continue
            if about is not None and not self._by_child.concerns(clock, about):
                continue
            clock.stopped_at, clock.stopped_by, clock.ended = entry.occurred_at, entry.version, not meets
            if self._keeps_finished and not self._by_child.is_nobodys(clock):
                self.finished.append(clock)
            self.touched.append(identity)
            del running[identity]
            if meets:
                met.append(identity)
        return met

    def _goes_on_from(self, clock: Clock, entry: Entry) -> bool:
        """Let the clock of a silence that is over begin anew, if it would; say whether it does.

        That spares another clock for each activity, where nobody wants to see those that are over.
        """
        if self._keeps_finished or clock.child != ALL or self.outline.closed_at is not None:
            return False
        clock.begin_anew(entry, self.outline, stands=self.outline.pause is not None and clock.ready.stands)
        return True

    def _start_all(
        self, entry: Entry, effect: Effect, met: list[Identity], about: tuple[int, ...] | None
    ) -> None:
        running, together = self._running, not self._by_child.parted
        for ready in effect.starts:
            if not together or not ready.on_case:
                self._start(ready, entry, met, about)
            elif ready.identity not in running and not (ready.silence and self.outline.closed_at is not None):
                self._run(ready, "", entry, again=ready.standard.then is not None and ready.identity in met)

    def _start(
        self,
        ready: Ready,
        entry: Entry,
        met: list[Identity],
        about: tuple[int, ...] | None,
    ) -> None:
        standard = ready.standard
        if ready.silence and not self.is_open:
            return
        if ready.on_case:
            for child in self._by_child.whom(standard.id, about):
                if (standard.id, key_of(child)) not in self._running:
                    again = standard.then is not None and (standard.id, key_of(child)) in met
                    self._run(ready, "", entry, again=again, child=child)
            return
        key = getattr(entry.event, standard.per, "")
        if key and (standard.id, key) not in self._running:
            self._run(ready, key, entry, again=standard.then is not None and (standard.id, key) in met)

    def _together(
        self, ready: Ready, entry: Entry, named: tuple[str, ...], about: tuple[int, ...] | None
    ) -> None:
        """Start a clock when the last of what starts it together has happened."""
        ended = not ready.ends.isdisjoint(named)
        if not ended and ready.starts.isdisjoint(named):
            return
        applies = not ready.categories or self.category in ready.categories
        for child in self._by_child.whom(ready.standard.id, about):
            identity = ready.standard.id, key_of(child)
            if ended:
                self._seen.pop(identity, None)
                continue
            seen = self._seen.setdefault(identity, set())
            seen |= ready.starts.intersection(named)
            if applies and seen == ready.starts and identity not in self._running:
                del self._seen[identity]
                self._run(ready, "", entry, again=False, child=child)

    def _about_children(self, entry: Entry, event: ActionRecorded) -> tuple[int, ...] | None:
        """Return the numbers of the children that an action is about, ``None`` while nobody has been named."""
        about = self.children.take(entry, event)
        if not self.children.labels:
            return None
        named = names_a_child(event)
        if (named or about == (entry.version,)) and self._part(about[0], event.kind, named=named):
            self.whole = True
        return about

    def _part(self, child: int, kind: str, *, named: bool) -> bool:
        """Let a child go on with the clocks of those not named, or with those of what was said of all of them."""
        other = self if named else run(self.children.said_of_all(self.children.of_all or ()), self._laws)
        before = other._running, other._seen  # noqa: SLF001  (its own, or those of others like it)
        return self._by_child.part(child, kind, self._running, self._seen, before)

    def _run(self, ready: Ready, key: str, entry: Entry, *, again: bool, child: int = ALL) -> None:
        outline, at, by = self.outline, entry.occurred_at, entry.version
        name, since = "", at
        if key and ready.standard.per == "escalation":
            name, since = self._escalations.get(key, ("otherwise", at))
        if ready.follows_risk:
            name = outline.risk or UNASSESSED
        clock = Clock(ready, key, at, by, since, outline.team, again, name, child)
        if (outline.pause is not None or outline.closed_at is not None) and self._halts(ready):
            clock.stands_since = at
        identity = (ready.standard.id, key or key_of(child)) if key or child else ready.identity
        self.touched.append(identity)
        self._running[identity] = clock

    def _act(self, effect: Effect, entry: Entry, about: tuple[int, ...] | None) -> None:
        kind = effect.named[0].removeprefix(ACTION)
        if effect.harms:
            self.whole = True
            self.harms[entry.version] = (kind, entry.occurred_at)
        if effect.attempts:
            self._attempted(kind, entry, about)
        if effect.moves and self.is_open:
            self.touched.append(CONDITIONS)
        elif effect.moves:
            self.whole = True

    def _attempted(self, kind: str, entry: Entry, about: tuple[int, ...] | None) -> None:
        for identity, clock in self._running.items():
            if about is not None and not self._by_child.concerns(clock, about):
                continue
            if clock.attempted_at is None and kind in clock.ready.attempts and clock.started_by != entry.version:
                clock.attempted_at = entry.occurred_at
                self.touched.append(identity)

    def _assess(self, risk: str) -> None:
        for identity, clock in self._running.items():
            if clock.ready.follows_risk:
                clock.name = risk
                clock.reckon_anew()
            if clock.ready.follows_risk or clock.ready.risks:
                self.touched.append(identity)

    def _escalate(self, event: ev.Escalated, at: Instant) -> None:
        """Note when the inspectorate spoke, and how urgently."""
        name = "immediate" if event.immediate else "otherwise"
        self._escalations[event.escalation] = name, at
        for identity, clock in self._running.items():
            if clock.ready.standard.per == "escalation" and clock.key == event.escalation:
                clock.name = name
                clock.reckon_anew()
                self.touched.append(identity)


def run(believed: Iterable[Entry], laws: Laws) -> Clocks:
    """Return the clocks of a case after the entries given, which must be what is believed, in order."""
    clocks = Clocks(laws)
    for entry in believed:
        clocks.take(entry)
    return clocks
