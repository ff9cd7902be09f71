"""A sample drawn again: the same from the same picture, and what differs is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from application.commands import cases, inspections
from application.commands.inspections import Frame
from application.mapper import to_stored
from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import NotFound, Refused, UsageProblem
from domain.event import Entry, Origin
from domain.identity import case_stream
from domain.instant import FOREVER
from projections.inspections.rounds import inspection_at
from projections.queries.sample_check import STRATA, check_sample, population
from projections.runner.runner import Runner
from projections.views.access import Scope
from tests.clock import START
from tests.projections.story_store import INSPECTOR, Store, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.inspections.inspection import Inspection
    from ledger.recorder import LedgerRecorder
    from tests.projections.engines import Place

DRAWN = "2016-03-07T09:00"


class Drawn(Store):
    """A store with twelve cases, six of them resolved, and the tables beside it."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        super().__init__(recorder)
        for number in range(12):
            category = "missing" if number % 3 else "child-abuse"
            self.at("2016-03-01T09:00", cases.report, f"C-{number:02}", category=category)
            if number % 2:
                self.at("2016-03-02T09:00", cases.assess, f"C-{number:02}", "high")
                self.at("2016-03-03T09:00", cases.resolve, f"C-{number:02}", outcome="closed")
        self.inspector("2016-03-04T09:00", inspections.open_inspection, "round-1", body="the body", force="it")
        self.runner = Runner(self.ledger)

    def inspector(self, at: str, command: Any, *args: Any, **more: Any) -> Any:
        return self.at(at, command, *args, actor=INSPECTOR, role="inspectorate", **more)

    def found(self, strata: str = "category", **among: tuple[str, ...]) -> Any:
        self.runner.catch_up()
        return population(self.runner, Axes(when(DRAWN), when(DRAWN)), strata, among)

    def draw(self, size: int, strata: str = "category", *, additional: str | None = None, **among: Any) -> None:
        frame = Frame(Axes(when(DRAWN), when(DRAWN)), size, 7, strata, self.found(strata, **among), among)
        self.inspector(DRAWN, inspections.draw_sample, "round-1", frame, additional=additional)

    @property
    def inspection(self) -> Inspection:
        found = inspection_at(Scope(self.ledger, Axes(FOREVER, FOREVER)), "round-1")
        assert found is not None
        return found

    def redrawn(self, name: str = "main") -> Any:
        self.runner.catch_up()
        return check_sample(self.runner, self.inspection, name)


@pytest.fixture
def store(place: Place) -> Iterator[Drawn]:
    drawn = Drawn(place.recorder())
    yield drawn
    drawn.ledger.close()


@pytest.mark.parametrize("strata", STRATA)
def test_the_same_sample_comes_out(store: Drawn, strata: str) -> None:
    """However it was stratified, and whatever was recorded since."""
    store.draw(5, strata)
    store.at("2016-03-08T09:00", cases.report, "NEW", category="missing")
    store.at("2016-03-08T09:00", cases.report, "C-99", category="other")
    assert store.redrawn().agrees


def test_filters_are_kept_with_the_sample(store: Drawn) -> None:
    """Only the open ones were drawn from, and they are drawn from again after they were closed."""
    store.draw(3, state=("open",), category=("missing",))
    for number in range(0, 12, 2):
        store.at("2016-03-09T09:00", cases.resolve, f"C-{number:02}", outcome="closed")
    found = store.redrawn()
    assert found.agrees
    assert found.population == {"missing": 4}


def test_an_additional_sample_leaves_out_what_was_drawn_before(store: Drawn) -> None:
    """Also when it is drawn again."""
    store.draw(5)
    store.draw(4, additional="more")
    assert store.redrawn("more").agrees
    assert sum(store.redrawn("more").population.values()) == 7


def test_history_that_was_imported_since_is_told(store: Drawn) -> None:
    """An import can say that more was known on the day than the sample was drawn from."""
    store.draw(11)
    reported = ev.Reported(
        reference="OLD", category="missing", origin=Origin("log", "OLD", 0, recorded_at=START), via="import"
    )
    entry = Entry(0, case_stream("OLD"), 1, START, 0, "importer", "", bytes(16), reported)
    store.ledger.insert_events([to_stored(entry)])
    found = store.redrawn()
    assert not found.agrees
    assert found.population == {"child-abuse": 4, "missing": 9}
    assert len(found.kept.cases) == 11
    assert len(found.missing) == len(found.added)


def test_what_cannot_be_drawn_again_is_said(store: Drawn) -> None:
    """No such sample, or a way of drawing that a later version brought."""
    with pytest.raises(NotFound, match="inspection round-1 has no sample main"):
        store.redrawn()
    store.draw(2)
    inspection = store.inspection
    drawing = inspection.samples["main"]
    sample = msgspec.structs.replace(drawing.sample, method="by hand")
    inspection.samples["main"] = msgspec.structs.replace(drawing, sample=sample)
    with pytest.raises(Refused, match="cannot draw by 'by hand'"):
        check_sample(store.runner, inspection, "main")


def test_strata_and_states_that_there_are_not(store: Drawn) -> None:
    """Are faults of usage."""
    with pytest.raises(UsageProblem, match="cannot be stratified by 'colour'"):
        store.found("colour")
    with pytest.raises(UsageProblem, match="a case cannot be lost"):
        store.found(state=("lost",))


def test_a_case_without_risk_or_team_has_a_stratum_too(store: Drawn) -> None:
    """Nothing drops out of a sample because somebody left a field empty."""
    assert {stratum for _, stratum in store.found("risk")} == {"high", "not known"}
    assert {stratum for _, stratum in store.found("nothing")} == {"all"}
    assert len(store.found("team")) == 12


def test_open_and_closed_together_are_all(store: Drawn) -> None:
    """Each alone is a part."""
    assert len(store.found(state=("open",))) == len(store.found(state=("closed",))) == 6
    assert len(store.found(state=("open", "closed"))) == 12
