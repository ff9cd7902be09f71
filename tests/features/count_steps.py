"""The steps that ask how many cases wait, for how long, with what harm: by what they share, and by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then

from domain.axes import Axes
from projections.queries.stalled import StalledQuery
from projections.queries.stalled_counts import FIELDS, by_month
from tests.features.queries import SECONDS, rows, up_to_date
from tests.features.words import LONDON, Picture

if TYPE_CHECKING:
    from application.app import Longcase

MONTHS = 3


def counted(app: Longcase, picture: Picture, by: str, months: int) -> list[dict[str, Any]]:
    return list(by_month(up_to_date(app), StalledQuery(Axes(*picture)), by, months, LONDON))


def told(item: dict[str, Any], by: str) -> dict[str, str]:
    return {
        "month": item["month"],
        by: item["group"] or "nobody",
        "stalled": str(item["stalled"]),
        "longest over": str(item["longest_seconds"] // SECONDS),
        "harm": ", ".join(f"{count} {kind}" for kind, count in item["harm"].items()),
    }


@then(parsers.parse("by {by} this many cases are stalled"))
def by_group(app: Longcase, picture: Picture, by: str, datatable: list[list[str]]) -> None:
    found = [told(one, by) for one in counted(app, picture, by, 1)]
    assert [{name: one[name] for name in datatable[0]} for one in found] == rows(datatable)


@then(parsers.parse("month by month, by {by}, this many cases are stalled"))
def month_by_month(app: Longcase, picture: Picture, by: str, datatable: list[list[str]]) -> None:
    found = [told(one, by) for one in counted(app, picture, by, MONTHS)]
    assert [{name: one[name] for name in datatable[0]} for one in found] == rows(datatable)


@then(parsers.parse("nothing that is counted by {by} is a share or a number of cases resolved"))
def no_league(app: Longcase, picture: Picture, by: str) -> None:
    for item in counted(app, picture, by, 1):
        assert set(item) == set(FIELDS)
    words = " ".join(FIELDS)
    assert not any(word in words for word in ("percent", "share", "resolved", "closed", "rate"))
