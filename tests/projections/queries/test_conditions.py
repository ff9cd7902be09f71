"""Which cases are in a condition at an instant: by the tables as by reading every case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from application.commands import cases, officers
from domain.axes import Axes
from domain.cases.belief import as_of
from domain.deadlines.clocks import run
from domain.deadlines.standards import Laws
from domain.identity import case_stream
from domain.rulebook.default import default_rulebook
from projections.queries.conditions import in_condition, waiting_for
from projections.queries.stalled import StalledQuery
from projections.runner.runner import Runner
from projections.views.rulebooks import rulebook_versions
from projections.views.visits import standards
from tests.cli.children import children
from tests.projections.story_store import OWNER, Store, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import Place

REFERENCES = ["MIS-0001", "MIS-0002", "CUS-0001", "CUS-0002", "OFF-0001", "OFF-0002"]
VISITS = standards([default_rulebook()])
INSTANTS = [
    "2016-01-09T00:00",
    "2016-01-10T09:00",
    "2016-05-10T08:10",
    "2016-05-12T20:00",
    "2016-05-14T20:00",
    "2016-05-19T22:05",
    "2016-05-20T09:04",
    "2016-05-20T10:00",
    "2016-05-20T10:30",
    "2016-05-20T11:00",
    "2016-06-20T11:00",
]


@pytest.fixture(scope="module")
def store(place: Place) -> Iterator[Store]:
    told = children(Store(place.recorder()))
    told.at("2016-05-20T10:30", cases.act, "CUS-0001", "released", occurred="2016-05-20T09:40")
    told.at("2016-05-20T10:40", cases.resolve, "MIS-0002", outcome="found by a neighbour")
    told.at("2016-05-20T10:50", cases.resolve, "OFF-0002", outcome="moved away", occurred="2016-05-20T10:45")
    told.at("2016-05-20T10:55", officers.absent, OWNER, actor="HR 1", role="registrar")
    yield told
    told.ledger.close()


@pytest.fixture(scope="module")
def runner(store: Store) -> Runner:
    runner = Runner(store.ledger)
    runner.catch_up()
    return runner


def naive(store: Store, as_at: int, known: int) -> dict[str, set[str]]:
    """Return the cases in each condition, by reading all of them."""
    laws = Laws(rulebook_versions(store.ledger).versions)
    found: dict[str, set[str]] = {"missing": set(), "detained": set(), "visited": set()}
    for reference in REFERENCES:
        clocks = run(as_of(store.entries(reference), Axes(as_at, known)), laws)
        if clocks.outline.reported_at is not None:
            for name in clocks.conditions:
                found[name].add(reference)
            if clocks.is_open and ("offender-visit", "") in clocks.running:
                found["visited"].add(reference)
    return found


def tables(runner: Runner, wanted: StalledQuery) -> dict[str, set[str]]:
    named = {case_stream(reference): reference for reference in REFERENCES}
    streams = {
        "missing": in_condition(runner, wanted, "missing"),
        "detained": in_condition(runner, wanted, "detained"),
        "visited": waiting_for(runner, wanted, VISITS),
    }
    return {name: {named[stream] for stream in found} for name, found in streams.items()}


@pytest.mark.parametrize("known", INSTANTS)
def test_the_tables_find_what_reading_every_case_finds(store: Store, runner: Runner, known: str) -> None:
    """On both axes, before, at and after what was known."""
    for as_at in INSTANTS:
        wanted = StalledQuery(Axes(when(as_at), when(known)))
        assert tables(runner, wanted) == naive(store, when(as_at), when(known)), as_at


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"owner": ("dc 1417",)}, {"detained": {"CUS-0001"}, "missing": set(), "visited": {"OFF-0001"}}),
        ({"risk": ("high",)}, {"detained": set(), "missing": {"MIS-0001"}, "visited": {"OFF-0001"}}),
        ({"team": ("Hydra",)}, {"detained": {"CUS-0001"}, "missing": set(), "visited": {"OFF-0001"}}),
        (
            {"unallocated": True},
            {"detained": set(), "missing": {"MIS-0001", "MIS-0002"}, "visited": {"OFF-0002"}},
        ),
        ({"category": ("missing",)}, {"detained": set(), "missing": {"MIS-0001", "MIS-0002"}, "visited": set()}),
    ],
)
def test_filters_are_those_of_the_open_cases(
    runner: Runner, filters: dict[str, tuple[str, ...]], found: dict[str, set[str]]
) -> None:
    """Each lets through what it names, by how the case stood then."""
    at = when("2016-05-19T23:00")
    assert tables(runner, StalledQuery(Axes(at, at), **filters)) == found  # type: ignore[arg-type]  # filters by name


def test_a_standard_for_every_category_is_looked_up_in_every_case(runner: Runner) -> None:
    """One that is for a category is looked up in that category's cases alone; both find the same."""
    at = when("2016-05-19T23:00")
    everywhere = [replace(one, categories=()) for one in VISITS]
    assert waiting_for(runner, StalledQuery(Axes(at, at)), everywhere) == waiting_for(
        runner, StalledQuery(Axes(at, at)), VISITS
    )
    elsewhere = [replace(one, categories=("missing",)) for one in VISITS]
    assert waiting_for(runner, StalledQuery(Axes(at, at)), elsewhere) == []
