"""The rows of one officer: exactly one for every pair of instants, and what it says is what a fold says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.event import Entry, Event, Origin, known_at
from domain.instant import FOREVER
from domain.officer import Absent, AccreditationLapsed, Accredited, Back, Enrolled, Left, Moved, fold
from projections.intervals.officers import NOBODY, OfficerValues, Period, periods, values_of
from tests.clock import hours
from tests.domain.scene import entry

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "DC 1417"
ENROLLED = Enrolled(officer=NAME, team="Hydra")
WORKS = st.sampled_from(["child-protection", "detective"])
SPANS = st.none() | st.integers(-3, 20).map(hours)
EVENTS = st.one_of(
    st.builds(Enrolled, officer=st.just(NAME), team=st.sampled_from([None, "Hydra"])),
    st.builds(Accredited, accreditation=WORKS, since=SPANS, until=SPANS),
    st.builds(Accredited, accreditation=WORKS, since=SPANS, until=SPANS),
    st.builds(AccreditationLapsed, accreditation=WORKS),
    st.builds(Moved, team=st.sampled_from(["Hydra", "Orion"])),
    st.builds(Absent, until=SPANS, deputy=st.sampled_from([None, "DC 2206"])),
    st.sampled_from([Absent(), Back(), Left()]),
)
HOURS = st.integers(-2, 12)


@st.composite
def registers(draw: Callable[..., Any]) -> list[Entry]:
    """Draw what is recorded of one officer: prompt and late, tied, imported, whatever the rules say."""
    found: list[Entry] = []
    recorded = 0
    for version in range(1, draw(st.integers(0, 8)) + 1):
        event = draw(EVENTS)
        if draw(st.integers(0, 3)) == 0:
            event = _imported(event, hours(draw(HOURS)))
        recorded += draw(st.integers(0, 3))
        at = draw(HOURS | st.just(recorded))
        found.append(entry(version, event, hours(at), recorded=hours(recorded)))
    return found


def _imported(event: Event, recorded_at: int) -> Event:
    return msgspec.structs.replace(event, origin=Origin("hr", NAME, 0, recorded_at=recorded_at))


def answering(rows: list[Period], at: int, known: int) -> list[OfficerValues]:
    """Return what the rows say for a pair of instants."""
    return [
        row.state
        for row in rows
        if row.valid_from <= at < row.valid_to and row.known_from <= known < row.known_to
    ]


def naive(entries: list[Entry], at: int, known: int) -> OfficerValues:
    """Return what a fold of the entries known by then says."""
    return values_of(fold([one for one in entries if known_at(one) <= known], at), at)


@settings(max_examples=150, deadline=None)
@given(registers(), st.data())
def test_one_row_answers_at_every_pair_of_instants(entries: list[Entry], data: st.DataObject) -> None:
    """Late, tied and imported entries, and accreditations that begin and end without an entry."""
    rows = periods(data.draw(st.permutations(entries)))
    for known in map(hours, range(-4, 26)):
        for step in (-1, 0):
            for at in range(-4, 26):
                if hours(at) + step <= known:
                    found = answering(rows, hours(at) + step, known)
                    assert found == [naive(entries, hours(at) + step, known)], (at, step, known)


@settings(max_examples=50, deadline=None)
@given(registers())
def test_no_row_is_empty_and_none_could_be_joined_to_another_of_its_knowledge(entries: list[Entry]) -> None:
    """Each row holds for some time on both axes; two that touch in time and were believed alike differ."""
    rows = periods(entries)
    assert all(row.valid_from < row.valid_to and row.known_from < row.known_to for row in rows)
    ends = {(row.valid_to, row.known_from, row.known_to, row.state) for row in rows}
    assert not ends & {(row.valid_from, row.known_from, row.known_to, row.state) for row in rows}


def test_somebody_of_whom_nothing_is_recorded_is_nobody() -> None:
    """There is a row for them all the same."""
    assert periods([]) == [Period(-FOREVER, FOREVER, -FOREVER, FOREVER, NOBODY)]


def test_a_prompt_entry_costs_one_row_and_a_day_set_beforehand_one_more() -> None:
    """What was recorded as it happened is one course; nothing is kept twice."""
    accredited = Accredited(accreditation="detective", until=hours(9))
    rows = periods([entry(1, ENROLLED, hours(1)), entry(2, accredited, hours(2)), entry(3, Absent(), hours(4))])
    on = OfficerValues(enrolled=True, team="Hydra", absent_since=None, left_at=None, accreditations=())
    able = on._replace(accreditations=(("detective", hours(2)),))
    gone = on._replace(absent_since=hours(4), lost=(("detective", hours(9)),))
    assert rows == [
        Period(-FOREVER, hours(1), -FOREVER, FOREVER, NOBODY),
        Period(hours(1), hours(2), hours(1), FOREVER, on),
        Period(hours(2), hours(4), hours(2), FOREVER, able),
        Period(hours(4), hours(9), hours(4), FOREVER, able._replace(absent_since=hours(4))),
        Period(hours(9), FOREVER, hours(4), FOREVER, gone),
    ]


def test_an_absence_ends_on_the_day_set_beforehand() -> None:
    """Without an entry, as known from when it was set; what is set anew ends the row that was believed."""
    absent, longer = Absent(until=hours(6)), Absent(until=hours(9))
    rows = periods([entry(1, ENROLLED, hours(1)), entry(2, absent, hours(4)), entry(3, longer, hours(5))])
    for at, known, since in [(4, 4, 4), (5, 5, 4), (6, 6, 4), (8, 9, 4), (9, 9, None), (12, 12, None)]:
        (found,) = answering(rows, hours(at), hours(known))
        assert found.absent_since == (None if since is None else hours(since)), at
    (before,) = answering(periods([entry(1, ENROLLED, hours(1)), entry(2, absent, hours(4))]), hours(6), hours(6))
    assert before.absent_since is None


def test_an_absence_entered_late_was_not_known_before() -> None:
    """The row of what was believed until then stays."""
    rows = periods([entry(1, ENROLLED, hours(0)), entry(2, Absent(), hours(2), recorded=hours(5))])
    (then,) = answering(rows, hours(3), hours(4))
    (now,) = answering(rows, hours(3), hours(5))
    assert (then.absent_since, now.absent_since) == (None, hours(2))


def test_what_was_lost_is_known_with_when() -> None:
    """The last end counts; what is held again is not lost, nor what is only to come."""
    officer = fold(
        [
            entry(1, ENROLLED, hours(1)),
            entry(2, Accredited(accreditation="detective", until=hours(9)), hours(2)),
            entry(3, Accredited(accreditation="tutor"), hours(3)),
            entry(4, AccreditationLapsed(accreditation="tutor"), hours(4)),
            entry(5, Accredited(accreditation="tutor", since=hours(20)), hours(5)),
        ]
    )
    lost = [dict(values_of(officer, hours(at)).lost) for at in (3, 8, 9, 20)]
    assert lost == [
        {},
        {"tutor": hours(4)},
        {"detective": hours(9), "tutor": hours(4)},
        {"detective": hours(9)},
    ]
