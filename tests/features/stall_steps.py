"""The steps that ask what is stalled, what soon will be, and what harm came to light meanwhile.

A table is compared under the names in its head, so that a scenario shows what matters to it, and always in the
order of the answer: the worst first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

from domain.axes import Axes
from domain.instant import DAY, FOREVER
from presentation.stalled import explanation
from projections.queries.stalled import StalledQuery, stalled
from projections.queries.stalled_counts import harms
from projections.views.access import Reader, Scope
from projections.views.live_case import children_named
from projections.views.rulebooks import rulebook_versions
from tests.features.queries import as_table, every_case, harm_of, rows, stalls, up_to_date
from tests.features.words import Picture, length, moment, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.app import Longcase
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.stalled import Cause, Stalled, StalledCases

Line = dict[str, str]


def line(case: Stalled, cause: Cause, picture: Picture, books: RulebookVersions, name: str | None = None) -> Line:
    """Return what a table can show of a cause for which a case is stalled; ``name`` is the child's."""
    return {
        "case": case.reference,
        "risk": shown(case.risk),
        "owner": case.owner or "nobody",
        "team": shown(case.team),
        "cause": cause.cause,
        "standard": shown(cause.standard),
        "about": shown(cause.key),
        "limit": cause.limit,
        "since": moment(cause.since),
        "due": moment(cause.due),
        "waiting": length(picture.as_at - cause.since),
        "overdue": length(picture.as_at - cause.due),
        "left": length(cause.due - picture.as_at),
        "because": explanation(cause, books, name),
    }


def lines(app: Longcase, answer: StalledCases, picture: Picture, name: str = "") -> Iterator[Line]:
    """Yield each cause of each case, those alone whose cause or standard is ``name`` if one is given."""
    books = rulebook_versions(app.ledger)
    for case in answer.cases:
        children = children_named(Scope(app.ledger, Axes(*picture), Reader()), case.reference)
        for cause in case.causes:
            if name in {"", cause.cause, cause.standard}:
                yield line(case, cause, picture, books, children.get(cause.child))


@then("these cases are stalled")
def are_stalled(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = lines(app, stalls(app, picture), picture)
    assert as_table(found, datatable) == rows(datatable)


@then(parsers.parse('these cases are stalled for "{cause}"'))
def are_stalled_for(app: Longcase, picture: Picture, cause: str, datatable: list[list[str]]) -> None:
    found = lines(app, stalls(app, picture, causes=(cause,)), picture, cause)
    assert as_table(found, datatable) == rows(datatable)


@then(parsers.parse('these cases break the standard "{standard}"'))
def break_the_standard(app: Longcase, picture: Picture, standard: str, datatable: list[list[str]]) -> None:
    found = lines(app, stalls(app, picture, standards=(standard,)), picture, standard)
    assert as_table(found, datatable) == rows(datatable)


@then("no case is stalled")
def none_is_stalled(app: Longcase, picture: Picture) -> None:
    assert stalls(app, picture).cases == []


@then(parsers.parse('no case is stalled for "{cause}"'))
def none_is_stalled_for(app: Longcase, picture: Picture, cause: str) -> None:
    assert stalls(app, picture, causes=(cause,)).cases == []


@then(parsers.parse('no case breaks the standard "{standard}"'))
def none_breaks(app: Longcase, picture: Picture, standard: str) -> None:
    assert stalls(app, picture, standards=(standard,)).cases == []


@then(parsers.parse("within {days:d} days these cases will be overdue"))
def will_be_overdue(app: Longcase, picture: Picture, days: int, datatable: list[list[str]]) -> None:
    wanted = StalledQuery(Axes(*picture), due_by=picture.as_at + days * DAY)
    found = lines(app, stalled(up_to_date(app), wanted), picture)
    assert as_table(found, datatable) == rows(datatable)


@then("this harm stands beside the stalled cases")
def stands_beside(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [harmed(case, what, at, picture) for case in stalls(app, picture).cases for what, at in case.harms]
    assert as_table(found, datatable) == rows(datatable)


def harmed(case: Stalled, what: str, at: int, picture: Picture) -> Line:
    """Return what a table can show of harm in a case, with the delay that has gone on for longest."""
    return {
        "case": case.reference,
        "owner": case.owner or "nobody",
        "harm": what,
        "came to light": moment(at),
        "cause": case.causes[0].cause,
        "standard": shown(case.causes[0].standard),
        "overdue": length(picture.as_at - case.causes[0].due),
    }


@then("this harm came to light, in these delays")
def came_to_light(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = suffered(app, picture)
    assert as_table(found, datatable) == rows(datatable)


def suffered(app: Longcase, picture: Picture) -> Iterator[Line]:
    """Yield all harm by the tables, with whose the case was then and what was overdue at that instant.

    The live folds must find the same harm.
    """
    found = harms(up_to_date(app), StalledQuery(Axes(*picture)), -FOREVER, FOREVER)
    live = sorted(harm_of(every_case(app, picture)))
    assert [(one.at, one.kind) for one in found] == [(at, kind) for at, kind, _ in live]
    for harm, (at, _, reference) in zip(found, live, strict=True):
        answer = stalls(app, Picture(at, picture.known_at))
        worst = next((one.causes[0] for one in answer.cases if one.reference == reference), None)
        yield {
            "case": reference,
            "harm": harm.kind,
            "came to light": moment(at),
            "owner then": harm.owner or "nobody",
            "team then": shown(harm.team),
            "stalled then for": "-" if worst is None else worst.standard or worst.cause,
            "overdue by then": "-" if worst is None else length(at - worst.due),
        }
