"""A case's state: parallel states side by side, never one status word."""

from __future__ import annotations

import msgspec

from domain.cases.children import Children
from domain.instant import Instant


class Warrant(msgspec.Struct):
    """One warrant: ``state`` is sought, granted, refused, executed or withdrawn; ``since`` when it became so."""

    kind: str
    state: str
    since: Instant
    sought_at: Instant | None = None
    granted_at: Instant | None = None
    court: str | None = None


class Escalation(msgspec.Struct):
    """One referral back by the inspectorate: ``state`` is open, answered, accepted or rejected."""

    concern: str
    immediate: bool
    state: str
    since: Instant
    escalated_at: Instant
    inspection: str | None = None
    answered_by: str | None = None
    answered_for: str | None = None


class Pause(msgspec.Struct):
    """A halt: why, who authorised it, the day on which to look again, since when, how often it was reviewed.

    A review gives the reason, the authority and the day anew; the halt goes on since it began.
    """

    reason: str | None
    authorised_by: str
    review_on: str | None
    since: Instant
    reviewed: int = 0


class PauseOver(msgspec.Struct):
    """A halt that is over: what its last review said, and from when until before when it held."""

    reason: str | None
    authorised_by: str
    review_on: str | None
    since: Instant
    until: Instant
    reviewed: int = 0


class Step(msgspec.Struct):
    """One kind of action: how often it was recorded, and when it last happened with which outcome."""

    count: int
    last_at: Instant
    outcome: str | None


class GradeGiven(msgspec.Struct):
    """One grade: by whom, which, on what."""

    by: str
    grade: str
    topic: str | None
    inspection: str | None
    at: Instant


class Link(msgspec.Struct):
    """One relation to another case that stands: since when."""

    since: Instant


class Outline(msgspec.Struct):
    """What the lists show of a case and its clocks go by: whose it is, how grave, since when, whether it is open.

    ``escalated`` are the escalations that no verdict has settled: each with its state (open, answered or
    rejected) and since when. All instants are microseconds since 1970 UTC; ``None`` is "not so".
    """

    reference: str = ""
    category: str | None = None
    risk: str | None = None
    reported_at: Instant | None = None
    ownership: str = "unallocated"
    owner: str | None = None
    team: str | None = None
    owned_since: Instant | None = None
    allocated_by: str | None = None
    pause: Pause | None = None
    closed_at: Instant | None = None
    record: str = "normal"
    last_activity: str | None = None
    last_activity_at: Instant | None = None
    closure_asked_at: Instant | None = None
    escalated: tuple[tuple[str, str, Instant], ...] = ()


class Case(Outline):
    """The whole state of one case. All instants are microseconds since 1970 UTC; ``None`` is "not so".

    ``linked`` holds, by the other case, the relations to it that stand, the one recorded last at the end.
    ``children`` is how many it concerns by the report; ``named`` are those whom actions name, and
    ``steps_by_child`` the actions that name each, under its number there.
    """

    summary: str | None = None
    source: str | None = None
    children: int | None = None
    ages: tuple[int, ...] = ()
    crime_reference: str | None = None
    warrants: dict[str, Warrant] = {}
    steps: dict[str, Step] = {}
    named: Children = msgspec.field(default_factory=Children)
    steps_by_child: dict[int, dict[str, Step]] = {}
    escalations: dict[str, Escalation] = {}
    grades: list[GradeGiven] = []
    linked: dict[str, dict[str, Link]] = {}
    pauses: list[PauseOver] = []
    closure: str = "open"
    closure_requested_by: str | None = None
    closure_requested_for: str | None = None
    requested_outcome: str | None = None
    outcome: str | None = None
    restricted_to: tuple[str, ...] = ()
    version: int = 0

    @property
    def links(self) -> dict[str, str]:
        """The relation to each other case that was recorded last, of those that stand."""
        return {other: next(reversed(relations)) for other, relations in self.linked.items()}
