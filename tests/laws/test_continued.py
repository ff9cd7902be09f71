"""Rows that are told from the last ones of a case are those that all its entries make."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.mapper import to_stored
from ledger.sqlite.recorder import SQLiteRecorder
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from projections.tables import writer
from tests.clock import Clock
from tests.laws.test_laws import law_of_tables, on_server_too
from tests.strategies import histories, registers, stalling

if TYPE_CHECKING:
    from domain.event import Entry
    from ledger.recorder import LedgerRecorder
    from tests.projections.engines import OnServer


def check(data: st.DataObject, recorder: LedgerRecorder) -> None:
    """Hold the law of a history, and of the officers who had the case, in the empty store of ``recorder``."""
    entries: list[Entry] = data.draw(histories() | stalling())
    for service in data.draw(registers()).values():
        entries = entries + service
    entries.sort(key=lambda one: one.recorded_at)
    current_after = data.draw(st.sets(st.integers(0, len(entries))))
    recorder.clock = clock = Clock()
    runner = Runner(recorder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "LONG", 1)
        for count, one in enumerate(entries):
            clock.at(one.recorded_at)
            recorder.insert_events([to_stored(one)])
            if count in current_after:
                runner.catch_up()
        runner.catch_up()
    built = rebuild(runner)
    assert (built.missing, built.surplus) == (0, 0)


@law_of_tables
@given(st.data())
def test_tables_grown_by_what_continues_a_case_are_those_of_a_rebuild(data: st.DataObject) -> None:
    """To the row, and whatever else is late, amended or known of the officers."""
    with closing(SQLiteRecorder.in_memory()) as recorder:
        check(data, recorder)


@on_server_too
@given(data=st.data())
def test_on_postgresql_they_are_as_well(on_server: OnServer, data: st.DataObject) -> None:
    """The same law, of fewer histories."""
    with closing(on_server.recorder()) as recorder:
        check(data, recorder)
