"""The lists of missing and detained children say what a naive model of each child says, on both axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from domain.axes import Axes
from domain.cases import events as ev
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
from tests.strategies import OF_CHILDREN, OUTCOMES, REFERENCE, histories, instants, prompt_histories

if TYPE_CHECKING:
    from tests.naive import Fact

VERSIONS = [(0, default_rulebook())]
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
COURSES = st.sampled_from(HAPPENED).flatmap(
    lambda happened: histories(14, REPORT, happened, 4) | prompt_histories(14, happened, 4)
)


def last_time(theirs: list[Fact]) -> dict[str, Any] | None:
    """Return the last time that a child was missing, by the facts about it."""
    acts = [one for one in theirs if naive_children.is_action(one)]
    found: dict[str, Any] | None = None
    for one in acts:
        if one["kind"] == "missing-reported" and (found is None or found["state"] != "missing"):
            found = {"state": "missing", "missing_at": one["at"], "found_at": None, "spoken_to_at": None}
        elif found and one["kind"] == "found":
            found["found_at"] = found["found_at"] or one["at"]
            found["state"] = "found" if found["spoken_to_at"] is None else found["state"]
        elif found and one["kind"] == "return-interview":
            found["spoken_to_at"] = found["spoken_to_at"] or one["at"]
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
            due = None if time["spoken_to_at"] else due_of(told, child, time["found_at"])
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
            None if one["spoken_to_at"] else one["due"],
        )
        for one in missing.items(case)
    ]
    held = [(naive_children.name(one), one["detained_at"]) for one in detained.items(case)]
    return sorted(lost, key=str), sorted(held)


@law
@given(st.data())
def test_each_child_is_listed_and_waited_for_by_its_own_history(data: st.DataObject) -> None:
    """Two, three and four of them, late, corrected to another name, retracted, named before or after."""
    entries = data.draw(COURSES)
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
