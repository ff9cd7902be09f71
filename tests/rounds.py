"""The three rounds of the scenario, performed once for all tests that read them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from application.app import Longcase
from application.demo.rounds import perform_rounds
from application.demo.script import when
from domain.axes import Axes
from domain.instant import DAY
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from projections.inspections.report import report
from projections.views.access import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from domain.instant import Instant


@cache
def rounds() -> Longcase:
    """Return the application over the three rounds, in memory; to be read only."""
    app = Longcase(SQLiteRecorder.in_memory())
    perform_rounds(app)
    return app


def rounds_on_disk(path: Path) -> Path:
    """Make a store of the three rounds at ``path`` and return it."""
    create(str(path), {"zone": "Europe/London"}).close()
    app = Longcase(SQLiteRecorder.open(str(path)))
    perform_rounds(app)
    app.close()
    return path


def end_of(day: str) -> Instant:
    """Return the last microsecond of a day in London."""
    return when(f"{day} 00:00") + DAY - 1


def reported(name: str, as_at: str, known: str | None = None) -> dict[str, Any]:
    """Return the report of a round at the end of a day, as known at the end of the same day or another."""
    found = report(Scope(rounds().ledger, Axes(end_of(as_at), end_of(known or as_at))), name)
    assert found is not None
    return found
