"""Laws of what changed over all cases: the changes applied to one picture give the other, whatever was recorded.

A picture is the world at an instant by what was known at one; what it is comes from the naive models.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from domain.axes import Axes
from projections.queries.changes import KINDS, changes
from projections.queries.pictures import Pictures
from projections.queries.stalled import StalledQuery
from projections.views.recorded import RecordedSpan, recorded
from tests import naive, naive_stalls
from tests.laws.test_clock_tables import EDITIONS, Store, adoptions, interleaved
from tests.laws.test_laws import law_of_tables, on_server_too
from tests.strategies import instants, registers, stalling

if TYPE_CHECKING:
    from domain.event import Entry
    from projections.queries.changes import CaseChange
    from tests.naive_stalls import Register, Versions
    from tests.projections.engines import OnServer


class Told(NamedTuple):
    """A case in a picture: what is told of it, and what it is stalled for."""

    category: str | None
    risk: str | None
    owner: str | None
    team: str | None
    closed: bool
    causes: frozenset[Any]


class History(NamedTuple):
    """All that was recorded of a case and of the officers, and the rulebooks."""

    entries: list[Entry]
    register: Register
    versions: Versions


Picture = dict[str, Told]


def picture(history: History, as_at: int, known: int) -> Picture:
    """Return a picture as the naive models have it."""
    entries, register, versions = history
    state = naive.state(entries, as_at, known)
    if state["reported_at"] is None:
        return {}
    waits = naive_stalls.stalled(entries, versions, register, as_at, known)
    causes = frozenset((*one[:6], one.child) for one in waits)
    told = {name: state[name] for name in ("category", "risk", "owner", "team")}
    return {state["reference"]: Told(**told, closed=state["closed_at"] is not None, causes=causes)}


def applied(before: Picture, steps: list[CaseChange]) -> Picture:
    """Return the picture that the steps make of another; each must fit what is there."""
    found = dict(before)
    for step in sorted(steps, key=lambda one: one.kind != "opened"):
        name = step.case.reference
        if step.kind == "opened":
            assert name not in found
            found[name] = Told(*step.case[1:5], closed=False, causes=frozenset())
        found[name] = changed(found[name], step)
    gone = {step.case.reference for step in steps if step.kind == "gone"}
    return {name: told for name, told in found.items() if name not in gone}


def changed(told: Told, step: CaseChange) -> Told:
    """Return a case after one step."""
    match step.kind:
        case "closed" | "reopened":
            assert told.closed is (step.kind == "reopened")
            return told._replace(closed=step.kind == "closed")
        case "changed-hands" | "changed-team" | "recategorised":
            name = {"changed-hands": "owner", "changed-team": "team", "recategorised": "category"}[step.kind]
        case "risk-raised" | "risk-lowered" | "risk-assessed" | "risk-withdrawn":
            name = "risk"
        case _:
            return stalled(told, step)
    assert getattr(told, name) == step.before
    values: dict[str, Any] = {name: step.after}
    return told._replace(**values)


def stalled(told: Told, step: CaseChange) -> Told:
    """Return a case after what it is stalled for has changed."""
    began, ended = ({tuple(one) for one in causes} for causes in (step.began, step.ended))
    assert ended <= told.causes
    assert not began & told.causes
    causes = told.causes - ended | began
    if step.kind == "newly-stalled":
        assert not told.causes
    if step.kind == "no-longer-stalled":
        assert not causes
    return told._replace(causes=frozenset(causes))


def check(data: st.DataObject, store: Store) -> None:
    """Hold the law of a history in an empty store."""
    history = History(data.draw(stalling()), data.draw(registers()), data.draw(EDITIONS))
    store.add(*adoptions(history.versions))
    for one in interleaved(history.entries, history.register):
        store.add(one)
        if data.draw(st.integers(0, 3)) == 0:
            store.runner.catch_up()
    store.runner.catch_up()
    moments = instants(history.entries)
    for _ in range(4):
        first, second = sorted(data.draw(st.tuples(moments, moments)))
        check_pictures(store, history, Pictures(Axes(first, first), Axes(second, second)))
        check_recorded(store, history, first, second)
    for _ in range(2):
        some = data.draw(st.tuples(moments, moments, moments, moments))
        check_pictures(store, history, Pictures(Axes(*some[:2]), Axes(*some[2:])))


def check_pictures(store: Store, history: History, pictures: Pictures) -> None:
    """Hold that the changes make the second picture of the first, and nothing of two that are the same."""
    before, after = (picture(history, *axes) for axes in pictures)
    steps = changes(store.runner, pictures, StalledQuery(pictures.second))
    assert applied(before, steps) == after, pictures
    assert bool(steps) is (before != after)
    assert [KINDS.index(one.kind) for one in steps] == sorted(KINDS.index(one.kind) for one in steps)
    for team in {told.team for told in (*before.values(), *after.values())} - {None}:
        assert changes(store.runner, pictures, StalledQuery(pictures.second, team=(str(team),))) == steps
    assert not changes(store.runner, pictures, StalledQuery(pictures.second, team=("no such team",)))


def check_recorded(store: Store, history: History, first: int, second: int) -> None:
    """Hold that each entry of the case that was recorded in between is there once, and no other."""
    pages = recorded(store.ledger, RecordedSpan(first + 1, second, second))
    expected = [
        one.version for one in history.entries if first < one.recorded_at <= second and one.occurred_at <= second
    ]
    assert [row.version for page in pages for row in page] == expected


@law_of_tables
@given(st.data())
def test_the_changes_between_two_pictures_make_the_second_of_the_first(data: st.DataObject) -> None:
    """With late, corrected, retracted and imported entries in between, and officers who come and go."""
    with closing(Store()) as store:
        check(data, store)


@on_server_too
@given(data=st.data())
def test_on_postgresql_they_do_as_well(on_server: OnServer, data: st.DataObject) -> None:
    """The same law, of fewer histories."""
    with closing(Store(on_server.recorder())) as store:
        check(data, store)
