"""One standard running on one case: when it started, when it is due, when it stands and what stops it."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import msgspec

from domain.deadlines.facts import Fact
from domain.deadlines.law import Ready
from domain.deadlines.silence import UNASSESSED
from domain.instant import FOREVER, Instant
from domain.working_time.reckoning import Reckoning

if TYPE_CHECKING:
    from domain.cases.state import Outline
    from domain.duration import Duration
    from domain.event import Entry, Event


class Clock(msgspec.Struct, gc=False):
    """One standard running on a case.

    ``since`` is when the wait began: the start, but of an escalation always the inspectorate's own word.
    ``child`` is the number of the child that it is for (``domain.cases.children``), 0 where it is for all.
    ``name`` is that of the limit that applies. ``pauses`` are those that are over; ``stands_since`` begins the
    one that is not. ``attempted_at`` is the first failed contact since the start. ``ended`` says that it became
    pointless. ``fact`` is the wait that ``domain.deadlines.stalls`` made of it, until the clock changes;
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
    child: int = 0
    pauses: list[tuple[Instant, Instant]] = []
    stands_since: Instant | None = None
    attempted_at: Instant | None = None
    stopped_at: Instant | None = None
    stopped_by: int | None = None
    ended: bool = False
    fact: Fact | None = None
    reckoning: Reckoning | None = None
    _due: Instant | None = None

    @property
    def due(self) -> Instant:
        """When the limit has run out, worked out when somebody first asks; ``FOREVER`` while the clock stands."""
        if self._due is None:
            self._due = self._worked_out()
        return self._due

    @property
    def limit(self) -> tuple[str, Duration]:
        """The limit that applies, as written, and its length."""
        given = self.ready.then if self.again else self.ready.first
        return given.only or given.by_name[self.name]

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
        return (*begun, self.name, self.pauses, self.stands_since, self.attempted_at)

    def late(self, at: Instant) -> bool:
        """Say whether what happened at an instant came too late to meet it.

        A limit from a date ends with a day, and that midnight is of the day after; at the very end of any other
        it is in time.
        """
        return at > self.due or (at == self.due and self.limit[1].from_date)

    def reckon_anew(self) -> None:
        """Let it be worked out anew when it is due, since what that hangs on has changed."""
        self.reckoning = self._due = self.fact = None

    def _worked_out(self) -> Instant:
        """Work out when it is due; a clock that stands before it is due never is, until it goes on."""
        length = self.limit[1]
        if self.pauses:
            due = self._disturbed()
        elif length.microseconds:
            due = self.started_at + length.microseconds
        else:
            due = self.ready.calendar.undisturbed(self.started_at, length, self.team)
        if due is None or due > FOREVER or (self.stands_since is not None and due > self.stands_since):
            return FOREVER
        return due

    def _disturbed(self) -> Instant | None:
        """Return when the limit has run out with the pauses left out: of many, each costs what it adds."""
        if self.reckoning is None:
            self.reckoning = self.ready.calendar.reckoning(self.started_at, self.limit[1], self.team)
            for pause in self.pauses:
                self.reckoning.pause(*pause)
        return self.reckoning.due

    def begin_anew(self, entry: Entry, outline: Outline, *, stands: bool) -> None:
        """Let it begin with ``entry`` as if it had not run before; ``stands`` says that it stands at once."""
        at = entry.occurred_at
        self.started_at = self.since = at
        self.started_by, self.team = entry.version, outline.team
        if self.ready.follows_risk:
            self.name = outline.risk or UNASSESSED
        if self.pauses:
            self.pauses = []
        self.stands_since = at if stands else None
        self.reckoning = self._due = self.fact = None

    def stand(self, at: Instant) -> None:
        """Let it stand still from ``at`` on."""
        if self.stands_since is None:
            self.stands_since = at
            self._due = self.fact = None

    def go_on(self, at: Instant) -> None:
        """Let it go on at ``at``."""
        if self.stands_since is None:
            return
        paused, self.stands_since = self.stands_since, None
        self.pauses.append((paused, at))
        if self.reckoning is not None:
            self.reckoning.pause(paused, at)
        self._due = self.fact = None
