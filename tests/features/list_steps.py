"""The steps that ask for the children in custody, the missing children and the offenders to be visited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import then

from domain.axes import Axes
from domain.cases.children import DETAINED, MISSING
from domain.deadlines.standards import Laws
from projections.queries.conditions import in_condition, waiting_for
from projections.queries.stalled import StalledQuery
from projections.views import detained, missing, visits
from projections.views.access import Reader, Scope
from projections.views.live_case import live_cases
from projections.views.rulebooks import rulebook_versions
from tests.features.queries import as_table, every_case, rows, up_to_date
from tests.features.words import length, moment, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from application.app import Longcase
    from projections.views.live_case import LiveCase
    from projections.views.timeline import Item
    from tests.features.words import Picture

SECOND = 1_000_000


def items_of(
    app: Longcase, picture: Picture, streams: Iterable[bytes], live: Iterable[LiveCase], module: Any
) -> list[Item]:
    """Return the items of the cases that the tables found, in their order; the live folds must find the same."""
    laws = Laws(rulebook_versions(app.ledger).versions)
    cases = live_cases(Scope(app.ledger, Axes(*picture), Reader()), streams, laws)
    found = [
        one for case in cases for one in (module.items(case) if module is not visits else [visits.item(case)])
    ]
    found.sort(key=module.place)
    assert {one["reference"] for one in found} == {case.case.reference for case in live}
    return found


def with_condition(app: Longcase, picture: Picture, name: str, module: Any) -> list[Item]:
    live = [one for one in every_case(app, picture) if name in one.clocks.conditions]
    streams = in_condition(up_to_date(app), StalledQuery(Axes(*picture)), name)
    return items_of(app, picture, streams, live, module)


def to_visit(app: Longcase, picture: Picture) -> list[Item]:
    wanted = visits.standards(book for _, book in rulebook_versions(app.ledger).versions)
    ids = {one.id for one in wanted}
    live = [
        one
        for one in every_case(app, picture)
        if one.clocks.is_open and any(standard in ids for standard, _ in one.clocks.running)
    ]
    streams = waiting_for(up_to_date(app), StalledQuery(Axes(*picture)), wanted)
    return items_of(app, picture, streams, live, visits)


def common(one: Item) -> dict[str, str]:
    return {
        "case": one["reference"],
        "risk": shown(one["risk"]),
        "owner": one["owner"] or "nobody",
        "team": shown(one["team"]),
        "child": shown(one.get("child")),
        "aged": shown(", ".join(map(str, one.get("ages", ())))),
    }


@then("these children are in custody")
def are_detained(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [held(one) for one in with_condition(app, picture, DETAINED, detained)]
    assert as_table(found, datatable) == rows(datatable)


@then("no child is in custody")
def none_is_detained(app: Longcase, picture: Picture) -> None:
    assert with_condition(app, picture, DETAINED, detained) == []


def held(one: Item) -> dict[str, str]:
    """Return what a table can show of a child in custody."""
    return common(one) | {
        "where": shown(one["where"]),
        "since": moment(one["detained_at"]),
        "held": length(one["held_seconds"] * SECOND),
        "charged": moment(one["charged_at"]),
        "reviewed": moment(one["reviewed_at"]),
        "accommodation asked for": moment(one["accommodation_requested_at"]),
        "breaks": shown(", ".join(one["breached"])),
    }


@then("these children were reported missing")
def are_missing(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [lost(one) for one in with_condition(app, picture, MISSING, missing)]
    assert as_table(found, datatable) == rows(datatable)


@then("these children are missing still")
def are_missing_still(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    every = with_condition(app, picture, MISSING, missing)
    found = [lost(one) for one in every if one["state"] == MISSING]
    assert as_table(found, datatable) == rows(datatable)


@then("no child is missing still")
def none_is_missing(app: Longcase, picture: Picture) -> None:
    every = with_condition(app, picture, MISSING, missing)
    assert [one for one in every if one["state"] == MISSING] == []


def lost(one: Item) -> dict[str, str]:
    """Return what a table can show of a missing child."""
    return common(one) | {
        "state": one["state"],
        "missing since": moment(one["missing_at"]),
        "graded": shown(one["graded"]),
        "graded at": moment(one["graded_at"]),
        "found": moment(one["found_at"]),
        "spoken to": moment(one["spoken_to_at"]),
        "by": moment(one["due"]),
        "in time": {True: "yes", False: "no", None: "-"}[one["in_time"]],
        "times": str(one["episodes"]),
    }


@then("these offenders are to be visited")
def are_to_be_visited(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    assert as_table(map(offender, to_visit(app, picture)), datatable) == rows(datatable)


@then("these offenders' visits are overdue")
def are_overdue(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [offender(one) for one in to_visit(app, picture) if one["overdue"]]
    assert as_table(found, datatable) == rows(datatable)


@then("no offender's visit is overdue")
def none_is_overdue(app: Longcase, picture: Picture) -> None:
    assert [one for one in to_visit(app, picture) if one["overdue"]] == []


@then("of these offenders no team was ever told")
def were_never_told(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [offender(one) for one in to_visit(app, picture) if one["briefed_at"] is None]
    assert as_table(found, datatable) == rows(datatable)


def offender(one: Item) -> dict[str, str]:
    """Return what a table can show of a registered offender."""
    return common(one) | {
        "visited": moment(one["visited_at"]),
        "visits": str(one["visits"]),
        "limit": shown(one["limit"]),
        "due": moment(one["due"]),
        "overdue": length(one["overdue_seconds"] * SECOND) if one["overdue"] else "-",
        "team told": moment(one["briefed_at"]),
    }
