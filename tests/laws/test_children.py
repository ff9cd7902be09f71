"""The lists of missing and detained children say what a naive model of each child says, on both axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from domain.axes import Axes
from domain.cases import events as ev
from domain.deadlines.standards import Laws
from domain.rulebook.default import default_rulebook
from projections.views import detained, missing
from projections.views.access import Reader
from projections.views.live_case import LiveCase
from tests import naive, naive_children, naive_stalls
from tests.laws.test_laws import law
from tests.strategies import A_REPORT, CHILDREN, OF_CHILDREN, OUTCOMES, histories, instants

if TYPE_CHECKING:
    from domain.event import Entry
    from tests.naive import Fact

VERSIONS = [(0, default_rulebook())]
HAPPENED = st.one_of(
    *[st.builds(ev.ActionRecorded, kind=OF_CHILDREN, child=CHILDREN)] * 4,
    st.builds(ev.Resolved, outcome=OUTCOMES),
    st.builds(ev.Reopened),
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


def due_of(facts: list[Fact], child: int, found_at: int | None) -> int | None:
    """Return until when a child that is found has to be spoken to, while that is waited for."""
    editions = [one for one in VERSIONS[0][1].standards if one.id == "return-interview"]
    by_child = naive_children.of_standard(facts, editions)
    theirs = by_child.get(child) or by_child[0]
    clock = naive_stalls.clock(VERSIONS, "return-interview", "", theirs)
    if clock is None or theirs[clock.place]["at"] != found_at:
        return None
    return naive_stalls.due(clock, theirs)


def expected(facts: list[Fact]) -> tuple[list[Any], list[Any]]:
    """Return who is on the list of the missing and on that of the detained."""
    names = {number: name for name, number in naive_children.first_named(facts).items()}
    closed = naive.closure(facts)["closure"] == "resolved"
    lost = []
    for child, theirs in naive_children.histories(facts).items():
        time = last_time(theirs)
        if time and (not closed or time["state"] == "missing"):
            told = time["missing_at"], time["found_at"], time["spoken_to_at"]
            due = None if time["spoken_to_at"] else due_of(facts, child, time["found_at"])
            lost.append((names.get(child, ""), time["state"], *told, due))
    held = [
        (names.get(child, ""), since)
        for child, theirs in naive_children.histories(facts).items()
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
def test_the_lists_say_of_each_child_what_its_own_history_says(data: st.DataObject) -> None:
    """Two, three and four of them, late, corrected to another name, retracted, named before or after."""
    entries: list[Entry] = data.draw(histories(18, A_REPORT, HAPPENED, 6))
    laws = Laws(VERSIONS)
    for _ in range(4):
        as_at, known = data.draw(instants(entries)), data.draw(instants(entries))
        case = LiveCase(entries, Axes(as_at, known), laws, Reader())
        facts = naive.believed(entries, as_at, known)
        if case.case.reported_at is not None:
            assert listed(case) == expected(facts)
