"""The commands on a case: one short function for each thing that a caseworker says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.recording import record
from application.register import check_known, flagged
from domain import officer
from domain.axes import Axes
from domain.cases import events as ev
from domain.cases import rules
from domain.cases.decisions import check_amender, check_decider
from domain.cases.flags import left_behind
from domain.cases.restrictions import check_reason, check_restriction
from domain.errors import NotFound, Refused, UsageProblem
from domain.identity import case_stream, identifier, kept_identifier, known, officer_stream, same_name
from domain.instant import is_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Check, Envelope, Receipt
    from domain.cases.history import History
    from domain.cases.state import Case
    from domain.event import Entry, Event
    from domain.instant import Instant


def check_case(history: History, entry: Entry) -> None:
    """Raise ``Refused`` or ``Forbidden`` if ``entry``, next after ``history``, cannot be or is for others."""
    check_restriction(history, entry)
    check_reason(history, entry)
    rules.check(history.case(Axes(entry.occurred_at)), entry)
    check_decider(history.entries, entry)
    check_amender(history.entries, entry)


def on_case(
    app: Longcase,
    reference: str,
    kind: type[Event],
    build: Callable[[Case, History, Instant], Event],
    by: Envelope,
    check: Check | None = None,
) -> Receipt:
    """Record the event that ``build`` makes from a case's state when it occurs, its history and that instant.

    ``check`` is asked beside the rules of every case, and not of a command that is given again.
    """

    def events(history: History, at: Instant) -> Sequence[Event]:
        if not history.entries:
            raise no_case(app, reference)
        return [build(history.case(Axes(at)), history, at)]

    def checked(history: History, entry: Entry) -> None:
        if check is not None:
            check(history, entry)
        check_case(history, entry)
        check_known(app, history, entry)

    stream = known(case_stream, reference, app.entries)
    return record(app, stream, kind, flagged(app, events, by), checked, by)


def no_case(app: Longcase, reference: str) -> NotFound:
    """Return the error that says that no case has this reference, and which was probably meant."""
    from domain.spelling import alike, did_you_mean, typed  # (no case is the exception)

    hints = did_you_mean(alike(reference, app.ledger.streams_among))
    return NotFound(f"there is no case {reference}", hints=hints or (typed("report", reference, "--category C"),))


def plain(
    app: Longcase, reference: str, kind: type[Event], by: Envelope, /, check: Check | None = None, **values: Any
) -> Receipt:
    """Record an event of this kind and with these values, whatever the state of the case; see ``on_case``."""
    return on_case(app, reference, kind, lambda _case, _history, _at: kind(**values, **by.fields()), by, check)


def report(  # noqa: PLR0913  (what a report carries)
    app: Longcase,
    reference: str,
    by: Envelope,
    *,
    category: str,
    risk: ev.Risk | None = None,
    source: str | None = None,
    summary: str | None = None,
    children: int | None = None,
    ages: tuple[int, ...] = (),
    crime_reference: str | None = None,
    new: bool = False,
) -> Receipt:
    """Open a case; with ``risk`` its first assessment is recorded beside the report.

    ``new`` says that a reference which differs from another's in spelling alone is meant as it is. Raises
    ``Refused`` for one that does, without it.
    """
    name = identifier(reference, "the reference")
    app.vocabulary.category(category)
    reported = ev.Reported(
        reference=name,
        category=category,
        source=source,
        summary=summary,
        children=children,
        ages=ages,
        crime_reference=crime_reference,
        **by.fields(),
    )
    assessed = [ev.RiskAssessed(risk=risk, **by.fields())] if risk else []

    def events(history: History, _at: Instant) -> Sequence[Event]:
        # An import that was undone may have left entries, none of which stands.
        if history.entries and history.case().reported_at is not None:
            from domain.spelling import typed

            raise Refused(f"case {name} has been reported already", hints=(typed("timeline", name),))
        if not new:
            _refuse_respelt(app, name)
        return [reported, *assessed]

    stream = known(case_stream, name, app.entries)
    return record(app, stream, ev.Reported, flagged(app, events, by), check_case, by)


def _refuse_respelt(app: Longcase, name: str) -> None:
    from domain.spelling import alike, did_you_mean, typed  # (whoever records in a case needs none of it)

    near = alike(name, app.ledger.streams_among)
    if near:
        hints = (*did_you_mean(near), typed("report", name, "--new says that this is another case"))
        raise Refused(f"{name} differs from {near[0]}, which there is, in spelling alone", hints=hints)


def assess(
    app: Longcase,
    reference: str,
    risk: ev.Risk,
    by: Envelope,
    *,
    subject: str | None = None,
    tool: str | None = None,
) -> Receipt:
    """Record an assessment of risk."""
    return plain(app, reference, ev.RiskAssessed, by, risk=risk, subject=subject, tool=tool)


def fitness(app: Longcase, to: str, case: Case, at: Instant) -> tuple[str, str | None, tuple[str, ...]]:
    """Return an officer's name as registered, their team, and what makes them unfit for ``case`` at ``at``."""
    from application.commands.rulebooks import versions  # (few commands need it)

    state = officer.fold(app.entries(known(officer_stream, kept_identifier(to, "the officer"), app.entries)), at)
    needed = versions(app).at(at).needs.get(case.category or "")
    unfit = officer.unfitness(state, needed, at)
    return state.identifier or identifier(to, "the officer"), state.team, unfit


def allocate(
    app: Longcase, reference: str, to: str, by: Envelope, *, team: str | None = None, held_by: str | None = None
) -> Receipt:
    """Give the case to an officer; whatever makes them unfit for it is stored with the entry, for ever.

    Raises ``Refused`` if ``held_by``, where somebody is named, does not have the case when it is given away.
    """
    given = identifier(team, "the team") if team else None

    def event(case: Case, _history: History, at: Instant) -> Event:
        name, own_team, unfit = fitness(app, to, case, at)
        return ev.Allocated(officer=name, team=given or own_team, flags=unfit, **by.fields())

    def check(history: History, entry: Entry) -> None:
        if held_by is not None and not same_name(history.case(Axes(entry.occurred_at)).owner, held_by):
            raise Refused(f"{held_by} does not have it any more", hints=(f"longcase show {reference}",))

    return on_case(app, reference, ev.Allocated, event, by, check)


def return_case(app: Longcase, reference: str, by: Envelope) -> Receipt:
    """Put the case back into the queue."""
    return on_case(
        app, reference, ev.Returned, lambda c, _h, _at: ev.Returned(officer=c.owner, **by.fields()), by
    )


def act(
    app: Longcase,
    reference: str,
    kind: str,
    by: Envelope,
    *,
    outcome: str | None = None,
    text: str | None = None,
    child: str | None = None,
) -> Receipt:
    """Record something that was done, of a kind that the vocabulary knows, for one ``child`` or for all."""
    values: dict[str, Any] = {"outcome": outcome, "text": text, "counts": app.vocabulary.kind(kind).counts}
    about = None if child is None else identifier(child, "the child's name")
    return plain(app, reference, ev.ActionRecorded, by, kind=kind, child=about, **values)


def grade(  # noqa: PLR0913  (what a grade carries)
    app: Longcase,
    reference: str,
    given: ev.Grade,
    by: Envelope,
    *,
    grader: ev.Grader,
    topic: str | None = None,
    inspection: str | None = None,
    grounds: str | None = None,
    new: bool = False,
) -> Receipt:
    """Record a grade, of the force itself or of the inspectorate.

    Raises ``NotFound`` for a round that there is not, and ``Refused`` for a topic that is spelt nearly like one
    graded in the round, unless it is said to be ``new``.
    """
    from application.commands.rounds import check_round, check_topic  # (few commands need it)

    def check(_history: History, _entry: Entry) -> None:
        check_round(app, inspection)
        if not new:
            check_topic(app, inspection, topic)

    values = {"by": grader, "grade": given, "topic": topic, "inspection": inspection, "grounds": grounds}
    return plain(app, reference, ev.Graded, by, check, **values)


def pause(
    app: Longcase, reference: str, by: Envelope, *, review_on: str | None, authorised_by: str | None = None
) -> Receipt:
    """Halt the case, or review its pause; ``review_on`` (YYYY-MM-DD) is when somebody must look again.

    Whoever acts has authorised it, unless somebody else did. Nothing goes on by itself on that day.
    """
    check_day(review_on)
    who = authorised_by or by.on_behalf_of or by.actor
    return plain(app, reference, ev.Paused, by, authorised_by=who, review_on=review_on)


def check_day(text: str | None) -> None:
    """Raise ``UsageProblem`` for a text that is no day (YYYY-MM-DD)."""
    if text is not None and not is_day(text):
        raise UsageProblem(f"{text!r} is no day", hints=("write it as YYYY-MM-DD",))


def resume(app: Longcase, reference: str, by: Envelope) -> Receipt:
    """Go on with a paused case."""
    return plain(app, reference, ev.Resumed, by)


def restrict(app: Longcase, reference: str, to: Sequence[str], by: Envelope) -> Receipt:
    """Let only those named read the case."""
    names = tuple(identifier(one, "a reader") for one in to)
    return plain(app, reference, ev.Restricted, by, to=names)


def unrestrict(app: Longcase, reference: str, by: Envelope) -> Receipt:
    """Let everybody read the case again."""
    return plain(app, reference, ev.Unrestricted, by)


def request_closure(
    app: Longcase, reference: str, outcome: str, by: Envelope, *, grounds: str | None = None
) -> Receipt:
    """Ask for the case to be closed."""
    return plain(app, reference, ev.ClosureRequested, by, outcome=outcome, grounds=grounds)


def refuse_closure(app: Longcase, reference: str, by: Envelope, *, grounds: str | None = None) -> Receipt:
    """Refuse somebody else's request for closure."""
    return plain(app, reference, ev.ClosureRefused, by, grounds=grounds)


def resolve(
    app: Longcase, reference: str, by: Envelope, *, outcome: str | None = None, grounds: str | None = None
) -> Receipt:
    """Close the case, with the outcome given or asked for; flagged if a child is missing still or in custody."""

    def event(case: Case, _history: History, _at: Instant) -> Event:
        decided = outcome or case.requested_outcome
        if not decided:
            raise Refused("nobody has said with which outcome", hints=("give --outcome",))
        return ev.Resolved(outcome=decided, grounds=grounds, flags=left_behind(case), **by.fields())

    return on_case(app, reference, ev.Resolved, event, by)


def reopen(app: Longcase, reference: str, by: Envelope) -> Receipt:
    """Take a resolved case up again."""
    return plain(app, reference, ev.Reopened, by)
