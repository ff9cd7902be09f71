"""One standard running on one case: when it started, when it is due, when it stands and what stops it."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import msgspec

from domain.deadlines.facts import Fact
from domain.deadlines.standards import Ready
from domain.instant import FOREVER, Instant
from domain.working_time.reckoning import Reckoning

if TYPE_CHECKING:
    from domain.duration import Duration
    from domain.event import Entry, Event


class Clock(msgspec.Struct, gc=False):
    """One standard running on a case.

    ``since`` is when the wait began: the start, but of an escalation always the inspectorate's own word.
    ``child`` is the number of the child that it is for (``domain.cases.children``), 0 where it is for all.
    ``due`` is when the limit has run out: ``FOREVER`` while the clock stands. ``name`` is that of the limit
    that applies. ``pauses`` are those that are over; ``stands_since`` begins the one that is not.
    ``attempted_at`` is the first failed contact since the start. ``ended`` says that it became pointless.
    ``fact`` caches the wait that ``domain.deadlines.stalls`` made of it, until the clock changes;
    ``reckoning`` is how far the limit has come with these pauses. Instants are microseconds since 1970 UTC.
    """

    ready: Ready
    key: str
    started_at: Instant
    started_by: int
    since: Instant
    team: str | None
    again: bool
    name: str
    due: Instant = FOREVER
    pauses: list[tuple[Instant, Instant]] = []
    stands_since: Instant | None = None
    attempted_at: Instant | None = None
    stopped_at: Instant | None = None
    stopped_by: int | None = None
    ended: bool = False
    fact: Fact | None = None
    child: int = 0
    reckoning: Reckoning | None = None

    @property
    def limit(self) -> tuple[str, Duration]:
        """The limit that applies, as written, and its length."""
        return (self.ready.then if self.again else self.ready.first).of(self.name)

    @property
    def varies(self) -> bool:
        """Whether the limit depends on what the clock is for: the risk, or how urgent a concern is."""
        return (self.ready.then if self.again else self.ready.first).varies

    def copy(self) -> Clock:
        """Return a clock that goes its own way from here."""
        other = copy(self)
        other.pauses, other.reckoning = [*self.pauses], None
        return other

    def is_about(self, event: Event) -> bool:
        """Say whether an event that names a warrant or an escalation names the one of this clock."""
        return not self.key or getattr(event, self.ready.standard.per, self.key) == self.key

    def undisturbed(self, since: Instant) -> bool:
        """Say whether this clock started at an instant, and has never stood since."""
        return self.started_at == since and self.stands_since is None and not self.pauses

    def goes_on_like(self, other: Clock) -> bool:
        """Say whether this clock is ``other``, whatever of it has been worked out so far."""
        return self.ready is other.ready and self._course() == other._course()

    def _course(self) -> tuple[object, ...]:
        begun = self.key, self.started_at, self.started_by, self.since, self.team, self.again, self.child
        return (*begun, self.name, self.due, self.pauses, self.stands_since, self.attempted_at)

    def late(self, at: Instant) -> bool:
        """Say whether what happened at an instant came too late to meet it.

        A limit from a date ends with a day, and that midnight is of the day after; at the very end of any other
        it is in time.
        """
        return at > self.due or (at == self.due and self.limit[1].from_date)

    def reckon(self) -> None:
        """Work out when it is due; a clock that stands before it is due never is, until it goes on."""
        length, calendar = self.limit[1], self.ready.calendar
        if not self.pauses:
            self.reckoning = None
            elapsed = length.microseconds
            if elapsed:
                self._set(self.started_at + elapsed)
            else:
                self._set(calendar.undisturbed(self.started_at, length, self.team))
            return
        self.reckoning = calendar.reckoning(self.started_at, length, self.team)
        for pause in self.pauses:
            self.reckoning.pause(*pause)
        self._set(self.reckoning.due)

    def _set(self, due: Instant | None) -> None:
        never = due is None or due > FOREVER or (self.stands_since is not None and due > self.stands_since)
        self.due = FOREVER if never or due is None else due
        self.fact = None

    def begin_anew(self, entry: Entry, team: str | None, name: str, *, stands: bool) -> None:
        """Let it begin with ``entry`` as if it had not run before; ``stands`` says that it stands at once."""
        self.started_at = self.since = entry.occurred_at
        self.started_by = entry.version
        self.team, self.name, self.pauses = team, name, []
        self.stands_since = entry.occurred_at if stands else None
        self.reckon()

    def stand(self, at: Instant) -> None:
        """Let it stand still from ``at`` on."""
        if self.stands_since is None:
            self.stands_since = at
            self._set(self.due)

    def go_on(self, at: Instant) -> None:
        """Let it go on at ``at``."""
        if self.stands_since is not None:
            self._leave_out(self.stands_since, at)

    def _leave_out(self, paused: Instant, resumed: Instant) -> None:
        """Take a pause that is over into account: of many, each costs what it adds."""
        self.pauses.append((paused, resumed))
        self.stands_since = None
        if self.reckoning is None:
            self.reckon()
        else:
            self.reckoning.pause(paused, resumed)
            self._set(self.reckoning.due)
