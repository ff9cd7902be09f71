"""The rows of one case: half-open on both axes, few, and exactly one for every pair of instants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.history import History
from domain.event import Entry, Event, Origin
from domain.instant import FOREVER, parse
from projections.intervals.cases import CaseValues, values_of
from tests.clock import hours
from tests.domain.scene import OWNER, REFERENCE, REPORT, Scene, entry
from tests.interval_rows import state_rows

if TYPE_CHECKING:
    from projections.intervals.rows import Row

ARREST = ev.ActionRecorded(kind="arrest")
SEEN = ev.ActionRecorded(kind="child-seen")


def boxes(rows: list[Row[CaseValues]]) -> list[tuple[float, float, float, float, str]]:
    """Return rows as hours, ``inf`` for ever, with the last activity: enough to tell them apart."""

    def number(instant: int) -> float:
        return float("inf") if instant == FOREVER else (instant - hours(0)) / 3_600_000_000

    return [(*map(number, row[:4]), row.fact.last_activity) for row in rows]  # type: ignore[misc]  # four numbers, then the text


def answers(entries: list[Entry], as_at: int, known: int) -> list[Row[CaseValues]]:
    """Return the rows that answer for a pair of instants, by the rule that the tables are read with."""
    at = Axes(as_at, known).valid_at
    return [
        row
        for row in state_rows(entries)
        if row.valid_from <= at < row.valid_to and row.known_from <= known < row.known_to
    ]


def holds_everywhere(entries: list[Entry]) -> None:
    """Assert that at every pair of instants near any entry one row answers, and says what a fold says."""
    instants = {one.occurred_at for one in entries} | {one.recorded_at for one in entries}
    around = sorted(instant + step for instant in instants for step in (-1, 0, 1))
    for known in around:
        for as_at in around:
            expected = values_of(History(entries).case(Axes(as_at, known)))
            found = [row.fact for row in answers(entries, as_at, known)]
            assert found == ([] if expected is None else [expected]), (as_at, known)


def test_a_prompt_entry_closes_one_row_and_opens_one() -> None:
    """What was recorded as it happened costs one row an entry."""
    scene = Scene().given(ARREST, SEEN)
    assert boxes(state_rows(scene.entries)) == [
        (0, 1, 0, float("inf"), "reported"),
        (1, 2, 1, float("inf"), "arrest"),
        (2, float("inf"), 2, float("inf"), "child-seen"),
    ]
    holds_everywhere(scene.entries)


def test_an_entry_recorded_after_it_happened_costs_a_row_for_what_was_believed_in_between() -> None:
    """From when it happened until it was recorded the case was thought to be as before."""
    scene = Scene().given(ARREST, at=2, recorded=5)
    inf = float("inf")
    assert sorted(boxes(state_rows(scene.entries))) == [
        (0, 2, 0, inf, "reported"),
        (2, 5, 0, 5, "reported"),
        (2, inf, 5, inf, "arrest"),
    ]
    holds_everywhere(scene.entries)


def test_an_entry_recorded_out_of_order_closes_what_was_believed_and_keeps_what_is_not_touched() -> None:
    """It splits the row in which it happened; the rows before and after it stay."""
    scene = Scene().given(ARREST, at=4).given(SEEN, at=2, recorded=6)
    inf = float("inf")
    assert sorted(boxes(state_rows(scene.entries))) == [
        (0, 2, 6, inf, "reported"),
        (0, 4, 0, 6, "reported"),
        (2, 4, 6, inf, "child-seen"),
        (4, inf, 4, inf, "arrest"),
    ]
    holds_everywhere(scene.entries)


def test_a_correction_and_a_retraction_leave_what_was_believed_before_them() -> None:
    """From their recording on the rows are others, whatever instant one looks at."""
    scene = Scene().given(ev.RiskAssessed(risk="low"), at=1).given(ARREST, at=2)
    scene.given(ev.EntryCorrected(entry=2, values={"risk": "high"}), at=5)
    scene.given(ev.EntryRetracted(entry=3), at=7)
    holds_everywhere(scene.entries)
    (before,) = answers(scene.entries, hours(3), hours(4))
    (after,) = answers(scene.entries, hours(3), hours(6))
    (last,) = answers(scene.entries, hours(3), hours(8))
    assert (before.fact.risk, before.fact.last_activity) == ("low", "arrest")
    assert (after.fact.risk, after.fact.last_activity) == ("high", "arrest")
    assert (last.fact.risk, last.fact.last_activity) == ("high", "risk-assessed")


@pytest.mark.parametrize(
    "events",
    [
        [ev.EntryRetracted(entry=1)],
        [ev.EntryRetracted(entry=1), ev.EntryRetracted(entry=4)],
        [ev.EntryCorrected(entry=1, values={"category": "missing"})],
        [ev.EntryCorrected(entry=1, values={"occurred_at": hours(3)})],
        [ev.EntryCorrected(entry=1, values={"occurred_at": hours(-30)})],
        [ev.EntryCorrected(entry=3, values={"occurred_at": hours(1)}), ev.EntryRetracted(entry=4), SEEN],
        [ev.Resolved(outcome="charged"), ev.Reopened(), ev.EntryRetracted(entry=4)],
        [ev.Returned(officer=OWNER), ev.EntryRetracted(entry=2), ev.Allocated(officer="DC 2206")],
    ],
)
def test_one_row_answers_at_every_pair_of_instants_whatever_was_amended(events: list[Event]) -> None:
    """Also where the report itself was taken back, moved, or put in force again."""
    scene = Scene().given(ev.Allocated(officer=OWNER, team="Hydra"), ARREST).given(*events)
    holds_everywhere(scene.entries)


def test_a_case_whose_report_is_retracted_has_no_row_that_is_still_believed() -> None:
    """It was believed once, and that is kept."""
    scene = Scene().given(ev.EntryRetracted(entry=1), at=4)
    assert boxes(state_rows(scene.entries)) == [(0, 4, 0, 4, "reported")]
    assert values_of(History(scene.entries).case()) is None
    assert answers(scene.entries, hours(1), hours(5)) == []


def test_entries_at_one_instant_make_one_row_and_the_later_version_wins() -> None:
    """Nothing lies between two entries of one instant, so nothing is stored for between."""
    scene = Scene().given(ARREST, at=1).given(SEEN, at=1)
    assert boxes(state_rows(scene.entries))[1:] == [(1, float("inf"), 1, float("inf"), "child-seen")]
    holds_everywhere(scene.entries)


def test_entries_at_one_instant_that_were_learnt_one_after_the_other_make_two() -> None:
    """Between the two recordings only the first was believed."""
    scene = Scene().given(ARREST, at=1).given(SEEN, at=1, recorded=3)
    assert sorted(boxes(state_rows(scene.entries)))[1:] == [
        (1, 3, 1, 3, "arrest"),
        (1, float("inf"), 3, float("inf"), "child-seen"),
    ]
    holds_everywhere(scene.entries)


def test_an_entry_at_exactly_the_instant_is_in_the_picture() -> None:
    """Rows begin with their entry and end just before the next."""
    entries = Scene().given(ARREST).entries
    (at,) = answers(entries, hours(1), hours(1))
    (before,) = answers(entries, hours(1) - 1, hours(1))
    assert (at.fact.last_activity, before.fact.last_activity) == ("arrest", "reported")
    assert answers(entries, hours(0) - 1, hours(9)) == []
    assert answers(entries, hours(9), hours(0) - 1) == []


def test_what_happens_before_a_case_is_reported_waits_for_the_report() -> None:
    """An action that took place before the report makes no row of its own, and is its last activity after."""
    scene = Scene().given(ARREST, at=-5, recorded=1)
    assert {row.valid_from for row in state_rows(scene.entries)} == {hours(0)}
    holds_everywhere(scene.entries)


def test_an_entry_said_to_occur_after_it_was_recorded_holds_from_when_it_occurred() -> None:
    """Five minutes ahead are allowed; nothing is believed of the time until then."""
    scene = Scene().given(ARREST, at=2, recorded=1.95).given(SEEN, at=1.99, recorded=1.99)
    holds_everywhere(scene.entries)


def test_instants_before_1970_are_as_good_as_any() -> None:
    """They are negative numbers, and sort as such."""
    then, later = parse("1931-02-03T04:05:06Z"), parse("1969-12-31T23:59:59.999999Z")
    entries = [entry(1, REPORT, then, recorded=hours(0)), entry(2, ARREST, later, recorded=hours(1))]
    assert later == -1
    holds_everywhere(entries)
    (row,) = answers(entries, later, hours(2))
    assert (row.valid_from, row.fact.reported_at) == (-1, then)


def test_imported_history_is_known_when_its_source_knew_it() -> None:
    """The ledger took it all on one day; the rows say what was known on each."""
    imported = [
        entry(
            version,
            type(event)(**{name: getattr(event, name) for name in fields}, origin=origin),
            hours(version),
            recorded=hours(99),
        )
        for version, event, fields, origin in (
            (1, REPORT, ("reference", "category"), Origin("log", REFERENCE, -1, recorded_at=hours(1))),
            (2, ARREST, ("kind",), Origin("log", REFERENCE, 0, recorded_at=hours(2))),
        )
    ]
    assert boxes(state_rows(imported)) == [
        (1, 2, 1, float("inf"), "reported"),
        (2, float("inf"), 2, float("inf"), "arrest"),
    ]


def test_an_entry_whose_correction_was_known_before_it_is_never_believed_uncorrected() -> None:
    """An import may bring the two in that order: the row of the entry is that of its corrected value at once."""
    earlier = Origin("log", REFERENCE, 1, recorded_at=hours(2))
    scene = Scene().given(ev.RiskAssessed(risk="low"), at=5, recorded=6)
    scene.given(ev.EntryCorrected(entry=2, values={"risk": "high"}, origin=earlier), at=2, recorded=7)
    assert [row.fact.risk for row in answers(scene.entries, hours(6), hours(6))] == ["high"]
    assert "low" not in {row.fact.risk for row in state_rows(scene.entries)}
    holds_everywhere(scene.entries)


def test_the_order_in_which_entries_are_handed_over_plays_no_part() -> None:
    """And the last row is what is believed now."""
    scene = Scene().given(ARREST, at=4).given(SEEN, at=2, recorded=6).given(ev.EntryRetracted(entry=2), at=8)
    rows = state_rows(scene.entries)
    assert state_rows(reversed(scene.entries)) == rows
    (now,) = answers(scene.entries, FOREVER - 1, FOREVER - 1)
    assert now.fact == values_of(History(scene.entries).case())
    assert state_rows([]) == []


def test_no_row_is_empty() -> None:
    """Entries learnt together leave nothing believed in between, and nothing stored."""
    scene = Scene().given(ARREST, at=3, recorded=9).given(SEEN, at=2, recorded=9).given(ARREST, at=2, recorded=9)
    assert all(
        row.valid_from < row.valid_to and row.known_from < row.known_to for row in state_rows(scene.entries)
    )
    holds_everywhere(scene.entries)
