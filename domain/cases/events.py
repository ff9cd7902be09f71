"""Everything that can happen to a case, each as a frozen struct with the name that is stored for ever."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec import Meta

from domain.event import Event, Personal

Risk = Literal["low", "medium", "high", "very high"]
Grade = Literal["good", "requires improvement", "inadequate"]
Grader = Literal["force", "inspectorate"]

Count = Annotated[int, Meta(ge=0, le=1_000)]
Age = Annotated[int, Meta(ge=0, le=130)]
Size = Annotated[int, Meta(ge=0)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A day as text, YYYY-MM-DD."""

RISKS: Final = ("very high", "high", "medium", "low")
"""The risks, the highest first."""

_REPORT = frozenset({"reference"})
_WARRANT = frozenset({"warrant"})
_ESCALATION = frozenset({"escalation"})
_LINK = frozenset({"other", "relation"})
_CHECKPOINT = frozenset({"log", "size", "inspection"})


class Reported(Event, frozen=True, kw_only=True):
    """Somebody told the force. ``source`` is who or what told it; ``ages`` are the children's, in years."""

    TOPIC: ClassVar[str] = "case.reported"
    FIXED: ClassVar[frozenset[str]] = _REPORT
    reference: str
    category: str = "other"
    source: str | None = None
    summary: Personal | None = None
    children: Count | None = None
    ages: tuple[Age, ...] = ()
    crime_reference: str | None = None


class RiskAssessed(Event, frozen=True, kw_only=True):
    """The risk was judged, for a person or the case as a whole, with a named tool or none."""

    TOPIC: ClassVar[str] = "case.risk-assessed"
    risk: Risk
    subject: Personal | None = None
    tool: str | None = None


class Allocated(Event, frozen=True, kw_only=True):
    """The case was given to an officer. A second one is a reallocation and never resets the case's age."""

    TOPIC: ClassVar[str] = "case.allocated"
    officer: str
    team: str | None = None


class Returned(Event, frozen=True, kw_only=True):
    """The case went back to the queue from ``officer``; the envelope says why."""

    TOPIC: ClassVar[str] = "case.returned"
    officer: str | None = None


class ActionRecorded(Event, frozen=True, kw_only=True):
    """Something was done. ``counts`` says whether its kind counted as activity when it was recorded.

    ``child`` names the child that it is about, as the force calls it; without one it is about all of them.
    """

    TOPIC: ClassVar[str] = "case.action-recorded"
    FIXED: ClassVar[frozenset[str]] = frozenset({"counts"})
    kind: str
    outcome: str | None = None
    text: Personal | None = None
    child: Personal | None = None
    counts: bool = True
    attributes: dict[str, str] = {}  # noqa: RUF012  (msgspec copies it)


class WarrantSought(Event, frozen=True, kw_only=True):
    """A court was asked for a warrant."""

    TOPIC: ClassVar[str] = "case.warrant-sought"
    FIXED: ClassVar[frozenset[str]] = _WARRANT
    warrant: str
    kind: str = "search"
    court: str | None = None
    grounds: Personal | None = None


class WarrantGranted(Event, frozen=True, kw_only=True):
    """The court granted it. It lapses three calendar months later (PACE 1984, section 16(3))."""

    TOPIC: ClassVar[str] = "case.warrant-granted"
    FIXED: ClassVar[frozenset[str]] = _WARRANT
    warrant: str
    court: str | None = None


class WarrantRefused(Event, frozen=True, kw_only=True):
    """The court refused it."""

    TOPIC: ClassVar[str] = "case.warrant-refused"
    FIXED: ClassVar[frozenset[str]] = _WARRANT
    warrant: str
    court: str | None = None
    grounds: Personal | None = None


class WarrantExecuted(Event, frozen=True, kw_only=True):
    """The warrant was carried out."""

    TOPIC: ClassVar[str] = "case.warrant-executed"
    FIXED: ClassVar[frozenset[str]] = _WARRANT
    warrant: str
    outcome: Personal | None = None


class WarrantWithdrawn(Event, frozen=True, kw_only=True):
    """The request, or the warrant, was given up."""

    TOPIC: ClassVar[str] = "case.warrant-withdrawn"
    FIXED: ClassVar[frozenset[str]] = _WARRANT
    warrant: str


class Escalated(Event, frozen=True, kw_only=True):
    """The inspectorate referred the case back; ``immediate`` when it saw a child at immediate risk."""

    TOPIC: ClassVar[str] = "case.escalated"
    FIXED: ClassVar[frozenset[str]] = _ESCALATION
    escalation: str
    concern: Personal
    immediate: bool = False
    inspection: str | None = None


class EscalationAnswered(Event, frozen=True, kw_only=True):
    """The force told the inspectorate what it did."""

    TOPIC: ClassVar[str] = "case.escalation-answered"
    FIXED: ClassVar[frozenset[str]] = _ESCALATION
    escalation: str
    text: Personal


class EscalationAccepted(Event, frozen=True, kw_only=True):
    """The inspectorate was satisfied with the answer."""

    TOPIC: ClassVar[str] = "case.escalation-accepted"
    FIXED: ClassVar[frozenset[str]] = _ESCALATION
    escalation: str


class EscalationRejected(Event, frozen=True, kw_only=True):
    """The inspectorate was not satisfied with the answer; the envelope says why."""

    TOPIC: ClassVar[str] = "case.escalation-rejected"
    FIXED: ClassVar[frozenset[str]] = _ESCALATION
    escalation: str


class Graded(Event, frozen=True, kw_only=True):
    """The work was graded, by the force itself or by the inspectorate, on one topic."""

    TOPIC: ClassVar[str] = "case.graded"
    FIXED: ClassVar[frozenset[str]] = frozenset({"by"})
    by: Grader
    grade: Grade
    topic: str | None = None
    inspection: str | None = None
    grounds: Personal | None = None


class Paused(Event, frozen=True, kw_only=True):
    """Work was halted. ``review_on`` is the day (YYYY-MM-DD) on which somebody must look again."""

    TOPIC: ClassVar[str] = "case.paused"
    authorised_by: str
    review_on: Day | None = None


class Resumed(Event, frozen=True, kw_only=True):
    """Work went on. Somebody says so: nothing is ever resumed by itself."""

    TOPIC: ClassVar[str] = "case.resumed"


class Linked(Event, frozen=True, kw_only=True):
    """Another case was found to be related."""

    TOPIC: ClassVar[str] = "case.linked"
    FIXED: ClassVar[frozenset[str]] = _LINK
    other: str
    relation: str


class Unlinked(Event, frozen=True, kw_only=True):
    """A link was found to be wrong: the one of this relation, or all to that case where none is named."""

    TOPIC: ClassVar[str] = "case.unlinked"
    FIXED: ClassVar[frozenset[str]] = _LINK
    other: str
    relation: str | None = None


class ClosureRequested(Event, frozen=True, kw_only=True):
    """Somebody asked for the case to be closed."""

    TOPIC: ClassVar[str] = "case.closure-requested"
    outcome: str
    grounds: Personal | None = None


class ClosureRefused(Event, frozen=True, kw_only=True):
    """Somebody else said no."""

    TOPIC: ClassVar[str] = "case.closure-refused"
    grounds: Personal | None = None


class Resolved(Event, frozen=True, kw_only=True):
    """The case was closed, by someone other than its owner and other than the one who asked."""

    TOPIC: ClassVar[str] = "case.resolved"
    outcome: str
    grounds: Personal | None = None


class Reopened(Event, frozen=True, kw_only=True):
    """A resolved case was taken up again; the envelope says why."""

    TOPIC: ClassVar[str] = "case.reopened"


class Restricted(Event, frozen=True, kw_only=True):
    """From here on only those named may read the case."""

    TOPIC: ClassVar[str] = "case.restricted"
    to: tuple[str, ...]


class Unrestricted(Event, frozen=True, kw_only=True):
    """Everybody may read it again."""

    TOPIC: ClassVar[str] = "case.unrestricted"


class Disclosed(Event, frozen=True, kw_only=True):
    """The case was given to somebody outside, such as a court; the envelope says why.

    ``what`` says how much of it. ``log`` and ``size`` name the checkpoint that it was given with: the origin of
    the log, and up to which position. ``inspection`` is the round for which it was given, if it was for one.
    """

    TOPIC: ClassVar[str] = "case.disclosed"
    FIXED: ClassVar[frozenset[str]] = _CHECKPOINT
    recipient: Personal
    what: str = "the whole record"
    log: str | None = None
    size: Size | None = None
    inspection: str | None = None


class EntryCorrected(Event, frozen=True, kw_only=True):
    """Entry ``entry`` (a version) was wrong: ``values`` replace those fields, the original stays on show.

    ``values`` may hold the event's own fields and ``occurred_at`` (microseconds since 1970 UTC).
    """

    TOPIC: ClassVar[str] = "case.entry-corrected"
    FIXED: ClassVar[frozenset[str]] = frozenset({"entry", "values"})
    entry: int
    values: dict[str, Any]


class EntryRetracted(Event, frozen=True, kw_only=True):
    """Entry ``entry`` (a version) should not have been made: it no longer counts and stays on show."""

    TOPIC: ClassVar[str] = "case.entry-retracted"
    FIXED: ClassVar[frozenset[str]] = frozenset({"entry"})
    entry: int
