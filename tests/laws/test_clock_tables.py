"""The tables of what cases wait for say what a naive model says: grown entry by entry, or rebuilt.

The register of officers and the rulebook are in the same store, so a row follows them as well.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from application.mapper import to_stored
from domain import officer as of
from domain.axes import Axes
from domain.cases import events as ev
from domain.deadlines.standards import Laws
from domain.event import Entry
from domain.identity import case_stream, officer_stream, rulebook_stream
from domain.instant import DAY
from domain.rulebook.events import Adopted
from domain.rulebook.model import CAUSES
from ledger.sqlite.recorder import SQLiteRecorder
from projections.inspections import decisions as waiting
from projections.queries.agenda import agenda
from projections.queries.cases import CaseQuery, streams
from projections.queries.decisions import IN_TABLES, undecided
from projections.queries.stalled import StalledCases, StalledQuery, stalled
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from projections.views.access import Scope
from projections.views.clocks.clock_states import OPEN, going_on
from projections.views.live_case import live_cases
from tests import naive, naive_stalls
from tests.clock import HOUR, START, Clock, days, hours
from tests.laws.test_laws import law_of_tables, on_server_too
from tests.smallbook import LATER, ONE, TWO
from tests.strategies import REFERENCE, instants, registers, stalling

if TYPE_CHECKING:
    from domain.event import Event
    from ledger.recorder import LedgerRecorder
    from tests.naive_stalls import Register, Versions, Wait
    from tests.projections.engines import OnServer

HELD = ("reference", "category", "risk", "owner", "team", "allocated_by", "reported_at")
EDITIONS = st.sampled_from([ONE, TWO])


def expected(entries: list[Entry], versions: Versions, register: Register, as_at: int, known: int) -> Any:
    """Return what the naive model has for one case: the case, its stalls and its harm, if it is stalled."""
    waits = naive_stalls.stalled(entries, versions, register, as_at, known)
    if not waits:
        return []
    state = naive.state(entries, as_at, known)
    findings = naive_stalls.findings(entries, versions, as_at, known)
    return [(tuple(state[name] for name in HELD), [(*one[:6], one.child) for one in waits], findings.harms)]


def found(answer: StalledCases) -> Any:
    """Return an answer in the words of the naive model."""
    return [
        (tuple(one[:7]), sorted(tuple(cause) for cause in one.causes), sorted(one.harms)) for one in answer.cases
    ]


def coming(entries: list[Entry], versions: Versions, register: Register, wanted: StalledQuery) -> Any:
    """Return what will be too long by ``due_by`` and is not yet, as the naive model has it."""
    waits = naive_stalls.waits(entries, versions, register, *wanted.axes)
    until = wanted.due_by or 0
    return [(*one[:6], one.child) for one in waits if wanted.axes.as_at < one.due <= until]


def adoptions(versions: Versions) -> list[Entry]:
    """Return the entries by which the versions were adopted, before anything else was recorded."""
    stream = rulebook_stream()
    return [
        Entry(
            0,
            stream,
            number,
            START,
            START - DAY,
            "HQ 1",
            "",
            bytes([number] * 16),
            Adopted(effective_from=since, rulebook=book),
        )
        for number, (since, book) in enumerate(versions, start=1)
    ]


class Store:
    """A store to which entries are added, and the tables beside it."""

    def __init__(self, recorder: LedgerRecorder | None = None) -> None:
        self._clock = Clock()
        self._recorder = recorder or SQLiteRecorder.in_memory()
        self._recorder.clock = self._clock
        self.runner = Runner(self._recorder)

    def add(self, *entries: Entry) -> Store:
        """Record entries when they say that they were."""
        for one in entries:
            self._clock.at(one.recorded_at)
            self._recorder.insert_events([to_stored(one)])
        return self

    def ask(self, as_at: int, known: int) -> StalledCases:
        """Ask the tables as they are."""
        return stalled(self.runner, StalledQuery(Axes(as_at, known)))

    @property
    def ledger(self) -> LedgerRecorder:
        """The ledger itself."""
        return self._recorder

    def close(self) -> None:
        """Close the store."""
        self._recorder.close()


def interleaved(entries: list[Entry], register: Register) -> list[Entry]:
    """Return the entries of a case and of the officers in the order in which they were recorded."""
    everything = [*entries, *(one for service in register.values() for one in service)]
    return sorted(everything, key=lambda one: (one.recorded_at, one.stream, one.version))


@law_of_tables
@given(st.data())
def test_the_tables_say_who_is_stalled_as_the_naive_model_does(data: st.DataObject) -> None:
    """However often they were brought up to date in between, after a rebuild as before, beyond what is known."""
    with closing(Store()) as store:
        check(data, store)


@on_server_too
@given(data=st.data())
def test_on_postgresql_they_do_as_well(on_server: OnServer, data: st.DataObject) -> None:
    """The same law, of fewer histories."""
    with closing(Store(on_server.recorder())) as store:
        check(data, store)


def check(data: st.DataObject, store: Store) -> None:
    """Hold the law of a history in an empty store."""
    entries, register, versions = data.draw(stalling()), data.draw(registers()), data.draw(EDITIONS)
    store.add(*adoptions(versions))
    for one in interleaved(entries, register):
        store.add(one)
        if data.draw(st.integers(0, 3)) == 0:
            store.runner.catch_up()
    store.runner.catch_up()
    pairs = [data.draw(st.tuples(instants(entries), instants(entries))) for _ in range(4)]
    pairs += [(known + data.draw(st.sampled_from([HOUR, DAY, 40 * DAY])), known) for _, known in pairs[:2]]
    for as_at, known in pairs:
        waiting = expected(entries, versions, register, as_at, known)
        assert found(store.ask(as_at, known)) == waiting, f"as at {as_at}, as known at {known}"
        wanted = StalledQuery(
            Axes(as_at, known), due_by=as_at + data.draw(st.sampled_from([HOUR, DAY, 40 * DAY]))
        )
        check_agenda(
            store, wanted, naive_stalls.agenda(entries, versions, register, as_at, known, wanted.due_by or 0)
        )
        check_narrowed(store, wanted.axes, data.draw(st.sampled_from([*CAUSES])))
        check_going_on(store, versions, wanted.axes)
        check_decisions(store, versions, wanted.axes, naive_stalls.undecided(entries, as_at, known))
        due = [tuple(one) for case in stalled(store.runner, wanted).cases for one in case.causes]
        assert sorted(due) == coming(entries, versions, register, wanted)
    built = rebuild(store.runner)
    assert (built.missing, built.surplus) == (0, 0)
    for as_at, known in pairs:
        assert found(store.ask(as_at, known)) == expected(entries, versions, register, as_at, known)


def check_agenda(store: Store, wanted: StalledQuery, expected: list[Wait]) -> None:
    """Hold that the list of what comes next is the naive one, and its first items where no more are asked for."""
    every = agenda(store.runner, wanted, wanted.due_by or 0)
    assert [tuple(one.cause) for one in every.items] == [(*one[:6], one.child) for one in expected]
    assert (every.total, every.overdue) == (len(expected), sum(one.due <= wanted.axes.as_at for one in expected))
    for limit in (1, 2, 50):
        some = agenda(store.runner, wanted._replace(limit=limit), wanted.due_by or 0)
        assert some == every._replace(items=every.items[:limit])


def check_narrowed(store: Store, axes: Axes, cause: str) -> None:
    """Hold that what is found by a cause or a standard is what of all has one, each with all its causes."""
    every = stalled(store.runner, StalledQuery(axes)).cases
    of_cause = [one for one in every if any(cause == its.cause for its in one.causes)]
    assert stalled(store.runner, StalledQuery(axes, causes=(cause,))).cases == of_cause
    for standard in sorted({its.standard for one in of_cause for its in one.causes if its.standard})[:1]:
        answer = stalled(store.runner, StalledQuery(axes, causes=(cause,), standards=(standard,)))
        assert answer.cases == [one for one in of_cause if any(standard == its.standard for its in one.causes)]


def check_going_on(store: Store, versions: Versions, axes: Axes) -> None:
    """Hold that a case in which a clock is waited for is among those that are read for such clocks."""
    every = list(streams(store.runner, CaseQuery(axes)))
    some = list(streams(store.runner, CaseQuery(axes, waits=going_on(versions))))
    cases = live_cases(Scope(store.runner.recorder, axes), every, Laws(versions))
    lacking = (case for case in cases if case.case.reference and case_stream(case.case.reference) not in some)
    assert not [row for case in lacking for row in case.clock_rows(states=OPEN)]


def check_decisions(
    store: Store, versions: Versions, axes: Axes, expected: list[tuple[str, int, str, str]]
) -> None:
    """Hold that what waits for a decision is what the naive model has, found by the tables and read live."""
    streams, total = undecided(store.runner, StalledQuery(axes), IN_TABLES)
    assert total == len(expected), "how many there are is told without reading a case"
    assert undecided(store.runner, StalledQuery(axes), IN_TABLES, 1) == (streams, total)
    scope = Scope(store.runner.recorder, axes)
    items = [one for case in live_cases(scope, streams, Laws(versions)) for one in waiting.items(case)]
    found = [(one["waits_for"], one["since"], one["escalation"] or "", one["asked_by"]) for one in items]
    assert sorted(found) == expected


def entry(version: int, event: Event, at: int, recorded: int | None = None) -> Entry:
    """Return an entry of the case that the laws are about."""
    recorded_at = at if recorded is None else recorded
    command_id = version.to_bytes(16, "big")
    return Entry(version, case_stream(REFERENCE), version, at, recorded_at, "PS 0088", "", command_id, event)


def causes(store: Store, as_at: int, known: int) -> set[tuple[str, str]]:
    """Return the causes and standards for which the case is stalled."""
    return {(one.cause, one.standard) for case in store.ask(as_at, known).cases for one in case.causes}


def store_of(*entries: Entry, versions: Versions = ONE) -> Store:
    """Return a store with these entries, and its tables brought up to date after each."""
    store = Store().add(*adoptions(versions))
    for one in entries:
        store.add(one).runner.catch_up()
    return store


REPORT = ev.Reported(reference=REFERENCE)
UNALLOCATED = ("unallocated", "allocate")


def test_an_allocation_recorded_ten_days_late_is_stalled_as_known_then_and_not_as_at() -> None:
    """Allocated within the hour, but nobody wrote it down for ten days."""
    store = store_of(
        entry(1, REPORT, hours(0)), entry(2, ev.Allocated(officer="DC 1417"), hours(1), recorded=days(10))
    )
    day = days(5)
    assert UNALLOCATED in causes(store, day, day)
    assert UNALLOCATED in causes(store, day, days(10) - 1)
    assert UNALLOCATED not in causes(store, day, days(10))
    store.close()


def test_a_correction_changes_as_at_and_leaves_as_known() -> None:
    """The risk had been very high all along; that day, the program could not have said so."""
    images = ("clock-breached", "images")
    store = store_of(
        entry(1, ev.Reported(reference=REFERENCE, category="missing"), hours(0)),
        entry(2, ev.RiskAssessed(risk="low"), hours(0)),
        entry(3, ev.EntryCorrected(entry=2, values={"risk": "very high"}), days(1)),
    )
    assert images not in causes(store, hours(2), hours(2))
    assert images not in causes(store, hours(2), days(1) - 1)
    assert images in causes(store, hours(2), days(1))
    store.close()


def test_a_retracted_allocation_never_was_as_at_and_was_as_known() -> None:
    """Entered on the wrong case: until that was seen, the case looked as if it had an owner."""
    store = store_of(
        entry(1, REPORT, hours(0)),
        entry(2, ev.Allocated(officer="DC 1417"), hours(1)),
        entry(3, ev.EntryRetracted(entry=2), days(2)),
    )
    assert UNALLOCATED not in causes(store, days(1), days(1))
    assert UNALLOCATED in causes(store, days(1), days(2))
    store.close()


def test_a_clock_keeps_the_rulebook_that_it_started_under() -> None:
    """Three hours until the second edition takes effect, five after it; each return starts a clock."""
    store = store_of(
        entry(1, REPORT, hours(2.5)),
        entry(2, ev.Allocated(officer="DC 1417"), hours(5.5) + 1),
        entry(3, ev.Returned(), hours(6)),
        versions=TWO,
    )
    assert UNALLOCATED not in causes(store, hours(5.5) - 1, hours(5.5) - 1)
    assert UNALLOCATED in causes(store, hours(5.5), hours(5.5))
    assert UNALLOCATED not in causes(store, hours(11) - 1, hours(11) - 1)
    assert UNALLOCATED in causes(store, hours(11), hours(11))
    store.close()


def test_a_rulebook_adopted_between_two_entries_is_the_same_brought_up_to_date_or_rebuilt() -> None:
    """It takes effect on a coming day, so no row that there is already changes."""
    store = store_of(entry(1, REPORT, hours(0)))
    adoption = adoptions([(days(3), LATER)])[0]
    store.add(Entry(0, adoption.stream, 2, hours(1), hours(1), "HQ 1", "", bytes([2] * 16), adoption.event))
    store.runner.catch_up()
    store.add(entry(2, ev.Returned(), days(4))).runner.catch_up()
    due = store.ask(days(9), days(9)).cases[0].causes
    assert [one.limit for one in due if one.standard == "allocate"] == ["3h"]
    built = rebuild(store.runner)
    assert (built.missing, built.surplus) == (0, 0)
    assert store.ask(days(9), days(9)).cases[0].causes == due
    store.close()


def test_an_owner_who_leaves_stalls_the_cases_that_no_entry_touches() -> None:
    """The officer's entry comes after the case's last, and is recorded a day late."""
    service = [
        Entry(
            0,
            officer_stream("DC 1417"),
            1,
            hours(-9),
            hours(-9),
            "HR 1",
            "",
            bytes([7] * 16),
            of.Enrolled(officer="DC 1417"),
        ),
        Entry(0, officer_stream("DC 1417"), 2, days(2), days(3), "HR 1", "", bytes([8] * 16), of.Left()),
    ]
    store = store_of(
        service[0], entry(1, REPORT, hours(0)), entry(2, ev.Allocated(officer="DC 1417"), hours(1)), service[1]
    )
    gone = ("owner-unavailable", "")
    assert gone not in causes(store, days(2), days(3) - 1)
    assert gone in causes(store, days(2), days(3))
    assert gone not in causes(store, days(2) - 1, days(3))
    store.close()


def test_beyond_what_is_known_time_runs_on_and_a_warning_gives_way_to_what_it_warned_of() -> None:
    """Known on the first day, a warrant of ten hours: expiring from the sixth hour on, lapsed from the tenth."""
    store = store_of(
        entry(1, REPORT, hours(0)),
        entry(2, ev.WarrantGranted(warrant="W1"), hours(0)),
        entry(3, ev.WarrantExecuted(warrant="W1"), hours(30)),
    )
    for known in (hours(1), hours(7)):
        assert ("warrant-expiring", "warrant-life") in causes(store, hours(10) - 1, known)
        assert ("warrant-lapsed", "warrant-life") not in causes(store, hours(10) - 1, known)
        assert ("warrant-expiring", "warrant-life") not in causes(store, hours(10), known)
        assert ("warrant-lapsed", "warrant-life") in causes(store, hours(40), known)
    assert ("warrant-lapsed", "warrant-life") not in causes(store, hours(40), hours(40))
    store.close()
