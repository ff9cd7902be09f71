"""Random histories of one case: late, tied, before 1970, imported, corrected and retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import strategies as st

from domain import officer as of
from domain.cases import events as ev
from domain.event import Entry, Event, Origin
from domain.identity import case_stream, officer_stream
from tests.clock import HOUR, START

if TYPE_CHECKING:
    from collections.abc import Callable

REFERENCE = "LAW-1"
PEOPLE = st.sampled_from(["DC 1417", "DC 2206", "PS 0088"])
TEXTS = st.none() | st.sampled_from(["a", "b"])
OUTCOMES = st.sampled_from(["charged", "no further action"])
RISKS = st.sampled_from(["low", "medium", "high", "very high"])
WARRANTS = st.sampled_from(["W1", "W2"])
ESCALATIONS = st.sampled_from(["E1", "E2"])
OTHERS = st.sampled_from(["CSE-0083", "DVW-0150"])
KINDS = st.sampled_from(["child-seen", "contact-attempted", "interview"])
ACTS = st.sampled_from(
    [
        *["child-seen", "contact-attempted", "arrest", "missing-reported", "further-harm", "crime-recorded"],
        *["detained", "charge", "released", "detention-reviewed", "accommodation-requested"],
    ]
)

CHILDREN = st.none() | st.sampled_from(["child 1", "Child  1", "child 2", "child 3", "child 4"])
OF_CHILDREN = st.sampled_from(
    [
        *["missing-reported", "missing-graded", "found", "return-interview", "child-seen", "arrest"],
        *["detained", "charge", "released", "transferred", "detention-reviewed", "accommodation-requested"],
    ]
)

# Few instants, so that entries tie; some before 1970, some long after the others.
OCCURRED = st.integers(-6, 12).map(lambda number: START + number * HOUR) | st.sampled_from(
    [-HOUR, 0, HOUR, START - 1, START + 1, START + 900 * HOUR]
)

EVENTS: list[st.SearchStrategy[Event]] = [
    st.builds(ev.RiskAssessed, risk=RISKS),
    st.builds(ev.Allocated, officer=PEOPLE, team=TEXTS),
    st.builds(ev.Returned),
    st.builds(ev.ActionRecorded, kind=KINDS, outcome=TEXTS, counts=st.booleans()),
    st.builds(ev.ActionRecorded, kind=OF_CHILDREN, outcome=TEXTS, child=CHILDREN),
    st.builds(ev.WarrantSought, warrant=WARRANTS, kind=st.sampled_from(["search", "arrest"]), court=TEXTS),
    st.builds(ev.WarrantGranted, warrant=WARRANTS),
    st.builds(ev.WarrantRefused, warrant=WARRANTS),
    st.builds(ev.WarrantExecuted, warrant=WARRANTS),
    st.builds(ev.WarrantWithdrawn, warrant=WARRANTS),
    st.builds(ev.Escalated, escalation=ESCALATIONS, concern=st.just("c"), immediate=st.booleans()),
    st.builds(ev.EscalationAnswered, escalation=ESCALATIONS, text=st.just("t")),
    st.builds(ev.EscalationAccepted, escalation=ESCALATIONS),
    st.builds(ev.EscalationRejected, escalation=ESCALATIONS),
    st.builds(
        ev.Graded,
        by=st.sampled_from(["force", "inspectorate"]),
        grade=st.sampled_from(["good", "inadequate"]),
        topic=TEXTS,
    ),
    st.builds(ev.Paused, authorised_by=PEOPLE, reason=TEXTS, review_on=st.none() | st.just("2016-03-01")),
    st.builds(ev.Resumed),
    st.builds(ev.Linked, other=OTHERS, relation=st.sampled_from(["sibling", "suspect"])),
    st.builds(ev.Unlinked, other=OTHERS, relation=st.none() | st.sampled_from(["sibling", "suspect"])),
    st.builds(ev.ClosureRequested, outcome=OUTCOMES),
    st.builds(ev.ClosureRefused),
    st.builds(ev.Resolved, outcome=OUTCOMES),
    st.builds(ev.Reopened),
    st.builds(ev.Restricted, to=st.lists(PEOPLE, min_size=1, max_size=2, unique=True).map(tuple)),
    st.builds(ev.Unrestricted),
    st.builds(ev.Disclosed, recipient=st.just("the court"), reason=TEXTS, size=st.none() | st.integers(0, 9)),
]

REPORT: st.SearchStrategy[Event] = st.just(ev.Reported(reference=REFERENCE))
ANYTHING = st.one_of(EVENTS)

# What a correction may put into the fields of an event.
CORRECTIONS: dict[type[Event], dict[str, st.SearchStrategy[Any]]] = {
    ev.Reported: {
        "category": st.sampled_from(["missing", "other"]),
        "summary": TEXTS,
        "children": st.integers(0, 3),
        "crime_reference": st.none() | st.just("C 1"),
    },
    ev.RiskAssessed: {"risk": RISKS},
    ev.Allocated: {"officer": PEOPLE, "team": TEXTS},
    ev.ActionRecorded: {"kind": KINDS | ACTS, "outcome": TEXTS, "child": CHILDREN},
    ev.WarrantSought: {"court": TEXTS},
    ev.Escalated: {"immediate": st.booleans()},
    ev.Graded: {"grade": st.sampled_from(["good", "inadequate"])},
    ev.Paused: {"review_on": st.none() | st.just("2016-04-01")},
    ev.Linked: {"relation": st.sampled_from(["sibling", "suspect"])},
    ev.ClosureRequested: {"outcome": OUTCOMES},
    ev.Resolved: {"outcome": OUTCOMES},
    ev.Disclosed: {"recipient": st.sampled_from(["the court", "the inspectorate"])},
    ev.Restricted: {"to": st.lists(PEOPLE, min_size=1, max_size=2, unique=True)},
}

AMENDING = (ev.EntryCorrected, ev.EntryRetracted)


@st.composite
def _correction(draw: Callable[..., Any], entries: list[Entry]) -> Event:
    target = draw(st.sampled_from([one for one in entries if not isinstance(one.event, AMENDING)]))
    fields: dict[str, st.SearchStrategy[Any]] = {"occurred_at": OCCURRED} | CORRECTIONS.get(
        type(target.event), {}
    )
    names = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=2, unique=True))
    return ev.EntryCorrected(entry=target.version, values={name: draw(fields[name]) for name in names})


def _next_event(entries: list[Entry], happened: st.SearchStrategy[Event]) -> st.SearchStrategy[Event]:
    choices = [happened, happened, happened, _correction(entries)]
    if len(entries) > 1:
        later = [one.version for one in entries[1:]]
        choices.append(st.builds(ev.EntryRetracted, entry=st.sampled_from(later)))
    return st.one_of(choices)


@st.composite
def _imported(draw: Callable[..., Any], event: Event, place: int) -> Event:
    recorded_at = draw(st.none() | OCCURRED)
    origin = Origin("log", REFERENCE, place, recorded_at=recorded_at)
    return msgspec.structs.replace(event, origin=origin)


@st.composite
def histories(
    draw: Callable[..., Any],
    most: int = 12,
    report: st.SearchStrategy[Event] = REPORT,
    happened: st.SearchStrategy[Event] = ANYTHING,
    least: int = 1,
) -> list[Entry]:
    """Draw a case of up to ``most`` entries: the report, then anything at any time, whatever is allowed."""
    entries: list[Entry] = []
    recorded_at = START + draw(st.integers(0, 3)) * HOUR
    for version in range(1, draw(st.integers(least, most)) + 1):
        event = draw(_next_event(entries, happened) if entries else report)
        if draw(st.integers(0, 3)) == 0:
            event = draw(_imported(event, version))
        recorded_at += draw(st.integers(0, 3)) * HOUR
        occurred_at = draw(OCCURRED | st.just(recorded_at))
        entries.append(
            Entry(
                version,
                case_stream(REFERENCE),
                version,
                occurred_at,
                recorded_at,
                draw(PEOPLE),
                "",
                version.to_bytes(16, "big"),
                event,
            )
        )
    return entries


def instants(entries: list[Entry]) -> st.SearchStrategy[int]:
    """Return instants at which something changes, the moments beside them, and any others."""
    telling = {one.occurred_at for one in entries} | {one.recorded_at for one in entries}
    telling |= {one.event.origin.recorded_at or 0 for one in entries if one.event.origin}
    near = sorted({instant + shift for instant in telling for shift in (-1, 0, 1)})
    return st.sampled_from(near) | st.integers(START - 10 * HOUR, START + 1000 * HOUR)


# What sets clocks going and stops them, more often than the rest; a warrant and an escalation share a name.
NAMED = st.sampled_from(["E1", "W1"])
REVIEWS = st.none() | st.sampled_from(["2016-02-12", "2016-02-13", "2016-03-26", "2016-02-30"])
CUSTODY = st.sampled_from(["detained", "charge", "released", "detention-reviewed", "accommodation-requested"])
NAMELESS = ["missing-reported", "missing-reported", "found", "missing-graded", "return-interview"]
WORK = st.sampled_from(["child-seen", "contact-attempted", "arrest"])

# Threads of what may happen to a case: a history is made of a few of them, so that each gets far enough.
THREADS: list[st.SearchStrategy[Event]] = [
    st.builds(ev.ActionRecorded, kind=CUSTODY, counts=st.booleans()),
    st.builds(ev.ActionRecorded, kind=WORK, counts=st.booleans()),
    st.builds(ev.ActionRecorded, kind=ACTS, counts=st.booleans()),
    st.builds(ev.ActionRecorded, kind=OF_CHILDREN, child=CHILDREN),
    st.builds(ev.ActionRecorded, kind=st.sampled_from(NAMELESS)),
    st.builds(ev.RiskAssessed, risk=RISKS),
    st.builds(ev.Allocated, officer=PEOPLE, team=TEXTS) | st.builds(ev.Returned),
    st.builds(ev.Paused, authorised_by=PEOPLE, review_on=REVIEWS) | st.builds(ev.Resumed),
    st.one_of(
        st.builds(ev.WarrantGranted, warrant=NAMED),
        st.builds(ev.WarrantExecuted, warrant=NAMED),
        st.builds(ev.WarrantWithdrawn, warrant=NAMED),
    ),
    st.one_of(
        st.builds(ev.Escalated, escalation=NAMED, concern=st.just("c"), immediate=st.booleans()),
        st.builds(ev.EscalationAnswered, escalation=NAMED, text=st.just("t")),
        st.builds(ev.EscalationAccepted, escalation=NAMED),
        st.builds(ev.EscalationRejected, escalation=NAMED),
    ),
    st.one_of(
        st.builds(ev.ClosureRequested, outcome=OUTCOMES),
        st.builds(ev.ClosureRefused),
        st.builds(ev.Resolved, outcome=OUTCOMES),
        st.builds(ev.Reopened),
    ),
]
A_REPORT: st.SearchStrategy[Event] = st.builds(
    ev.Reported,
    reference=st.just(REFERENCE),
    category=st.sampled_from(["missing", "other"]),
    crime_reference=st.none() | st.just("C 1"),
    children=st.none() | st.integers(1, 4),
    ages=st.sampled_from([(), (13,), (13, 9)]),
)


def stalling(least: int = 6, most: int = 18) -> st.SearchStrategy[list[Entry]]:
    """Draw a case of ``least`` to ``most`` entries that often set clocks going, stop them or let them stand."""
    threads = st.lists(st.sampled_from(range(len(THREADS))), min_size=1, max_size=3, unique=True)
    builder = threads.map(lambda chosen: st.one_of([THREADS[number] for number in chosen]))
    return builder.flatmap(
        lambda happened: histories(most, A_REPORT, happened, least) | prompt_histories(most, happened, least)
    )


@st.composite
def prompt_histories(
    draw: Callable[..., Any],
    most: int,
    happened: st.SearchStrategy[Event],
    least: int,
    report: st.SearchStrategy[Event] = A_REPORT,
) -> list[Entry]:
    """Draw a case of ``least`` to ``most`` entries, each recorded as it happened and none amended."""
    entries: list[Entry] = []
    at = START
    for version in range(1, draw(st.integers(least, most)) + 1):
        event = draw(happened if entries else report)
        at += draw(st.integers(0, 3)) * HOUR
        command_id = version.to_bytes(16, "big")
        entries.append(
            Entry(version, case_stream(REFERENCE), version, at, at, draw(PEOPLE), "", command_id, event)
        )
    return entries


ACCREDITATION = st.sampled_from(["specialist", "interviewer"])
SERVICE: st.SearchStrategy[Event] = st.one_of(
    st.builds(of.Accredited, accreditation=ACCREDITATION, until=st.none() | OCCURRED),
    st.builds(of.AccreditationLapsed, accreditation=ACCREDITATION),
    st.builds(of.Absent, until=st.none() | OCCURRED, deputy=st.none() | PEOPLE),
    st.builds(of.Back),
    st.builds(of.Left),
    st.builds(of.Enrolled, officer=st.just(""), team=TEXTS),
)


@st.composite
def service(draw: Callable[..., Any], officer: str, most: int = 5) -> list[Entry]:
    """Draw an officer's entries, up to ``most``: nothing at all, or the enrolment, then anything at any time."""
    entries: list[Entry] = []
    recorded_at = START - 8 * HOUR
    for version in range(1, draw(st.integers(0, most)) + 1):
        recorded_at += draw(st.integers(0, 6)) * HOUR
        event = draw(SERVICE) if entries else of.Enrolled(officer=officer)
        occurred_at = draw(OCCURRED | st.just(recorded_at)) if entries else -2 * HOUR
        command_id = bytes(officer, "ascii")[-4:] + version.to_bytes(12, "big")
        stream = officer_stream(officer)
        entries.append(Entry(0, stream, version, occurred_at, recorded_at, "HR 1", "", command_id, event))
    return entries


def registers() -> st.SearchStrategy[dict[str, list[Entry]]]:
    """Draw the entries of every officer, by name."""
    return st.fixed_dictionaries({name: service(name) for name in ("DC 1417", "DC 2206", "PS 0088")})
