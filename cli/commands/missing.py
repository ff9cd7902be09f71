"""``longcase missing``: children who are or were missing, how that was graded, whether anybody asked them why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, caseload, reading
from cli.output.streams import Shape
from cli.output.table import Column, as_instant, red_if
from cli.session import lists
from cli.session.filters import tables_for
from cli.session.reading import looking
from domain.cases.children import MISSING
from presentation import headlines
from presentation.phrases import at
from presentation.questions.live_items import live_items
from projections.queries.conditions import in_condition
from projections.queries.stalled import StalledQuery
from projections.views.missing import FIELDS, items, place
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cli.input.requests import View


def _graded(item: Mapping[str, Any], _zone: tzinfo) -> str:
    if item["graded_at"] is None:
        return "not graded"
    return item["graded"] or "graded"


def _spoken_to(item: Mapping[str, Any], zone: tzinfo) -> str:
    if item["in_time"]:
        return "in time"
    if item["in_time"] is not None:
        return "overdue" if item["spoken_to_at"] is None else "too late"
    return "-" if item["due"] is None else f"due {at(item['due'], zone)}"


_COLUMNS: Final = (
    lists.CASE,
    lists.RISK._replace(at_least=1),
    lists.CHILD,
    lists.AGES,
    Column("owner", "owner", at_least=100),
    lists.TEAM,
    Column("state", "state", colour=red_if(lambda item: item["state"] == MISSING)),
    Column("missing_at", "missing", as_instant),
    Column("", "graded", _graded),
    Column("found_at", "found", as_instant, at_least=110),
    Column("spoken_to_at", "spoken to at", as_instant, at_least=140),
    Column("", "spoken to", _spoken_to, colour=red_if(lambda item: item["in_time"] is False)),
    lists.CLOSED,
)
_SHAPE: Final = Shape("cases", FIELDS, _COLUMNS)


@click.command()
@caseload
@click.option("--still", is_flag=True, help="Only those that are missing still.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@QUIET
@reading(listing=True)
def missing(view: View, *, still: bool, exit_code: bool, **given: Any) -> int:
    """List the children who were reported missing in an open case, with what became of each the last time.

    One who is missing still is listed even if the case was closed. Those missing still come first, then those
    found whom nobody has spoken to; among equals the highest risk, then the longest ago. Name, grade and age are
    not told of a restricted case to those who may not read it.
    """
    with looking(view) as look:
        wanted = StalledQuery(look.axes, **given)
        streams = in_condition(tables_for(look.ledger, wanted), wanted, MISSING)
        every = live_items(look, streams, rulebook_versions(look.ledger), items)
        found = [one for one in every.items if not still or one["state"] == MISSING]
        listed = lists.ordered(sorted(found, key=place), view, FIELDS)
        said = headlines.missing(listed, look.as_of, every.items if still else None)
        lists.display(listed, lists.with_children(_SHAPE, listed), view, look, said, unread=every.unread)
    return int(exit_code and bool(listed))
