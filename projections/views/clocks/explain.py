"""Why a clock is due when it is: what started it, which days counted and which did not, what stopped it.

All that somebody needs who would work it out again by hand, from the rulebook that was in force at its start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.deadlines.clocks import Clocks, run
from domain.deadlines.standards import Laws
from domain.duration import in_words
from domain.identity import same_name
from domain.instant import FOREVER, SECOND, Instant
from domain.working_time.counted_days import CountedDay, Wait, counted_days
from projections.fields import fields
from projections.views.clocks import clock_states
from projections.views.clocks.clock_states import by_state, due_of, overdue_seconds
from projections.views.clocks.not_started import standard_named, why_never
from projections.views.summaries import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.deadlines.clock import Clock
    from domain.rulebook.versions import RulebookVersions
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item

FIELDS: Final = fields(
    "standard key child unnamed title unmet state limit limit_in_words limit_for since due overdue_seconds "
    "started stopped pauses stands_since counted_in days zone team hours holidays_from source confidence "
    "rulebook why"
)
"""What an item holds, in the order in which it is shown."""

NEVER_STARTED: Final = "never started"
"""The state of a standard that has no clock in the case."""


class Explained(NamedTuple):
    """One case with its clocks, and the versions of the rulebook under which they run."""

    view: CaseView
    clocks: Clocks
    rulebooks: RulebookVersions

    @property
    def as_at(self) -> Instant:
        """The instant asked about."""
        return self.view.axes.as_at

    @property
    def until(self) -> Instant:
        """The instant up to which time runs: the one asked about, or when the case was resolved."""
        closed = self.view.case.closed_at
        return self.as_at if closed is None else closed


def explain(view: CaseView, rulebooks: RulebookVersions) -> Explained:
    """Return a case with its clocks, to be explained."""
    return Explained(view, run(view.believed, Laws(rulebooks.versions)), rulebooks)


def clock_items(case: Explained, standard: str | None = None, key: str | None = None) -> list[Item]:
    """Return one item for each clock, those of one ``standard`` or ``key`` only where one is given.

    A ``key`` is a warrant, an escalation, or a child by its name.

    What is breached comes first, then what runs, then what is over. If ``standard`` names one that has no
    clock, there is one item that says why; raises ``NotFound`` if no rulebook has it.
    """
    every = by_state(case.clocks, case.as_at)
    found = [one for one in every if standard in {None, one[1].ready.standard.id}]
    names = case.clocks.children.labels
    found = [one for one in found if key in {None, one[1].key} or same_name(key, names.get(one[1].child))]
    if not found and standard is not None and key is None:
        return [_blank(case, standard)]
    return [_item(clock, state, case) for state, clock in found]


def _item(clock: Clock, state: str, case: Explained) -> Item:
    standard, (limit, length) = clock.ready.standard, clock.limit
    return {
        "standard": standard.id,
        "key": clock.key or None,
        **clock_states.whom(clock, case.clocks),
        "title": standard.title,
        "unmet": standard.unmet or None,
        "state": state,
        "limit": limit,
        "limit_in_words": in_words(limit),
        "limit_for": clock.name or None if clock.varies else None,
        "since": clock.since,
        "due": due_of(clock),
        "overdue_seconds": overdue_seconds(clock, case.until),
        "started": _entry(case, clock.started_by, clock.started_at),
        "stopped": _stopped(clock, case),
        "pauses": [{"since": since, "until": until} for since, until in clock.pauses],
        "stands_since": clock.stands_since,
        "counted_in": "working days" if length.working_days else "days" if length.from_date else "seconds",
        "days": [_day(day, in_days=length.working_days > 0 or length.from_date) for day in _days(clock, case)],
        **_calendar(clock, case),
        "source": standard.source,
        "confidence": standard.confidence,
        "rulebook": _rulebook(clock.started_at, case),
        "why": None,
    }


def _entry(case: Explained, version: int, at: Instant) -> Item:
    event = case.view.by_version[version].event
    return {"entry": version, "event": event.TOPIC, "summary": summary(event), "at": at}


def _stopped(clock: Clock, case: Explained) -> Item | None:
    if clock.stopped_by is None or clock.stopped_at is None:
        return None
    entry = _entry(case, clock.stopped_by, clock.stopped_at)
    return entry | {"in_time": None if clock.ended else not clock.late(clock.stopped_at)}


def _days(clock: Clock, case: Explained) -> Iterator[CountedDay]:
    """Yield every day up to when the clock is due, or up to now if it never is."""
    stopped = case.until if clock.stopped_at is None else clock.stopped_at
    until, pauses = clock.due, clock.pauses
    if until >= FOREVER:
        until = stopped
        if clock.stands_since is not None:
            pauses = [*pauses, (clock.stands_since, max(stopped, clock.stands_since))]
    wait = Wait(clock.limit[1], clock.team, pauses)
    return counted_days(clock.ready.calendar, clock.started_at, until, wait)


def _day(day: CountedDay, *, in_days: bool) -> Item:
    counted = day.counted if in_days else _seconds(day.counted)
    item: Item = {"day": day.day.isoformat(), "counted": counted, "why": day.why or None}
    return item if day.last == day.day else item | {"to": day.last.isoformat()}


def _seconds(microseconds: int) -> float:
    """Return seconds, as a whole number where they are; what is left out would be missing from the sum."""
    whole, rest = divmod(microseconds, SECOND)
    return microseconds / SECOND if rest else whole


def _calendar(clock: Clock, case: Explained) -> Item:
    """Return whose days and working time count and what they are; nothing of a limit that only elapses."""
    length = clock.limit[1]
    calendar = case.rulebooks.at(clock.started_at).calendar
    zone = None if length.microseconds else calendar.zone
    if not length.works:
        return {"zone": zone, "team": None, "hours": [], "holidays_from": None}
    own = calendar.teams.get(clock.team or "")
    return {
        "zone": zone,
        "team": None if own is None else clock.team,
        "hours": list(calendar.hours if own is None else own.hours),
        "holidays_from": calendar.holidays_from or None,
    }


def _rulebook(at: Instant, case: Explained) -> Item:
    since = [effective for effective, _ in case.rulebooks.versions[1:] if effective <= at]
    return {"title": case.rulebooks.at(at).title, "since": max(since, default=None)}


def _blank(case: Explained, identifier: str) -> Item:
    standard = standard_named(identifier, case.rulebooks, case.until)
    nothing: Item = dict.fromkeys(FIELDS)
    return nothing | {
        "standard": standard.id,
        "title": standard.title,
        "unmet": standard.unmet or None,
        "state": NEVER_STARTED,
        "pauses": [],
        "days": [],
        "hours": [],
        "source": standard.source,
        "confidence": standard.confidence,
        "rulebook": _rulebook(case.until, case),
        "why": why_never(standard, case.view.believed, case.view.case, case.rulebooks),
    }
