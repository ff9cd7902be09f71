"""The rows of one case by what they hold: its state, or what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from domain.deadlines.facts import Fact
from domain.deadlines.silence import limits, waits
from domain.deadlines.standards import Laws
from domain.instant import EARLIEST
from domain.rulebook.default import default_rulebook
from projections.intervals.building import case_intervals
from projections.intervals.cases import RECKONED, CaseValues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry
    from projections.intervals.rows import Row

LAWS = Laws([(EARLIEST, default_rulebook())])


def state_rows(entries: Iterable[Entry]) -> list[Row[CaseValues]]:
    """Return the rows of how a case stood, in order."""
    rows = (row for row in case_intervals(entries, LAWS) if isinstance(row.fact, CaseValues))
    return sorted(cast("Iterable[Row[CaseValues]]", rows), key=lambda row: row[:4])


def reckoned(entries: Iterable[Entry], laws: Laws, as_at: int, known: int) -> list[Fact]:
    """Return the waits for work that have no rows, reckoned from how the case stood at two instants."""
    found: list[Fact] = []
    for row in case_intervals(entries, laws):
        held = row[0] <= as_at < row[1] and row[2] <= known < row[3]
        if (
            held
            and isinstance(row.fact, CaseValues)
            and row.fact.closed_at is None
            and row.fact.record in RECKONED
        ):
            since = row.fact.last_activity_at
            given = limits(laws.at(since).silences, row.fact.category or "", row.fact.risk)
            found.extend(waits(given, since))
    return found


def clock_rows(entries: Iterable[Entry], laws: Laws = LAWS) -> list[Row[Fact]]:
    """Return the rows of what a case waits for."""
    return [cast("Row[Fact]", row) for row in case_intervals(entries, laws) if isinstance(row.fact, Fact)]
