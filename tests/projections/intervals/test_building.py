"""A late entry costs what happened since, and makes the rows that folding from the first entry on makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import events as ev
from domain.cases.belief import believe
from domain.cases.believing import Believing
from domain.deadlines.clocks import Clocks
from domain.event import known_at
from projections.intervals import building
from projections.intervals.building import case_intervals
from tests.clock import hours
from tests.domain.scene import REPORT, entry
from tests.interval_rows import LAWS
from tests.strategies import histories, stalling

if TYPE_CHECKING:
    from domain.event import Entry


def in_full(entries: list[Entry]) -> list[str]:
    """Return the rows of a case, each whole, in an order of their own."""
    return sorted(map(repr, case_intervals(entries, LAWS)))


@given(histories() | stalling())
@settings(max_examples=200)
def test_what_is_believed_is_kept_up_as_it_is_worked_out_from_everything(entries: list[Entry]) -> None:
    """After each entry, in the order in which they became known; nothing else has changed than is said."""
    believing = Believing()
    ordered = sorted(entries, key=lambda one: (known_at(one), one.version))
    for count, one in enumerate(ordered, start=1):
        before = [*believing.entries]
        for change in believing.add(one):
            now = believing.entries
            assert now[: change.start] == before[: change.start]
            assert now[change.new_end :] == before[change.old_end :]
            before = [*now]
        assert believing.entries == believe(ordered[:count]).entries


@given(histories() | stalling(), st.integers(1, 5))
@settings(max_examples=200)
def test_what_is_kept_of_how_everything_stood_changes_no_row(entries: list[Entry], stride: int) -> None:
    """A late entry is folded from there, and the rows are those of folding from the first on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "STRIDE", 10**9)
        wanted = in_full(entries)
        patch.setattr(building, "STRIDE", stride)
        assert in_full(entries) == wanted


def in_order(entries: list[Entry]) -> list[Entry]:
    """Return those entries that became known after all before them that occurred earlier, and amend nothing."""
    found: list[Entry] = []
    for one in sorted(entries, key=lambda one: (known_at(one), one.version)):
        after = not found or (found[-1].occurred_at, found[-1].version) < (one.occurred_at, one.version)
        if after and not isinstance(one.event, ev.EntryCorrected | ev.EntryRetracted):
            found.append(one)
    return found


@given(histories() | stalling(), st.booleans())
@settings(max_examples=300)
def test_entries_that_came_as_they_occurred_need_not_be_woven(entries: list[Entry], prompt: bool) -> None:
    """Their rows are those of entries each of which is weighed for what it changes; so with others among them."""
    given_ = in_order(entries) if prompt else entries
    found = in_full(given_)
    with pytest.MonkeyPatch.context() as patch:
        if prompt:
            patch.delattr(building, "changing")  # (nobody asks which of them are late)
            assert in_full(given_) == found
            patch.undo()
        patch.setattr(building, "as_it_occurred", lambda _: False)
        assert in_full(given_) == found


def folded(monkeypatch: pytest.MonkeyPatch, entries: list[Entry]) -> int:
    """Return how often an entry is taken into account to make the clocks' rows."""
    taken: list[int] = []
    take = Clocks.take

    def noting(self: Clocks, one: Entry) -> bool:
        taken.append(one.version)
        return take(self, one)

    with monkeypatch.context() as patch:
        patch.setattr(Clocks, "take", noting)
        case_intervals(entries, LAWS)
    return len(taken)


@pytest.mark.parametrize(
    "late",
    [
        entry(31, ev.ActionRecorded(kind="arrest"), hours(27.5), recorded=hours(40)),
        entry(31, ev.EntryCorrected(entry=28, values={"kind": "arrest"}, reason="a slip"), hours(40)),
        entry(31, ev.EntryRetracted(entry=28, reason="another case"), hours(40)),
    ],
)
def test_a_change_near_the_end_of_a_short_case_is_folded_from_there(
    monkeypatch: pytest.MonkeyPatch, late: Entry
) -> None:
    """How everything stood is kept where what is believed is known to change: three entries are taken again."""
    entries = [entry(1, REPORT, hours(0))]
    entries += [entry(n, ev.ActionRecorded(kind="interview"), hours(n - 1)) for n in range(2, 31)]
    assert folded(monkeypatch, [*entries, late]) <= len(entries) + 1 + 4


def test_a_late_entry_is_not_folded_from_the_first_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs what happened since it occurred, and at most what lies between two states that are kept."""
    action = ev.ActionRecorded(kind="arrest")
    entries = [entry(1, REPORT, hours(0))]
    for version in range(2, 1_002):
        late = 1.5 if version % 2 else 0
        entries.append(entry(version, action, hours(version - late), recorded=hours(version)))
    assert folded(monkeypatch, entries) < len(entries) * (building.STRIDE + 3)


def test_an_entry_dated_back_to_the_beginning_costs_what_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """All stands as before once other work has been done: from there on nothing is folded again."""
    action = ev.ActionRecorded(kind="arrest")
    entries = [entry(1, REPORT, hours(0))]
    entries += [entry(version, action, hours(version)) for version in range(2, 1_002)]
    for late in range(100):
        version = 1_002 + late
        entries.append(entry(version, action, hours(3) + late, recorded=hours(version)))
    assert folded(monkeypatch, entries) < len(entries) + 100 * 4 * building.STRIDE
