"""The steps that lay the force's grades of a round beside the inspectorate's, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then

from application.commands import inspections
from application.commands.inspections import Frame
from domain.axes import Axes
from projections.inspections.report import report
from projections.views.access import Scope
from tests.features.queries import rows, told
from tests.features.words import envelope, instant

if TYPE_CHECKING:
    from application.app import Longcase
    from projections.views.timeline import Item
    from tests.clock import Clock
    from tests.features.words import Picture


@given(
    parsers.re(
        r"on (?P<opened>\d+ \w+ \d+ \d+:\d+) (?P<who>.+) opens the round (?P<name>\S+) and examines these cases"
    )
)
def opened_round(
    app: Longcase, clock: Clock, opened: str, who: str, name: str, datatable: list[list[str]]
) -> None:
    at = clock.at(instant(opened))()
    by = envelope(who, happened=None, reason=None)
    inspections.open_inspection(app, name, by, body="the inspectorate", force="the force")
    population = tuple((row["case"], row["category"]) for row in rows(datatable))
    frame = Frame(Axes(at, at), len(population), 1, "category", population, {})
    inspections.draw_sample(app, name, frame, by)


def examined(app: Longcase, picture: Picture, name: str) -> dict[str, Any]:
    found = report(Scope(app.ledger, Axes(*picture)), name)
    assert found is not None
    return found


@then(parsers.parse("in the round {name} the force and the inspectorate disagree on these cases"))
def disagree(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    found = map(apart, examined(app, picture, name)["disagreements"])
    assert told(found, datatable) == rows(datatable)


def apart(one: Item) -> dict[str, Any]:
    """Return what a table can show of a case that was graded otherwise by each; worse by steps below good."""
    return {
        "case": one["reference"],
        "force": one["force"],
        "inspectorate": one["inspectorate"],
        "worse by": f"{one['steps']} steps" if one["steps"] != 1 else "1 step",
    }


@then(parsers.parse("in the round {name} they disagree on no case"))
def agree(app: Longcase, picture: Picture, name: str) -> None:
    assert examined(app, picture, name)["disagreements"] == []


@then(parsers.parse("the round {name} had not been opened"))
def not_opened(app: Longcase, picture: Picture, name: str) -> None:
    assert report(Scope(app.ledger, Axes(*picture)), name) is None
