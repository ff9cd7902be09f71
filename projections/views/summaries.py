"""Every event as one short line in words. Times are left to whoever shows the line: they need a zone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from domain.cases import events as ev

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.event import Event
    from domain.inspections.inspection import CasesDisclosed, Opened, Sampled
    from domain.officer import Enrolled
    from domain.rulebook.events import Adopted

LONGEST = 240
"""How many characters a line has at most; the whole text stands among the entry's details."""


def summary(event: Event) -> str:
    """Return an event in words, on one line, cut to 240 characters."""
    line = " ".join(in_full(event).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def in_full(event: Event) -> str:
    """Return an event in words with its whole text, paragraphs kept."""
    words = _CASE_WORDS.get(type(event)) or _other_words()[type(event)]
    return words(event)


def is_cut(summary: str) -> bool:
    """Say whether a summary was cut."""
    return len(summary) == LONGEST and summary.endswith("…")


def words_of(name: str) -> str:
    """Return a name of our own vocabulary as words; one from elsewhere is left as it is."""
    return name.replace("-", " ") if name.islower() else name


def _with(head: str, *rest: str | None) -> str:
    """Return ``head: rest, rest`` with the parts that there are."""
    more = "; ".join(part for part in rest if part)
    return f"{head}: {more}" if more else head


def _reported(event: ev.Reported) -> str:
    head = f"reported by {event.source}" if event.source else "reported"
    return _with(head, event.summary or words_of(event.category))


def _risk_assessed(event: ev.RiskAssessed) -> str:
    whose = f" of {event.subject}" if event.subject else ""
    return _with(f"risk{whose} assessed", event.risk, event.tool and f"with {event.tool}")


def _allocated(event: ev.Allocated) -> str:
    return f"allocated to {event.officer}" + (f", {event.team}" if event.team else "")


def _returned(event: ev.Returned) -> str:
    return "returned to the queue" + (f" from {event.officer}" if event.officer else "")


def _action(event: ev.ActionRecorded) -> str:
    about = f", {event.child}" if event.child else ""
    return _with(f"{words_of(event.kind)}{about}", event.outcome, event.text)


def _sought(event: ev.WarrantSought) -> str:
    return _with(f"{words_of(event.kind)} warrant {event.warrant} sought", event.court, event.grounds)


def _warrant(state: str, said: str | None = None) -> Callable[[Any], str]:
    def words(event: Any) -> str:  # noqa: ANN401  (the four events that move a warrant)
        return _with(f"warrant {event.warrant} {state}", said and getattr(event, said))

    return words


def _escalated(event: ev.Escalated) -> str:
    urgency = ", a child at immediate risk" if event.immediate else ""
    return _with(f"escalated as {event.escalation}{urgency}", event.concern)


def _graded(event: ev.Graded) -> str:
    by = "the force itself" if event.by == "force" else "the inspectorate"
    on = f" on {event.topic}" if event.topic else ""
    return _with(f"graded {event.grade} by {by}{on}", event.grounds)


def _paused(event: ev.Paused) -> str:
    until = f"to be looked at again on {event.review_on}" if event.review_on else "with no day of review"
    return f"paused, {until}; authorised by {event.authorised_by}"


def _disclosed(event: ev.Disclosed) -> str:
    up_to = f", up to position {event.size}" if event.size is not None else ""
    for_round = f", for inspection {event.inspection}" if event.inspection else ""
    return f"{event.what} disclosed to {event.recipient}{for_round}{up_to}"


def _corrected(event: ev.EntryCorrected) -> str:
    return f"entry {event.entry} corrected: {', '.join(map(words_of, event.values))}"


def _opened(event: Opened) -> str:
    after = f", following {event.follows}" if event.follows else ""
    return f"{event.body} began to inspect {event.force}{after}"


def _sampled(event: Sampled) -> str:
    total = sum(event.population.values())
    return f"sample {event.name} drawn: {len(event.cases)} of {total} cases by {event.strata}, seed {event.seed}"


def _cases_disclosed(event: CasesDisclosed) -> str:
    cases = "1 case" if len(event.cases) == 1 else f"{len(event.cases)} cases"
    return f"{cases} disclosed to {event.recipient}, up to position {event.size}"


def _adopted(event: Adopted) -> str:
    number = len(event.rulebook.standards)
    return _with("rulebook adopted", event.rulebook.title, "1 standard" if number == 1 else f"{number} standards")


_CASE_WORDS: dict[type, Callable[[Any], str]] = {
    ev.Reported: _reported,
    ev.RiskAssessed: _risk_assessed,
    ev.Allocated: _allocated,
    ev.Returned: _returned,
    ev.ActionRecorded: _action,
    ev.WarrantSought: _sought,
    ev.WarrantGranted: _warrant("granted", "court"),
    ev.WarrantRefused: _warrant("refused", "grounds"),
    ev.WarrantExecuted: _warrant("executed", "outcome"),
    ev.WarrantWithdrawn: _warrant("withdrawn"),
    ev.Escalated: _escalated,
    ev.EscalationAnswered: lambda event: _with(f"escalation {event.escalation} answered", event.text),
    ev.EscalationAccepted: lambda event: f"answer to escalation {event.escalation} accepted",
    ev.EscalationRejected: lambda event: f"answer to escalation {event.escalation} rejected",
    ev.Graded: _graded,
    ev.Paused: _paused,
    ev.Resumed: lambda _event: "resumed",
    ev.Linked: lambda event: f"linked to {event.other} as {event.relation}",
    ev.Unlinked: lambda event: (
        f"no longer linked to {event.other}" + (f" as {event.relation}" if event.relation else "")
    ),
    ev.ClosureRequested: lambda event: _with("closure requested", event.outcome, event.grounds),
    ev.ClosureRefused: lambda event: _with("closure refused", event.grounds),
    ev.Resolved: lambda event: _with("resolved", event.outcome, event.grounds),
    ev.Reopened: lambda _event: "reopened",
    ev.Restricted: lambda event: f"restricted to {', '.join(event.to)}",
    ev.Unrestricted: lambda _event: "restriction lifted",
    ev.Disclosed: _disclosed,
    ev.EntryCorrected: _corrected,
    ev.EntryRetracted: lambda event: f"entry {event.entry} retracted",
}


def _enrolled(event: Enrolled) -> str:
    side = "" if event.side == "force" else f", as one of the {event.side}"
    return "enrolled" + (f" in {event.team}" if event.team else "") + side


@cache
def _other_words() -> dict[type, Callable[[Any], str]]:
    from domain import officer  # (whoever reads one case meets none of these)
    from domain.inspections import inspection
    from domain.projection_events import EntrySkipped
    from domain.rulebook.events import Adopted

    return {
        officer.Enrolled: _enrolled,
        officer.Accredited: lambda event: f"accredited for {event.accreditation}",
        officer.AccreditationLapsed: lambda event: f"no longer accredited for {event.accreditation}",
        officer.Absent: lambda event: "absent" + (f", deputy {event.deputy}" if event.deputy else ""),
        officer.Back: lambda _event: "back",
        officer.Moved: lambda event: f"moved to {event.team}",
        officer.Left: lambda _event: "left",
        inspection.Opened: _opened,
        inspection.Sampled: _sampled,
        inspection.CasesDisclosed: _cases_disclosed,
        inspection.Closed: lambda _event: "inspection closed",
        Adopted: _adopted,
        EntrySkipped: lambda event: f"entry at position {event.position} left out of {event.projection}",
    }
