"""The names that a store has, as its tables stand and with what is newer, on both engines."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from application.app import Longcase
from application.commands import cases, officers
from application.envelope import Envelope
from ledger.stores import open_recorder, open_to_glance
from projections.queries import completions
from projections.runner.runner import Runner
from projections.tables.names import SCHEMA

if TYPE_CHECKING:
    from tests.projections.engines import Place

BY = Envelope("PS 1", "supervisor")


@pytest.fixture
def location(place: Place) -> str:
    """A store whose tables reflect two cases of three, and an officer of two."""
    found = place.location()
    with closing(open_recorder(found)) as recorder:
        app = Longcase(recorder)
        for reference in ("IMG:0417", "O'Neill", "gone"):
            cases.report(app, reference, BY, category="missing")
        officers.enrol(app, "DC 1", BY, team="Lyra")
        cases.allocate(app, "IMG:0417", "DC 2", BY, team="Hydra")
        Runner(recorder).catch_up()
        cases.report(app, "IMG:0418", BY, category="child-abuse")
        officers.enrol(app, "DC 3", BY)
    return found


def test_references_of_a_beginning(location: str) -> None:
    """Those of the tables, and those that were recorded since."""
    with closing(open_to_glance(location)) as ledger:
        assert completions.references(ledger, "IMG:") == {"IMG:0417", "IMG:0418"}
        assert completions.references(ledger, "O'") == {"O'Neill"}
        assert completions.references(ledger, "") == {"IMG:0417", "IMG:0418", "O'Neill", "gone"}
        assert completions.references(ledger, "%") == set()


def test_names(location: str) -> None:
    """Officers are those of the register and of the cases; so are teams."""
    with closing(open_to_glance(location)) as ledger:
        assert completions.owners(ledger) == {"DC 1", "DC 2", "DC 3"}
        assert completions.teams(ledger) == {"Hydra", "Lyra"}
        assert completions.categories(ledger) == {"missing"}
        assert completions.rounds(ledger) == set()


def test_tables_that_are_not_there(place: Place) -> None:
    """A store without tables has its newest cases all the same, and no tables afterwards."""
    location = place.location()
    with closing(open_recorder(location)) as recorder:
        app = Longcase(recorder)
        cases.report(app, "R-1", BY, category="missing")
    with closing(open_to_glance(location)) as ledger:
        assert completions.references(ledger, "R") == {"R-1"}
        assert completions.owners(ledger) == set()
        assert Runner(ledger).status().generation == 0


def test_tables_of_another_shape(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of another shape are not read."""
    monkeypatch.setattr(completions, "SCHEMA", SCHEMA + 1)
    with closing(open_to_glance(location)) as ledger:
        assert completions.references(ledger, "IMG:") == {"IMG:0417", "IMG:0418"}
        assert completions.categories(ledger) == set()
