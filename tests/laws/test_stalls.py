"""Laws of what cases wait for: clocks, causes and rows say what a naive model says, at any two instants."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from domain.axes import Axes
from domain.cases.belief import as_of, believe
from domain.deadlines.clocks import Clocks, run
from domain.deadlines.facts import CONDITION, HARM, OWNED, WAIT, Fact
from domain.deadlines.stalls import Facts, facts, news
from domain.deadlines.standards import Laws
from domain.event import known_at
from domain.instant import FOREVER
from projections.intervals.officers import periods
from projections.intervals.ownership import unfit
from tests import naive_stalls as naive
from tests.interval_rows import clock_rows, reckoned
from tests.laws.test_laws import law
from tests.naive_stalls import Findings, Owned, Wait
from tests.smallbook import ONE, THREE, TWO
from tests.strategies import instants, registers, stalling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry
    from tests.naive_stalls import Register, Versions

EDITIONS = st.sampled_from([ONE, TWO, THREE])


def as_findings(found: Iterable[Fact]) -> Findings:
    """Return facts in the words of the naive model."""
    kinds: dict[str, list[Fact]] = {kind: [] for kind in (WAIT, CONDITION, HARM, OWNED)}
    for fact in found:
        kinds[fact.kind].append(fact)
    owned = [Owned(one.name, one.since, one.key or None) for one in kinds[OWNED]]
    assert len(owned) <= 1
    return Findings(
        sorted(as_wait(one) for one in kinds[WAIT]),
        sorted((one.name, one.since) for one in kinds[CONDITION]),
        sorted((one.name, one.since) for one in kinds[HARM]),
        owned[0] if owned else None,
    )


def as_wait(fact: Fact) -> Wait:
    """Return a fact in the words of the naive model."""
    return Wait(fact.name, fact.standard, fact.key, fact.limit, fact.since, fact.due, fact.until, fact.child)


def still(findings: Findings, at: int) -> Findings:
    """Return what holds at an instant, without the warnings that are over by then."""
    return findings._replace(waits=[one for one in findings.waits if at < one.until])


def rows_of(entries: list[Entry], versions: Versions, register: Register) -> list[Any]:
    """Return the rows of a case, those that come of its owners among them."""
    rows = clock_rows(entries, Laws(versions))
    owned = [row for row in rows if row.fact.kind == OWNED]
    return rows + [one for row in owned for one in unfit(row, periods(register.get(row.fact.name, ())))]


@law
@given(st.data())
def test_the_facts_of_any_picture_are_the_naive_models(data: st.DataObject) -> None:
    """Folded live from what is believed."""
    entries, versions = data.draw(stalling()), data.draw(EDITIONS)
    laws = Laws(versions)
    for _ in range(4):
        as_at, known = data.draw(instants(entries)), data.draw(instants(entries))
        clocks = run(as_of(entries, Axes(as_at, known)), laws)
        assert as_findings(facts(clocks).values()) == naive.findings(entries, versions, as_at, known)


@law
@given(stalling(), EDITIONS, st.booleans())
def test_what_changes_adds_up_to_all_that_holds(entries: list[Entry], versions: Versions, silent: bool) -> None:
    """After each entry; and clocks that are over change nothing, whether they are kept or forgotten."""
    laws, held = Laws(versions), Facts()
    kept, forgetting = Clocks(laws), Clocks(laws, keeps_finished=False)
    for entry in believe(entries).entries:
        kept.take(entry)
        forgetting.take(entry)
        now, whole = news(forgetting, reckoned=silent)
        merged = now if whole else {**held, **now}
        held = {key: fact for key, fact in merged.items() if fact is not None}
        assert held == facts(forgetting, reckoned=silent) == facts(kept, reckoned=silent)
        assert forgetting.goes_on_like(kept)
    assert not forgetting.finished


@law
@given(stalling(), EDITIONS)
def test_where_only_work_went_on_nothing_else_is_another(entries: list[Entry], versions: Versions) -> None:
    """But the last activity; how long the case waits for work is as reckoned from it."""
    clocks = Clocks(Laws(versions), keeps_finished=False)
    for entry in believe(entries).entries:
        before, held = copy(clocks.outline), facts(clocks, reckoned=True)
        news(clocks, reckoned=True)
        if clocks.take(entry):
            before.last_activity, before.last_activity_at = clocks.outline.last_activity, entry.occurred_at
            assert clocks.outline == before
            assert clocks.as_reckoned()
            assert news(clocks, reckoned=True) == ({}, False)
            assert facts(clocks, reckoned=True) == held


@law
@given(st.data())
def test_the_rows_that_hold_at_any_two_instants_are_the_naive_models(data: st.DataObject) -> None:
    """As at some instant, known then or later: at any, and a microsecond before, at and after every boundary."""
    entries, register = data.draw(stalling()), data.draw(registers())
    versions = data.draw(EDITIONS)
    rows = rows_of(entries, versions, register)
    bounds = {bound + shift for row in rows for bound in row[:4] if abs(bound) < FOREVER for shift in (-1, 0, 1)}
    near = st.sampled_from(sorted(bounds)) if bounds else st.nothing()
    for _ in range(8):
        as_at, known = sorted(data.draw(st.tuples(*[near | instants(entries)] * 2)))
        told = [row.fact for row in rows if row[0] <= as_at < row[1] and row[2] <= known < row[3]]
        found = as_findings([*told, *reckoned(entries, Laws(versions), as_at, known)])
        findings = naive.findings(entries, versions, as_at, known)
        waits = naive.waits(entries, versions, register, as_at, known)
        assert found == still(findings._replace(waits=waits), as_at)


@law
@given(stalling(), EDITIONS)
def test_the_rows_are_what_a_live_fold_says_wherever_anything_happens(
    entries: list[Entry], versions: Versions
) -> None:
    """At every pair of instants at which something occurred or was learnt: no row is missed, whatever it took."""
    laws = Laws(versions)
    rows = clock_rows(entries, laws)
    telling = sorted({one.occurred_at for one in entries} | {known_at(one) for one in entries})
    for known in telling:
        for as_at in (one for one in telling if one <= known):
            told = [row.fact for row in rows if row[0] <= as_at < row[1] and row[2] <= known < row[3]]
            found = as_findings([*told, *reckoned(entries, laws, as_at, known)])
            live = as_findings(facts(run(as_of(entries, Axes(as_at, known)), laws)).values())
            assert found == still(live, as_at)
