"""Laws of every history: replay equals the increments, the store and a naive model, at any two instants.

A law that is given a wrong program ends within a minute. ``LONGCASE_LAWS=long`` tries many more histories than
the suite does, and takes the time to make small what breaks a law.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from application.app import Longcase
from domain.axes import Axes
from domain.cases.belief import AMENDING, believe
from domain.cases.decisions import check_decider
from domain.cases.events import ClosureRefused, EntryCorrected, EntryRetracted, Resolved
from domain.cases.flags import Growth, flags
from domain.cases.history import History
from domain.cases.restrictions import against_restriction, check_restriction
from domain.codec import decode, encode, schema_of
from domain.errors import Forbidden
from domain.event import Entry, Event, known_at
from domain.identity import same_name
from domain.instant import FOREVER
from ledger.sqlite.recorder import SQLiteRecorder
from tests import naive
from tests.clock import Clock
from tests.strategies import OCCURRED, PEOPLE, histories, instants

LONG = os.environ.get("LONGCASE_LAWS") == "long"
FIND = (Phase.explicit, Phase.reuse, Phase.generate)
SHRINK = (*FIND, Phase.shrink)

law = settings(
    max_examples=5_000 if LONG else 100,
    phases=SHRINK,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""For a law of what is worked out in memory: what breaks it is made small within seconds."""

law_of_tables = settings(law, phases=SHRINK if LONG else FIND)
"""For a law that fills tables for each history: to make small what breaks it takes minutes, if not asked for."""

on_server_too = settings(law_of_tables, max_examples=500 if LONG else 12)
"""For the form of such a law on PostgreSQL, where every history takes a moment of a server."""


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
    """Saved and read back through eventsourcing's application, with our mapper, codec and rows."""
    clock = Clock()
    app = Longcase(SQLiteRecorder.in_memory(clock))
    for entry in entries:
        clock.at(entry.recorded_at)
        app.save(entry)
    assert app.entries(entries[0].stream) == entries
    assert naive.as_data(app.history(entries[0].stream).case()) == naive.state(entries, FOREVER, FOREVER)
    app.close()


@law
@given(histories())
def test_every_event_survives_its_bytes(entries: list[Entry]) -> None:
    """And the same event has the same bytes."""
    for entry in entries:
        payload = encode(entry.event)
        again = decode(entry.topic, schema_of(entry.event), payload, entry.occurred_at)
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


@law
@given(histories(), PEOPLE, st.data())
def test_who_may_close_a_case_is_asked_of_every_record_before_an_amendment_of_theirs(
    entries: list[Entry], person: str, data: st.DataObject
) -> None:
    """Whatever they amended, and whether the closing is dated back or not."""
    at = data.draw(instants(entries))
    try:
        check_decider(entries, _by(person, entries, Resolved(outcome="charged"), at))
        allowed = True
    except Forbidden:
        allowed = False
    assert allowed == naive.may_close(entries, person, at)


@law
@given(histories(), st.data())
def test_nobody_takes_away_by_an_amendment_that_what_they_decided_is_forbidden(
    entries: list[Entry], data: st.DataObject
) -> None:
    """Short of retracting the decision itself, which shows."""
    decisions = [one for one in entries if isinstance(one.event, (ClosureRefused, Resolved))]
    for decision in (one for one in decisions if one.version in forbidden(entries)):
        others = [one.version for one in entries[1:] if one is not decision]
        said = [one.version for one in entries if not isinstance(one.event, AMENDING)]
        amendment = data.draw(
            st.builds(EntryRetracted, entry=st.sampled_from(others))
            | st.builds(
                EntryCorrected,
                entry=st.sampled_from(said),
                values=st.fixed_dictionaries({"occurred_at": OCCURRED}),
            )
        )
        after = [*entries, _by(decision.actor, entries, amendment, FOREVER)]
        assert decision.version in forbidden(after) | retracted(after)


@law
@given(histories())
def test_whom_a_restriction_keeps_out_is_asked_of_all_that_was_known_before(entries: list[Entry]) -> None:
    """The flags say what the command would have said, each entry added to all those that were known."""
    refused = {}
    before: list[Entry] = []
    for entry in sorted(entries, key=lambda one: (known_at(one), one.version)):
        try:
            check_restriction(History(before), entry)
        except Forbidden as error:
            refused[entry.version] = [f"forbidden: {error.message}"]
        before.append(entry)
    assert against_restriction(entries) == refused


def _by(person: str, entries: list[Entry], event: Event, at: int) -> Entry:
    version = len(entries) + 1
    recorded_at = max(at if at != FOREVER else 0, entries[-1].recorded_at)
    return Entry(version, entries[0].stream, version, at, recorded_at, person, "", bytes(16), event)


def forbidden(entries: list[Entry]) -> set[int]:
    """Return the versions that are flagged as forbidden."""
    found = flags(believe(entries))
    return {version for version, named in found.items() if any(one.startswith("forbidden") for one in named)}


def retracted(entries: list[Entry]) -> set[int]:
    """Return the versions that are flagged as retracted."""
    return {version for version, named in flags(believe(entries)).items() if "retracted" in named}


@pytest.mark.skipif(LONG, reason="what breaks a law is made small, for as long as that takes")
def test_a_law_of_tables_that_is_broken_ends_at_the_first_history_that_breaks_it() -> None:
    """To look for a smaller one would fill tables some thousand times; one that is given a wrong program ends."""
    broken: list[int] = []

    @settings(law_of_tables, database=None)
    @given(histories())
    def broken_law(entries: list[Entry]) -> None:
        broken.extend([len(entries)] * (len(entries) > 1))
        assert len(entries) == 1

    with pytest.raises(AssertionError):
        broken_law()
    assert len(broken) <= 2, "once, and once more for the report"


@law
@given(histories())
def test_amendments_are_flagged_by_who_made_them_and_whether_they_say_why(entries: list[Entry]) -> None:
    """For ever, whatever stands of them; a reason changes no other flag of any entry."""
    known = {entry.version: entry for entry in entries}
    amending = {version: one for version, one in known.items() if isinstance(one.event, AMENDING)}
    amended = {one.version: known[one.event.entry] for one in entries if isinstance(one.event, AMENDING)}
    found = flags(believe(entries))
    assert {version for version, named in found.items() if "no-reason" in named} == {
        version for version, one in amending.items() if not one.event.reason
    }
    assert {version for version, named in found.items() if "corrected-by-another" in named} == {
        version for version, one in amending.items() if not same_name(one.actor, amended[version].actor)
    }
    reasoned = [with_reason(one) if one.version in amending else one for one in entries]
    without = {version: [flag for flag in named if flag != "no-reason"] for version, named in found.items()}
    assert flags(believe(reasoned)) == {version: named for version, named in without.items() if named}


def with_reason(entry: Entry) -> Entry:
    return replace(entry, event=replace(entry.event, reason="a slip"))


@law
@given(histories(), st.data())
def test_the_flags_that_are_new_with_each_command_are_those_of_the_whole_history(
    entries: list[Entry], data: st.DataObject
) -> None:
    """Whether the command's entry is judged alone or the whole case anew: what was there before has its flags."""
    begun = data.draw(st.integers(0, len(entries)))
    growth, count = Growth(entries[:begun]), begun
    while count < len(entries):
        made = data.draw(st.integers(1, 2))
        before, after = (flags(believe(entries[:upto])) for upto in (count, count + made))
        new = {
            version: [flag for flag in found if flag not in before.get(version, ())]
            for version, found in after.items()
        }
        taken = growth.take(entries[count : count + made])
        assert taken == {version: found for version, found in new.items() if found}
        count += made
