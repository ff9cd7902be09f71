"""One standard running on one case: when it started, when it is due, when it stands and what stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain.deadlines.facts import Fact
from domain.deadlines.standards import Ready
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from domain.duration import Duration


class Clock(msgspec.Struct, gc=False):
    """One standard running on a case.

    ``since`` is when the wait began: the start, but of an escalation always the inspectorate's own word.
    ``child`` is the number of the child that it is for (``domain.cases.children``), 0 where it is for all.
    ``due`` is when the limit has run out: ``FOREVER`` while the clock stands. ``name`` is that of the limit
    that applies. ``pauses`` are those that are over; ``stands_since`` begins the one that is not.
    ``attempted_at`` is the first failed contact since the start. ``ended`` says that it became pointless.
    ``fact`` caches the wait that ``domain.deadlines.stalls`` made of it, until the clock changes. Instants
    are microseconds since 1970 UTC.
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

    @property
    def limit(self) -> tuple[str, Duration]:
        """The limit that applies, as written, and its length."""
        return (self.ready.then if self.again else self.ready.first).of(self.name)

    @property
    def varies(self) -> bool:
        """Whether the limit depends on what the clock is for: the risk, or how urgent a concern is."""
        return (self.ready.then if self.again else self.ready.first).varies

    def late(self, at: Instant) -> bool:
        """Say whether what happened at an instant came too late to meet it.

        A limit from a date ends with a day, and that midnight is of the day after; at the very end of any other
        it is in time.
        """
        return at > self.due or (at == self.due and self.limit[1].from_date)

    def reckon(self) -> None:
        """Work out when it is due; a clock that stands before it is due never is, until it goes on."""
        length = self.limit[1]
        if length.microseconds and not self.pauses:
            due: Instant | None = self.started_at + length.microseconds
        else:
            due = self.ready.calendar.due(self.started_at, length, self.team, self.pauses)
        if due is None or due > FOREVER or (self.stands_since is not None and due > self.stands_since):
            due = FOREVER
        self.due = due
        self.fact = None

    def stand(self, at: Instant) -> None:
        """Let it stand still from ``at`` on."""
        if self.stands_since is None:
            self.stands_since = at
            self.reckon()

    def go_on(self, at: Instant) -> None:
        """Let it go on at ``at``."""
        if self.stands_since is not None:
            self.pauses = [*self.pauses, (self.stands_since, at)]
            self.stands_since = None
            self.reckon()
