"""The lists of missing and detained children say what a naive model of each child says, on both axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import believe
from domain.cases.history import History
from domain.deadlines.clocks import run
from domain.deadlines.stalls import facts
from domain.deadlines.standards import Laws
from domain.instant import FOREVER
from domain.rulebook.default import default_rulebook
from projections.views import detained, missing
from projections.views.access import Reader
from projections.views.live_case import LiveCase
from tests import naive, naive_children, naive_stalls
from tests.laws.test_laws import law
from tests.laws.test_stalls import as_findings
from tests.smallbook import ONE, standard
from tests.strategies import OF_CHILDREN, OUTCOMES, REFERENCE, histories, instants, prompt_histories

if TYPE_CHECKING:
    from domain.event import Entry
    from tests.naive import Fact

VERSIONS = [(0, default_rulebook())]
BOOKS = [
    (
        0,
        replace(
            ONE[0][1],
            standards=(
                *ONE[0][1].standards,
                standard("grade", "reported", "action:missing-graded", "2h", pauses="stand"),
                standard("seek", "action:child-seen", "action:found", "3h", ends=("action:missing-reported",)),
                standard(
                    "both", "action:missing-reported action:child-seen", "action:released", "4h", together=True
                ),
                standard("again", "action:missing-reported", "action:missing-reported", "5h"),
            ),
        ),
    )
]
NAMES = st.none() | st.sampled_from(["A", "a ", "B", "C", "D"])
MISSING = st.sampled_from(["missing-reported", "missing-reported", "found", "return-interview", "missing-graded"])
CUSTODY = st.sampled_from(["detained", "released", "detention-reviewed", "charge", "accommodation-requested"])
HAPPENED = [
    st.builds(ev.ActionRecorded, kind=MISSING, child=NAMES),
    st.builds(ev.ActionRecorded, kind=CUSTODY, child=NAMES),
    st.builds(ev.ActionRecorded, kind=MISSING | CUSTODY | OF_CHILDREN, child=NAMES),
    st.one_of(
        *[st.builds(ev.ActionRecorded, kind=MISSING, child=NAMES)] * 4,
        st.builds(ev.Resolved, outcome=OUTCOMES),
        st.builds(ev.Reopened),
    ),
]
REPORT = st.builds(ev.Reported, reference=st.just(REFERENCE), children=st.none() | st.sampled_from([1, 2, 2, 3]))
OF_SEVERAL = st.builds(ev.Reported, reference=st.just(REFERENCE), children=st.sampled_from([2, 2, 3, 4]))
RARELY = st.sampled_from([None] * 12 + ["A", "entry 3 (not named)", "Entry  4 (Not named)"])
COURSES = st.sampled_from(HAPPENED).flatmap(
    lambda happened: histories(14, REPORT, happened, 4) | prompt_histories(14, happened, 4)
)
OF_NOBODY = [
    st.builds(ev.ActionRecorded, kind=MISSING, child=RARELY),
    st.builds(ev.ActionRecorded, kind=CUSTODY, child=RARELY),
    st.builds(ev.ActionRecorded, kind=MISSING | CUSTODY | st.just("child-seen"), child=RARELY),
    st.one_of(
        *[st.builds(ev.ActionRecorded, kind=MISSING | st.just("child-seen"), child=RARELY)] * 5,
        st.builds(ev.Paused, authorised_by=st.just("DI 7")),
        st.builds(ev.Resumed),
        st.builds(ev.RiskAssessed, risk=st.sampled_from(["high", "low"])),
        st.builds(ev.Resolved, outcome=OUTCOMES),
        st.builds(ev.Reopened),
    ),
]
BESIDE = st.sampled_from(OF_NOBODY).flatmap(
    lambda happened: histories(14, OF_SEVERAL, happened, 6) | prompt_histories(14, happened, 6, OF_SEVERAL)
)


def last_time(theirs: list[Fact]) -> dict[str, Any] | None:
    """Return the last time that a child was missing, by the facts about it."""
    acts = [one for one in theirs if naive_children.is_action(one)]
    found: dict[str, Any] | None = None
    for one in acts:
        if one["kind"] == "missing-reported" and (found is None or found["state"] != "missing"):
            found = {"state": "missing", "missing_at": one["at"], "found_at": None, "spoken_to_at": None}
        elif found and one["kind"] == "found":
            found["found_at"] = one["at"] if found["found_at"] is None else found["found_at"]
            found["state"] = "found" if found["spoken_to_at"] is None else found["state"]
        elif found and one["kind"] == "return-interview":
            found["spoken_to_at"] = one["at"] if found["spoken_to_at"] is None else found["spoken_to_at"]
            found["state"] = "spoken to"
    return found


def due_of(told: list[Fact], child: int, found_at: int | None) -> int | None:
    """Return until when a child that is found has to be spoken to, while that is waited for."""
    editions = [one for one in VERSIONS[0][1].standards if one.id == "return-interview"]
    by_child = naive_children.of_standard(told, editions)
    theirs = by_child.get(child) or by_child[0]
    clock = naive_stalls.clock(VERSIONS, "return-interview", "", theirs)
    if clock is None or theirs[clock.place]["at"] != found_at:
        return None
    return naive_stalls.due(clock, theirs)


def expected(told: list[Fact]) -> tuple[list[Any], list[Any]]:
    """Return who is on the list of the missing and on that of the detained."""
    names = {number: name for name, number in naive_children.first_named(told).items()}
    closed = naive.closure(told)["closure"] == "resolved"
    lost = []
    for child, theirs in naive_children.histories(told).items():
        time = last_time(theirs)
        if time and (not closed or time["state"] == "missing"):
            times = time["missing_at"], time["found_at"], time["spoken_to_at"]
            due = None if time["spoken_to_at"] is not None else due_of(told, child, time["found_at"])
            lost.append((names.get(child, ""), time["state"], *times, due))
    held = [
        (names.get(child, ""), since)
        for child, theirs in naive_children.histories(told).items()
        if (since := naive_children.since(theirs, "detained")) is not None
    ]
    return sorted(lost, key=str), sorted(held)


def listed(case: LiveCase) -> tuple[list[Any], list[Any]]:
    """Return what the lists say, in the words of the naive model."""
    lost = [
        (
            naive_children.name(one),
            one["state"],
            one["missing_at"],
            one["found_at"],
            one["spoken_to_at"],
            None if one["spoken_to_at"] is not None else one["due"],
        )
        for one in missing.items(case)
    ]
    held = [(naive_children.name(one), one["detained_at"]) for one in detained.items(case)]
    return sorted(lost, key=str), sorted(held)


@law
@given(st.data())
def test_each_child_is_listed_and_waited_for_by_its_own_history(data: st.DataObject) -> None:
    """Two, three and four of them, late, corrected to another name, retracted, named before or after."""
    _hold(data, data.draw(COURSES))


def _hold(data: st.DataObject, entries: list[Entry]) -> None:
    """Compare the lists and the clocks with the naive models' at some instants."""
    laws = Laws(VERSIONS)
    pairs = [(FOREVER, FOREVER)] + [
        (data.draw(instants(entries)), data.draw(instants(entries))) for _ in range(3)
    ]
    for as_at, known in pairs:
        case = LiveCase(entries, Axes(as_at, known), laws, Reader())
        facts_believed = naive.believed(entries, as_at, known)
        if case.case.reported_at is not None:
            assert listed(case) == expected(facts_believed)
        found = as_findings(facts(case.clocks).values())
        assert found == naive_stalls.findings(entries, VERSIONS, as_at, known)


@law
@given(st.data())
def test_one_who_is_reported_without_a_name_beside_another_has_its_own_history(data: st.DataObject) -> None:
    """Two, three and four whom nobody, or hardly anybody, names: missing and in custody, late and amended."""
    entries = data.draw(BESIDE)
    _hold(data, entries)
    as_at, known = data.draw(instants(entries)), data.draw(instants(entries))
    assert naive.as_data(History(entries).case(Axes(as_at, known))) == naive.state(entries, as_at, known)


@law
@given(BESIDE)
def test_whoever_is_reported_beside_another_has_clocks_of_what_was_said_of_all(entries: list[Entry]) -> None:
    """By any rulebook: what the first report stopped, ended or helped to start goes on for it, paused or not."""
    found = as_findings(facts(run(believe(entries).entries, Laws(BOOKS))).values())
    assert found == naive_stalls.findings(entries, BOOKS, FOREVER, FOREVER)
