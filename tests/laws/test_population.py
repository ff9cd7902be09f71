"""The population tables say what a naive model says: grown entry by entry, filled at once, or rebuilt."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from application.mapper import to_stored
from domain.axes import Axes
from domain.cases import events as ev
from domain.event import Entry, Event, Origin
from domain.identity import case_stream
from domain.instant import SECOND
from ledger.sqlite.recorder import SQLiteRecorder
from projections.queries.cases import CaseQuery, cases
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests import naive
from tests.clock import Clock, hours
from tests.laws.test_laws import law_of_tables, on_server_too
from tests.strategies import REFERENCE, histories, instants

if TYPE_CHECKING:
    from ledger.recorder import LedgerRecorder
    from tests.projections.engines import OnServer

HELD = ("reference", "category", "risk", "ownership", "owner", "team", "reported_at", "closed_at")


def expected(entries: list[Entry], as_at: int, known_at: int) -> list[dict[str, Any]]:
    """Return the items that the naive model has for one case: one, or none before it is reported."""
    state = naive.state(entries, as_at, known_at)
    if state["reported_at"] is None:
        return []
    is_open = state["closed_at"] is None
    end = as_at if is_open else state["closed_at"]
    return [
        {
            **{name: state[name] for name in HELD},
            "open": is_open,
            "age_seconds": max(0, end - state["reported_at"]) // SECOND,
            "last_activity": state["last_activity"],
            "last_activity_at": state["last_activity_at"],
            "idle_seconds": (as_at - state["last_activity_at"]) // SECOND if is_open else None,
        }
    ]


def store(entries: list[Entry], catch_up_after: set[int], recorder: LedgerRecorder | None = None) -> Runner:
    """Return the tables over a store of ``entries``, brought up to date after those versions and at last."""
    clock = Clock()
    recorder = recorder or SQLiteRecorder.in_memory()
    recorder.clock = clock
    runner = Runner(recorder)
    for one in entries:
        clock.at(one.recorded_at)
        recorder.insert_events([to_stored(one)])
        if one.version in catch_up_after:
            runner.catch_up()
    runner.catch_up()
    return runner


@law_of_tables
@given(st.data())
def test_the_tables_answer_as_the_naive_model_at_every_pair_of_instants(data: st.DataObject) -> None:
    """However often they were brought up to date in between, and after a rebuild as before."""
    with closing(SQLiteRecorder.in_memory()) as recorder:
        check(data, recorder)


@on_server_too
@given(data=st.data())
def test_on_postgresql_they_do_as_well(on_server: OnServer, data: st.DataObject) -> None:
    """The same law, of fewer histories."""
    with closing(on_server.recorder()) as recorder:
        check(data, recorder)


def check(data: st.DataObject, recorder: LedgerRecorder) -> None:
    """Hold the law of a history in the empty store of ``recorder``."""
    entries = data.draw(histories())
    runner = store(entries, data.draw(st.sets(st.integers(1, len(entries)))), recorder)
    pairs = [(data.draw(instants(entries)), data.draw(instants(entries))) for _ in range(6)]
    for as_at, known_at in pairs:
        found = cases(runner, CaseQuery(Axes(as_at, known_at)))
        assert found.items == expected(entries, as_at, known_at), f"as at {as_at}, as known at {known_at}"
        assert found.total == len(found.items)
    built = rebuild(runner)
    assert (built.missing, built.surplus) == (0, 0)
    for as_at, known_at in pairs:
        assert cases(runner, CaseQuery(Axes(as_at, known_at))).items == expected(entries, as_at, known_at)


def entry(version: int, occurred_at: int, recorded_at: int, event: Event) -> Entry:
    """Return an entry of the case that the law is about."""
    command_id = version.to_bytes(16, "big")
    stream = case_stream(REFERENCE)
    return Entry(version, stream, version, occurred_at, recorded_at, "DC 1417", "", command_id, event)


def test_a_correction_known_before_the_entry_it_names_holds_from_the_start() -> None:
    """Imported history may bring the two in that order: the entry is then never believed uncorrected."""
    origin = Origin("log", REFERENCE, 1, recorded_at=hours(1))
    correction = ev.EntryCorrected(entry=2, values={"occurred_at": hours(2)}, origin=origin)
    entries = [
        entry(1, hours(0), hours(0), ev.Reported(reference=REFERENCE)),
        entry(2, hours(5), hours(6), ev.ActionRecorded(kind="arrest")),
        entry(3, hours(6), hours(6), correction),
    ]
    runner = store(entries, set())
    for as_at in (hours(1), hours(3), hours(7)):
        assert cases(runner, CaseQuery(Axes(as_at, hours(7)))).items == expected(entries, as_at, hours(7))
    runner.recorder.close()
