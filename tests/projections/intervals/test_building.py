"""A late entry costs what happened since, and makes the rows that folding from the first entry on makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import events as ev
from domain.deadlines.clocks import Clocks
from domain.deadlines.standards import Laws
from domain.instant import EARLIEST
from domain.rulebook.default import default_rulebook
from projections.intervals import clocks as building
from projections.intervals.clocks import clock_intervals
from tests.clock import hours
from tests.domain.scene import REPORT, entry
from tests.strategies import histories, stalling

if TYPE_CHECKING:
    from domain.event import Entry

LAWS = Laws([(EARLIEST, default_rulebook())])


@given(histories() | stalling(), st.integers(1, 5))
@settings(max_examples=200)
def test_what_is_kept_of_how_everything_stood_changes_no_row(entries: list[Entry], stride: int) -> None:
    """A late entry is folded from there, and the rows are those of folding from the first on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "STRIDE", 10**9)
        wanted = sorted(clock_intervals(entries, LAWS))
        patch.setattr(building, "STRIDE", stride)
        assert sorted(clock_intervals(entries, LAWS)) == wanted


def folded(monkeypatch: pytest.MonkeyPatch, entries: list[Entry]) -> int:
    """Return how often an entry is taken into account to make the clocks' rows."""
    taken: list[int] = []
    take = Clocks.take

    def noting(self: Clocks, one: Entry) -> None:
        taken.append(one.version)
        take(self, one)

    with monkeypatch.context() as patch:
        patch.setattr(Clocks, "take", noting)
        clock_intervals(entries, LAWS)
    return len(taken)


def test_a_late_entry_is_not_folded_from_the_first_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs what happened since it occurred, and at most what lies between two states that are kept."""
    action = ev.ActionRecorded(kind="arrest")
    entries = [entry(1, REPORT, hours(0))]
    for version in range(2, 1_002):
        late = 1.5 if version % 2 else 0
        entries.append(entry(version, action, hours(version - late), recorded=hours(version)))
    assert folded(monkeypatch, entries) < len(entries) * (building.STRIDE + 3)
