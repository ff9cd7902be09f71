"""``longcase visits``: registered offenders, when each must be visited next, and which team was never told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, caseload, reading
from cli.output.streams import Shape
from cli.output.table import Column, red_if
from cli.session import lists
from cli.session.filters import tables_for
from cli.session.reading import looking
from domain.duration import parse_limit
from presentation import headlines
from presentation.phrases import day, elapsed
from presentation.questions.live_items import live_items
from projections.queries.conditions import waiting_for
from projections.queries.stalled import StalledQuery
from projections.views.rulebooks import rulebook_versions
from projections.views.visits import FIELDS, item, place, standards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from cli.input.requests import View


def _day_or(word: str) -> Callable[[int | None, tzinfo], str]:
    return lambda instant, zone: word if instant is None else day(instant, zone)


def _due(item: Mapping[str, Any], zone: tzinfo) -> str:
    """Return the last day on which a visit is in time; a limit in whole days ends with the midnight after it."""
    if item["due"] is None:
        return "-"
    length = parse_limit(item["limit"])
    return day(item["due"] - (length.from_date or length.working_days > 0), zone)


def _over(item: Mapping[str, Any], _zone: tzinfo) -> str:
    return elapsed(item["overdue_seconds"]) if item["overdue"] else "-"


_UNBRIEFED: Final = red_if(lambda item: item["briefed_at"] is None)
_COLUMNS: Final = (
    lists.CASE,
    lists.RISK,
    lists.OWNER,
    lists.TEAM,
    Column("visited_at", "visited", _day_or("never")),
    Column("", "due", _due),
    Column("", "over by", _over, right=True, colour=red_if(lambda item: item["overdue"])),
    Column("briefed_at", "team briefed", _day_or("never"), colour=_UNBRIEFED),
)
_SHAPE: Final = Shape("offenders", FIELDS, _COLUMNS)


@click.command()
@caseload
@click.option("--overdue", is_flag=True, help="Only those whose visit is overdue.")
@click.option("--never-briefed", is_flag=True, help="Only those of whom no neighbourhood team was told.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@QUIET
@reading(listing=True)
def visits(view: View, *, overdue: bool, never_briefed: bool, exit_code: bool, **given: Any) -> int:
    """List the registered offenders who must be visited, with the last visit and the next.

    The highest risk first; among equals, whatever has been due longest.
    """
    with looking(view) as look:
        versions = rulebook_versions(look.ledger)
        wanted = StalledQuery(look.axes, **given)
        streams = waiting_for(
            tables_for(look.ledger, wanted), wanted, standards(book for _, book in versions.versions)
        )
        every = live_items(look, streams, versions, lambda case: [item(case)])
        found = [one for one in every.items if one["overdue"] or not overdue]
        found = [one for one in found if one["briefed_at"] is None or not never_briefed]
        items = lists.ordered(sorted(found, key=place), view, FIELDS)
        total = len(every.items) if overdue or never_briefed else None
        lists.display(items, _SHAPE, view, look, headlines.visits(items, look.as_of, total), unread=every.unread)
    return int(exit_code and bool(items))
