"""Laws of every history: replay equals the increments, the store and a naive model, at any two instants.

``LONGCASE_LAWS=long`` tries many more histories than the suite does.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.app import Longcase
from application.mapper import to_stored
from domain.axes import Axes
from domain.cases.belief import believe
from domain.cases.flags import flags
from domain.cases.history import History
from domain.codec import decode, encode
from domain.event import Entry, known_at
from domain.instant import FOREVER
from ledger.sqlite.recorder import SQLiteRecorder
from tests import naive
from tests.clock import Clock
from tests.strategies import REFERENCE, histories, instants

LONG = os.environ.get("LONGCASE_LAWS") == "long"
on_server_too = settings(
    max_examples=500 if LONG else 12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""For the form of a law on PostgreSQL, where every history takes a moment of a server."""

law = settings(
    max_examples=5_000 if LONG else 100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@law
@given(st.data())
def test_the_state_at_any_pair_of_instants_is_the_naive_models(data: st.DataObject) -> None:
    """As at and as known at, wherever the two lie."""
    entries = data.draw(histories())
    history = History(entries)
    for _ in range(4):
        as_at, known = data.draw(instants(entries)), data.draw(instants(entries))
        assert naive.as_data(history.case(Axes(as_at, known))) == naive.state(entries, as_at, known)
        assert naive.as_data(history.case(Axes(as_at))) == naive.state(entries, as_at, FOREVER)
    assert naive.as_data(history.case()) == naive.state(entries, FOREVER, FOREVER)


@law
@given(histories(), st.data())
def test_a_history_grown_entry_by_entry_says_what_a_whole_one_says(
    entries: list[Entry], data: st.DataObject
) -> None:
    """Whether its state was asked for in between or not."""
    grown = History()
    for count, entry in enumerate(entries, 1):
        grown.append(entry)
        if data.draw(st.booleans()):
            assert naive.as_data(grown.case()) == naive.as_data(History(entries[:count]).case())
        as_at = data.draw(instants(entries))
        assert naive.as_data(grown.case(Axes(as_at))) == naive.state(entries[:count], as_at, FOREVER)


@law
@given(histories(), st.data())
def test_what_was_known_is_what_a_history_cut_off_there_says(entries: list[Entry], data: st.DataObject) -> None:
    """Nothing that was learnt later changes what was known."""
    known, as_at = data.draw(instants(entries)), data.draw(instants(entries))
    cut = [entry for entry in entries if known_at(entry) <= known]
    assert naive.as_data(History(cut).case(Axes(min(as_at, known)))) == naive.as_data(
        History(entries).case(Axes(as_at, known))
    )


@law
@given(histories())
def test_the_store_gives_back_what_was_recorded(entries: list[Entry]) -> None:
    """Through the codec, the rows and eventsourcing's repository."""
    clock = Clock()
    app = Longcase(SQLiteRecorder.in_memory(clock))
    for entry in entries:
        clock.at(entry.recorded_at)
        app.ledger.insert_events([to_stored(entry)])
    assert app.entries(entries[0].stream) == entries
    assert naive.as_data(app.case(REFERENCE)) == naive.state(entries, FOREVER, FOREVER)
    app.close()


@law
@given(histories())
def test_every_event_survives_its_bytes(entries: list[Entry]) -> None:
    """And the same event has the same bytes."""
    for entry in entries:
        payload = encode(entry.event)
        again = decode(entry.topic, type(entry.event).SCHEMA, payload)
        assert again == entry.event
        assert encode(again) == payload


@law
@given(histories())
def test_nothing_is_lost_between_what_is_stored_and_what_is_believed(entries: list[Entry]) -> None:
    """Every entry is believed or is retracted by one that stands, and its flags say which."""
    flagged = flags(believe(entries))
    believed = {entry.version for entry in believe(entries).entries}
    for entry in entries:
        assert (entry.version in believed) != ("retracted" in flagged.get(entry.version, []))
