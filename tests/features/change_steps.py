"""The steps that ask what has changed over all cases between two instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pytest_bdd import parsers, then, when

from domain.axes import Axes
from domain.codec import entry_of
from projections.queries.changes import changes
from projections.queries.pictures import Pictures
from projections.queries.stalled import StalledQuery
from projections.views.recorded import RecordedSpan, recorded
from tests.entries import case_entries
from tests.features.queries import as_table, rows, up_to_date
from tests.features.words import instant, moment, shown, start

if TYPE_CHECKING:
    from application.app import Longcase
    from projections.queries.changes import CaseChange


class Between(NamedTuple):
    """Just before the first instant of a day, and the instant of the question."""

    pictures: Pictures
    steps: list[CaseChange]


@when(parsers.parse("somebody asks on {asked} what has changed since {day}"), target_fixture="between")
def asks(app: Longcase, asked: str, day: str) -> Between:
    first, second = start(day) - 1, instant(asked)
    pictures = Pictures(Axes(first, first), Axes(second, second))
    return Between(pictures, changes(up_to_date(app), pictures, StalledQuery(pictures.second)))


@then("these are the changes")
def are_changed(between: Between, datatable: list[list[str]]) -> None:
    found = [
        {
            "change": one.kind,
            "case": one.case.reference,
            "before": shown(one.before),
            "after": shown(one.after),
        }
        for one in between.steps
    ]
    assert as_table(found, datatable) == rows(datatable)


@then("nothing has changed")
def is_unchanged(between: Between) -> None:
    assert between.steps == []


@then("these entries were recorded meanwhile")
def are_recorded(app: Longcase, between: Between, datatable: list[list[str]]) -> None:
    first, second = between.pictures
    pages = recorded(app.ledger, RecordedSpan(first.known_at + 1, second.known_at, second.as_at))
    entries = [entry_of(row) for page in pages for row in page]
    names = {row["case"]: case_entries(app.ledger, row["case"])[0].stream for row in rows(datatable)}
    found = [
        {
            "case": next(name for name, stream in names.items() if stream == one.stream),
            "entry": str(one.version),
            "happened": moment(one.occurred_at),
            "recorded": moment(one.recorded_at),
        }
        for one in entries
    ]
    assert as_table(found, datatable) == rows(datatable)
