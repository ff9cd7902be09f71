"""``longcase detained``: the children who are in custody, and what was done to get them out of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, caseload, reading
from cli.output.streams import Shape
from cli.output.table import Column, as_elapsed, as_instant, red_if
from cli.session import lists
from cli.session.filters import tables_for
from cli.session.reading import looking
from domain.cases.children import DETAINED
from presentation import headlines
from presentation.questions.live_items import live_items
from projections.queries.conditions import in_condition
from projections.queries.stalled import StalledQuery
from projections.views.detained import FIELDS, items, place
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cli.input.requests import View


def _asked(item: Mapping[str, Any], _zone: tzinfo) -> str:
    return "not asked for" if item["accommodation_requested_at"] is None else "asked for"


_UNASKED: Final = red_if(lambda item: item["accommodation_requested_at"] is None)
_COLUMNS: Final = (
    lists.CASE,
    lists.CHILD,
    lists.AGES._replace(at_least=1),
    lists.OWNER,
    lists.TEAM,
    Column("detained_at", "detained", as_instant),
    Column("held_seconds", "held", as_elapsed, right=True),
    Column("where", "where", at_least=110),
    Column("charged_at", "charged", as_instant, at_least=130),
    Column("reviewed_at", "reviewed", as_instant, at_least=150),
    Column("", "accommodation", _asked, colour=_UNASKED),
    Column("breached", "overdue", colour=red_if(lambda item: item["breached"])),
    lists.CLOSED,
)
_SHAPE: Final = Shape("cases", FIELDS, _COLUMNS)


@click.command()
@caseload
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@QUIET
@reading(listing=True)
def detained(view: View, *, exit_code: bool, **given: Any) -> int:
    """List the children who are in custody, with what was done about it.

    One who is not released yet is listed even if the case was closed. The highest risk first; among equals,
    whoever has been held longest. Who, where and of what age is not told of a restricted case to those who may
    not read it.
    """
    with looking(view) as look:
        wanted = StalledQuery(look.axes, **given)
        streams = in_condition(tables_for(look.ledger, wanted), wanted, DETAINED)
        found = live_items(look, streams, rulebook_versions(look.ledger), items)
        listed = lists.ordered(sorted(found.items, key=place), view, FIELDS)
        shape, said = lists.with_children(_SHAPE, listed), headlines.detained(listed, look.as_of)
        lists.display(listed, shape, view, look, said, unread=found.unread)
    return int(exit_code and bool(listed))
