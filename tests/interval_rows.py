"""The rows of one case by what they hold: its state, or what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from domain.deadlines.facts import Fact
from domain.deadlines.standards import Laws
from domain.instant import EARLIEST
from domain.rulebook.default import default_rulebook
from projections.intervals.building import case_intervals
from projections.intervals.cases import CaseValues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry
    from projections.intervals.rows import Row

LAWS = Laws([(EARLIEST, default_rulebook())])


def state_rows(entries: Iterable[Entry]) -> list[Row[CaseValues]]:
    """Return the rows of how a case stood, in order."""
    rows = (row for row in case_intervals(entries, LAWS) if isinstance(row.fact, CaseValues))
    return sorted(cast("Iterable[Row[CaseValues]]", rows), key=lambda row: row[:4])


def clock_rows(entries: Iterable[Entry], laws: Laws = LAWS) -> list[Row[Fact]]:
    """Return the rows of what a case waits for."""
    return [cast("Row[Fact]", row) for row in case_intervals(entries, laws) if isinstance(row.fact, Fact)]
