"""The steps that ask how many cases wait, for how long, with what harm: by what they share, and by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then

from domain.axes import Axes
from domain.instant import SECOND
from projections.queries.stalled import StalledQuery
from projections.queries.stalled_counts import by_month
from tests.features.queries import SECONDS, every_case, harm_of, rows, stalls, up_to_date
from tests.features.words import LONDON, Picture, day, start

if TYPE_CHECKING:
    from application.app import Longcase
    from projections.queries.stalled import Cause

MONTHS = 3


def counted(app: Longcase, picture: Picture, by: str, months: int) -> list[dict[str, Any]]:
    return list(by_month(up_to_date(app), StalledQuery(Axes(*picture)), by, months, LONDON))


def as_row(item: dict[str, Any], by: str) -> dict[str, str]:
    return {
        "month": item["month"],
        by: item["group"] or "nobody",
        "stalled": str(item["stalled"]),
        "longest over": str(item["longest_seconds"] // SECONDS),
        "harm": ", ".join(f"{count} {kind}" for kind, count in item["harm"].items()),
    }


@then(parsers.parse("by {by} this many cases are stalled"))
def by_group(app: Longcase, picture: Picture, by: str, datatable: list[list[str]]) -> None:
    found = [as_row(one, by) for one in counted(app, picture, by, 1)]
    assert [{name: one[name] for name in datatable[0]} for one in found] == rows(datatable)


@then(parsers.parse("month by month, by {by}, this many cases are stalled"))
def month_by_month(app: Longcase, picture: Picture, by: str, datatable: list[list[str]]) -> None:
    found = [as_row(one, by) for one in counted(app, picture, by, MONTHS)]
    assert [{name: one[name] for name in datatable[0]} for one in found] == rows(datatable)


@then(parsers.parse("each figure counted by {by} is one of cases that are stalled, of their time, or of harm"))
def nothing_else(app: Longcase, picture: Picture, by: str) -> None:
    """Count again from the list of the stalled cases: nothing is left over, no share and no case resolved."""
    found = counted(app, picture, by, 1)
    again = counted_again(app, picture, by)
    assert again.keys() == {one["group"] for one in found if one["stalled"]}
    for one in found:
        figures = again.get(one["group"], figures_of([], picture))
        about = {name: one[name] for name in ("month", "at", "by", "group", "harm")}
        assert one == {**about, **figures}
    assert sum((Counter(one["harm"]) for one in found), Counter()) == harm_of_month(app, picture)


def counted_again(app: Longcase, picture: Picture, by: str) -> dict[str | None, dict[str, Any]]:
    """Return by group what the list of the stalled cases, which the live folds have found as well, comes to."""
    groups = defaultdict(list)
    for case in stalls(app, picture).cases:
        if by == "cause":
            for name in {one.cause for one in case.causes}:
                groups[name].append([one for one in case.causes if one.cause == name])
        else:
            groups[getattr(case, by)].append(case.causes)
    return {group: figures_of(cases, picture) for group, cases in groups.items()}


def figures_of(cases: list[list[Cause]], picture: Picture) -> dict[str, Any]:
    over = [max(picture.as_at - one.due for one in causes) // SECOND for causes in cases]
    return {
        "stalled": len(cases),
        "overdue_seconds": sum(over),
        "longest_seconds": max(over, default=0),
        "causes": Counter(name for causes in cases for name in {one.cause for one in causes}),
    }


def harm_of_month(app: Longcase, picture: Picture) -> Counter[str]:
    first = start("1 " + day(picture.as_at).partition(" ")[2])
    return Counter(kind for at, kind, _ in harm_of(every_case(app, picture)) if at >= first)
