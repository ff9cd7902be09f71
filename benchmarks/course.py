"""The course of one invented case: what happened when, and when it was recorded.

Nothing in it happened to anybody. The same random numbers make the same course; how long things take and
how often they are late follows no source and only has to be of a plausible size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.officers import HOUR, Deed, ordered, somebody
from domain.cases import events as ev
from domain.instant import DAY, Instant, to_datetime

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from domain.event import Event


AT_ONCE, LATE, AMENDED = 0.5, 0.07, 0.02
"""The shares of entries that are recorded as they occur, days afterwards, and that are corrected or retracted."""

RISKS: Final[tuple[ev.Risk, ...]] = ("low", "medium", "high", "very high")
RISK_WEIGHTS: Final = (65, 88, 98, 100)
"""Their shares of a hundred, added up."""

STEPS: Final = {
    "indecent-images": ("crime-recorded", "risk-to-each-child-assessed", "device-examined", "victim-updated"),
    "online-grooming": ("crime-recorded", "strategy-discussion", "child-seen", "interview"),
    "child-sexual-exploitation": ("crime-recorded", "strategy-discussion", "child-seen", "assessment"),
    "child-abuse": ("strategy-discussion", "child-seen", "initial-conference", "assessment"),
    "domestic-abuse": ("crime-recorded", "strategy-discussion", "child-seen", "assessment"),
    "missing": ("missing-reported", "missing-graded", "found", "return-interview"),
    "child-in-custody": ("detained", "detention-reviewed", "accommodation-requested", "released"),
    "offender-management": ("neighbourhood-briefed", "offender-visited", "offender-visited"),
    "other": ("child-seen", "victim-updated"),
}
"""What is done in a case of each category, mostly in this order and not always all of it."""

ORDINARY: Final = ("interview", "supervisor-review", "victim-updated", "child-seen", "contact-attempted")
UNCOUNTED: Final = frozenset({"contact-attempted", "further-harm"})
OUTCOMES: Final = ("done", "no answer", "seen and spoken to", None)
TEXT: Final = "an invented note of about the length that a caseworker writes in a minute between two calls"


class Course:
    """The course of one case in the making, from its report on."""

    def __init__(self, chance: random.Random, reported_at: Instant, end: Instant) -> None:
        """Let ``chance`` decide; officers' generations are counted back from ``end``."""
        self.chance = chance
        self.reported_at = reported_at
        self.end = end
        self.owner = ""
        self.deeds: list[Deed] = []

    def some(self, mean: float) -> int:
        """Return a length of time, in microseconds, that is short mostly and long sometimes."""
        return 1 + int(self.chance.expovariate(1 / mean))

    def tell(self, at: Instant, event: Event, actor: str | None = None, role: str = "investigator") -> Deed:
        """Add a deed, recorded at once, soon or late, but never before the report is."""
        recorded = at + (self._delay() if self.deeds else 0)
        if self.deeds:
            recorded = max(recorded, self.deeds[0].recorded_at + 1)
        deed = Deed(at, recorded, actor or self.owner or "PS 0001", role, event)
        self.deeds.append(deed)
        return deed

    def _delay(self) -> int:
        drawn = self.chance.random()
        if drawn < LATE:
            return DAY + self.some(8 * DAY)
        return 0 if drawn < LATE + AT_ONCE else self.some(HOUR / 3)

    def act(self, at: Instant, kind: str) -> None:
        """Add an action."""
        outcome = self.chance.choice(OUTCOMES)
        self.tell(at, ev.ActionRecorded(kind=kind, outcome=outcome, text=TEXT, counts=kind not in UNCOUNTED))

    def allocate(self, at: Instant) -> None:
        """Give the case to somebody who serves at ``at``."""
        self.owner, team = somebody(self.chance, at, self.end)
        self.tell(at, ev.Allocated(officer=self.owner, team=team), "PS 0001", "supervisor")


def case(chance: random.Random, reference: str, reported_at: Instant, end: Instant) -> list[Deed]:
    """Return the deeds of one case in order of recording, each with its version; none is recorded after ``end``.

    It is resolved within some months as a rule, and within two years in any case.
    """
    course = Course(chance, reported_at, end)
    category = chance.choice(tuple(STEPS))
    closed_at = reported_at + DAY + min(int(DAY * 115 * chance.lognormvariate(0, 0.5)), 700 * DAY)
    given_at = _begin(course, reference, category)
    _work(course, category, given_at, closed_at)
    for share, further in _FURTHER.get(category, ()) + _RARE:
        if chance.random() < share:
            further(course, given_at, closed_at)
    course.tell(closed_at - course.some(2 * DAY) % DAY, ev.ClosureRequested(outcome="no further action"))
    course.tell(closed_at, ev.Resolved(outcome="no further action"), "PS 0002", "supervisor")
    _amend(course)
    return ordered(course.deeds, end)


def _begin(course: Course, reference: str, category: str) -> Instant:
    """Report, assess and allocate; return when the case was allocated."""
    chance, at = course.chance, course.reported_at
    report = ev.Reported(reference=reference, category=category, source="referral", summary=TEXT, children=1)
    course.tell(at, report, "referral desk", "call handler")
    assessed_at = at + course.some(6 * HOUR)
    if chance.random() < 0.92:
        course.tell(assessed_at, ev.RiskAssessed(risk=_risk(chance)), "PS 0001", "supervisor")
    prompt = chance.random() < 0.7
    given_at = at + (course.some(8 * HOUR) if prompt else chance.randrange(DAY, 20 * DAY))
    course.allocate(given_at)
    return given_at


def _risk(chance: random.Random) -> ev.Risk:
    drawn = chance.randrange(100)
    return next(risk for risk, share in zip(RISKS, RISK_WEIGHTS, strict=True) if drawn < share)


def _work(course: Course, category: str, since: Instant, until: Instant) -> None:
    """Take most of the steps of the category, and some ordinary ones at any time until the end."""
    chance, at = course.chance, since
    for kind in STEPS[category]:
        at += course.some(6 * DAY)
        if at < until and chance.random() < 0.75:
            course.act(at, kind)
    for _ in range(chance.randrange(5)):
        course.act(chance.randrange(since, max(until, since + 1)), chance.choice(ORDINARY))


def _warrant(course: Course, since: Instant, until: Instant) -> None:
    number = f"W{course.chance.randrange(1_000_000)}"
    sought_at = since + course.some(20 * DAY)
    granted_at = sought_at + course.some(2 * DAY)
    executed_at = granted_at + course.some(12 * DAY)
    course.tell(sought_at, ev.WarrantSought(warrant=number, court="magistrates' court", grounds=TEXT))
    course.tell(granted_at, ev.WarrantGranted(warrant=number, court="magistrates' court"))
    if executed_at < until:
        course.tell(executed_at, ev.WarrantExecuted(warrant=number))
        course.act(executed_at + course.some(HOUR), "arrest")


def _escalation(course: Course, since: Instant, until: Instant) -> None:
    chance = course.chance
    at = chance.randrange(since, max(until, since + 1))
    concern = ev.Escalated(escalation="E1", concern=TEXT, immediate=chance.random() < 0.3)
    course.tell(at, concern, "HMI 7", "inspectorate")
    answered_at = at + course.some(9 * DAY)
    course.tell(answered_at, ev.EscalationAnswered(escalation="E1", text=TEXT))
    verdict = ev.EscalationAccepted if chance.random() < 0.7 else ev.EscalationRejected
    course.tell(answered_at + course.some(12 * DAY), verdict(escalation="E1"), "HMI 7", "inspectorate")


def _pause(course: Course, since: Instant, until: Instant) -> None:
    chance = course.chance
    at = chance.randrange(since, max(until, since + 1))
    review = None if chance.random() < 0.2 else _day(at + chance.randrange(5, 40) * DAY)
    course.tell(at, ev.Paused(authorised_by="PS 0001", review_on=review, reason=TEXT), "PS 0001", "supervisor")
    course.tell(min(at + course.some(25 * DAY), until - 1), ev.Resumed(), "PS 0001", "supervisor")


def _day(at: Instant) -> str:
    return to_datetime(at).date().isoformat()


def _reassessed(course: Course, since: Instant, until: Instant) -> None:
    at = course.chance.randrange(since, max(until, since + 1))
    course.tell(at, ev.RiskAssessed(risk=_risk(course.chance)), "PS 0001", "supervisor")


def _reallocated(course: Course, since: Instant, until: Instant) -> None:
    at = course.chance.randrange(since, max(until, since + 1))
    if course.chance.random() < 0.3:
        course.tell(at, ev.Returned(officer=course.owner), "PS 0001", "supervisor")
        at += course.some(3 * DAY)
    course.allocate(at)


def _harm(course: Course, since: Instant, until: Instant) -> None:
    course.act(course.chance.randrange(since, max(until, since + 1)), "further-harm")


Further = tuple[tuple[float, "Callable[[Course, Instant, Instant], None]"], ...]

_FURTHER: Final[dict[str, Further]] = {"indecent-images": ((0.8, _warrant),)}
_RARE: Final[Further] = (
    (0.05, _escalation),
    (0.06, _pause),
    (0.12, _reassessed),
    (0.12, _reallocated),
    (0.02, _harm),
)
"""What else happens, with the share of cases in which it does."""


def _amend(course: Course) -> None:
    """Let some entries, but never the report, be corrected or retracted days after they were recorded.

    No resolution is retracted: the case would be open for ever, and the more such cases the longer the history.
    """
    for deed in course.deeds[1:]:
        if course.chance.random() >= AMENDED:
            continue
        at = deed.recorded_at + course.some(15 * DAY)
        if course.chance.random() < 0.25 and not isinstance(deed.event, ev.Resolved):
            event: Event = ev.EntryRetracted(entry=0)
        else:
            event = ev.EntryCorrected(entry=0, values={"occurred_at": deed.occurred_at - course.some(DAY)})
        course.deeds.append(Deed(at, at, "PS 0001", "supervisor", event, amends=deed))
