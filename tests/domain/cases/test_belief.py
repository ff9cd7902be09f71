"""What is believed: as known at an instant, in order of time, corrections and retractions applied."""

from __future__ import annotations

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import amendments, as_of
from domain.cases.history import History
from domain.event import Origin, known_at, source_recorded_at
from domain.instant import parse
from tests.clock import hours
from tests.domain.scene import OWNER, REPORT, Scene, entry

LOW, HIGH, MEDIUM = (ev.RiskAssessed(risk=one) for one in ("low", "high", "medium"))


def test_a_late_entry_is_in_the_picture_as_at_and_not_as_known_at() -> None:
    """The two axes: the world at T, and what had been recorded by T."""
    scene = Scene().given(HIGH, at=2, recorded=50)
    assert scene.state(as_at=3).risk == "high"
    assert scene.state(as_at=3, known=49.99).risk is None
    assert scene.state(as_at=3, known=50).risk == "high"
    assert scene.state(as_at=1.99).risk is None


def test_entries_count_at_exactly_their_instants() -> None:
    """An entry at T is in the picture at T."""
    scene = Scene().given(HIGH, at=2, recorded=4)
    assert scene.state(as_at=2, known=4).risk == "high"


def test_order_is_that_of_occurrence_and_not_of_typing() -> None:
    """An older assessment typed later changes the past, not the present."""
    scene = Scene().given(HIGH, at=5).given(LOW, at=2, recorded=9)
    assert scene.state().risk == "high"
    assert scene.state(as_at=3).risk == "low"


def test_ties_are_broken_by_version() -> None:
    """Of two entries at one instant the one recorded later comes later."""
    assert Scene().given(LOW, HIGH, MEDIUM, at=5).state().risk == "medium"


def test_time_runs_before_1970() -> None:
    """A case of 1962 is a case."""
    old = parse("1962-05-01T10:00:00+01:00")
    entries = [entry(1, REPORT, old), entry(2, HIGH, old + 5), entry(3, LOW, old + 3)]
    assert old < 0
    assert History(entries).case().risk == "high"
    assert History(entries).case(Axes(old + 4)).risk == "low"
    assert History(entries).case(Axes(old - 1)).reported_at is None


def test_where_as_at_is_later_than_known_at_the_state_is_that_at_known_at() -> None:
    """Nothing is known of the time after: an entry dated ahead is not in the picture yet."""
    scene = Scene().given(HIGH, at=5, recorded=4)
    assert scene.state(as_at=9, known=4.5).risk is None
    assert scene.state(as_at=9, known=5).risk == "high"
    assert [one.version for one in as_of(scene.entries, Axes(hours(9), hours(4.5)))] == [1]


def test_a_correction_acts_from_when_it_is_known_at_every_instant_of_the_world() -> None:
    """Before it was recorded the old value is what was believed."""
    scene = Scene().given(HIGH, at=2).given(ev.EntryCorrected(entry=2, values={"risk": "low"}), at=20)
    assert scene.state(as_at=3).risk == "low"
    assert scene.state(as_at=3, known=19).risk == "high"


def test_corrections_apply_in_the_order_in_which_they_were_made() -> None:
    """The last word on a field holds, and each field has its own."""
    action = ev.ActionRecorded(kind="interview", outcome="a", text="t")
    scene = Scene().given(action, at=2)
    scene.given(ev.EntryCorrected(entry=2, values={"outcome": "b", "text": "u"}), at=30)
    scene.given(ev.EntryCorrected(entry=2, values={"outcome": "c"}), at=20, recorded=40)
    believed = as_of(scene.entries)[1].event
    assert isinstance(believed, ev.ActionRecorded)
    assert (believed.outcome, believed.text) == ("c", "u")


def test_correcting_when_it_occurred_moves_the_entry() -> None:
    """Order, as-at and activity follow the corrected time; what was known then does not."""
    scene = (
        Scene()
        .given(LOW, at=3)
        .given(HIGH, at=5)
        .given(ev.EntryCorrected(entry=3, values={"occurred_at": hours(2)}), at=9)
    )
    assert scene.state().risk == "low"
    assert scene.state(as_at=2.5).risk == "high"
    assert scene.state(as_at=6, known=8).risk == "high"
    assert scene.believed() == [1, 3, 2, 4]
    assert scene.state().last_activity_at == hours(3)


def test_correcting_the_time_of_the_report_moves_the_age_of_the_case() -> None:
    """The report is an entry like any other."""
    scene = Scene().given(ev.EntryCorrected(entry=1, values={"occurred_at": hours(-72)}), at=9)
    assert scene.state().reported_at == hours(-72)
    assert scene.state(as_at=-1).reported_at == hours(-72)
    assert scene.state(as_at=-1, known=8).reported_at is None


def test_a_retracted_entry_no_longer_counts() -> None:
    """It never happened, from when that is known."""
    scene = Scene().given(HIGH, at=2).given(ev.EntryRetracted(entry=2), at=20)
    assert scene.state(as_at=3).risk is None
    assert scene.state(as_at=3, known=19).risk == "high"
    assert scene.state().last_activity == "reported"


def test_a_retracted_correction_leaves_the_value_before_it() -> None:
    """Only that correction is undone."""
    scene = Scene().given(HIGH)
    scene.given(ev.EntryCorrected(entry=2, values={"risk": "medium"}))
    scene.given(ev.EntryCorrected(entry=2, values={"risk": "low"}))
    assert scene.given(ev.EntryRetracted(entry=4)).state().risk == "medium"
    assert scene.given(ev.EntryRetracted(entry=3)).state().risk == "high"


@pytest.mark.parametrize(("depth", "risk"), [(1, None), (2, "high"), (3, None), (4, "high")])
def test_a_retraction_can_itself_be_retracted_to_any_depth(depth: int, risk: str | None) -> None:
    """An even number of retractions is none."""
    scene = Scene().given(HIGH)
    for number in range(depth):
        scene.given(ev.EntryRetracted(entry=2 + number))
    assert scene.state().risk == risk
    assert scene.state(known=depth).risk == (None if depth % 2 == 0 else "high")


def test_an_entry_that_was_retracted_comes_back_with_its_corrections() -> None:
    """Both are about the entry and neither about the other."""
    scene = Scene().given(HIGH, ev.EntryCorrected(entry=2, values={"risk": "low"}))
    scene.given(ev.EntryRetracted(entry=2))
    assert scene.state().risk is None
    assert scene.given(ev.EntryRetracted(entry=4)).state().risk == "low"


def test_amendments_name_what_stands() -> None:
    """By the entry that they name, corrections oldest first."""
    scene = Scene().given(HIGH, ev.EntryCorrected(entry=2, values={"risk": "low"}))
    scene.given(ev.EntryCorrected(entry=2, values={"tool": "DASH"}), ev.EntryRetracted(entry=1))
    standing = amendments(scene.entries)
    assert (standing.retracted_by, standing.corrected_by) == ({1: 5}, {2: [3, 4]})


def test_a_correction_keeps_the_original_and_its_version() -> None:
    """The stored entry is not touched."""
    scene = Scene().given(HIGH, ev.EntryCorrected(entry=2, values={"risk": "low"}))
    before = list(scene.entries)
    scene.state()
    assert scene.entries == before
    assert as_of(scene.entries)[1].version == 2


def test_an_imported_entry_is_known_from_when_its_source_recorded_it() -> None:
    """But never later than the ledger took it, and no later correction is known with it."""
    origin = Origin("log", "c", 0, recorded_at=hours(3))
    imported = ev.RiskAssessed(risk="high", origin=origin)
    scene = Scene().given(imported, at=2, recorded=500)
    assert known_at(scene.entries[1]) == source_recorded_at(scene.entries[1]) == hours(3)
    assert scene.state(as_at=2, known=3).risk == "high"
    assert scene.state(as_at=2, known=2.9).risk is None


@pytest.mark.parametrize("recorded_at", [None, hours(700)])
def test_a_source_that_does_not_say_or_says_the_future_counts_as_known_when_the_ledger_took_it(
    recorded_at: int | None,
) -> None:
    """Nothing can have been known here before it was here, unless its source says so."""
    imported = ev.RiskAssessed(risk="high", origin=Origin("log", "c", 0, recorded_at=recorded_at))
    assert known_at(entry(2, imported, hours(2), recorded=hours(500))) == hours(500)


def test_the_correction_of_an_entry_that_was_not_known_yet_does_nothing() -> None:
    """An imported correction may claim to be older than what it corrects."""
    early = ev.EntryCorrected(entry=2, values={"risk": "low"}, origin=Origin("log", "c", 1, recorded_at=hours(1)))
    scene = Scene().given(HIGH, at=2, recorded=10).given(early, at=11)
    assert scene.state(known=5).risk is None
    assert scene.state().risk == "low"


def test_ownership_is_folded_from_corrected_values() -> None:
    """The corrected officer is the owner, since the original's time."""
    scene = Scene().given(ev.Allocated(officer="DC 1471"), at=1)
    scene.given(ev.EntryCorrected(entry=2, values={"officer": OWNER}), at=5)
    assert (scene.state().owner, scene.state().owned_since) == (OWNER, hours(1))
