"""``longcase changes``: what changed over all cases between two instants, and what was recorded meanwhile."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import caseload, reading, span
from cli.output.layout import headline, page, write
from cli.output.streams import Shape, present, say
from cli.session.changed import ChangeReader, pictures_of, selected
from cli.session.filters import tables_for
from cli.session.lists import ordered
from cli.session.reading import looking
from cli.session.waits import axes_typed
from domain.errors import UsageProblem
from domain.spelling import typed
from presentation.changes import sentences
from presentation.changes.items import FIELDS, RECORDED
from projections.queries.changes import KINDS
from projections.queries.changes import changes as changes_of
from projections.queries.leads import severity
from projections.queries.stalled import StalledQuery
from projections.views.access import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.input.requests import View
    from presentation.changes.items import Item
    from presentation.look import Look
    from projections.queries.changes import CaseChange

_SHAPE: Final = Shape("changes", FIELDS, ())
_ORDERS: Final = tuple(name for name in FIELDS if name not in {"began", "ended", "summary", "withheld"})
"""By which fields items can be put in order."""


@click.command()
@caseload
@click.option(
    "--change",
    "kinds",
    multiple=True,
    type=click.Choice((*KINDS, RECORDED)),
    metavar="NAME",
    help="Of this kind only, as newly-stalled; may be given again.",
)
@span
@reading(listing=True)
def changes(view: View, *, kinds: tuple[str, ...], since: str | None, until: str | None, **given: Any) -> None:
    """Show what changed over all cases from --since on, and what was recorded meanwhile.

    Two pictures are compared, each as at an instant by what was known then: just before --since, and just before
    --until or else as of --as-at and --known-at. So what was recorded late, corrected or retracted in between
    is a change of these days, whenever it happened. The filters keep what was theirs in either picture.
    """
    if since is None:
        raise UsageProblem("nothing says since when", hints=("longcase changes --since 2016-05-13",))
    if view.sort is not None:
        view.order(_ORDERS, "")
    with looking(view) as look:
        pictures = pictures_of(look, since, until)
        wanted = StalledQuery(pictures.second, **given)
        runner = tables_for(look.ledger, wanted)
        found = [one for one in changes_of(runner, pictures, wanted) if one.kind in (kinds or KINDS)]
        reader = ChangeReader(look, runner, pictures, wanted)
        if view.format == "table":
            _draw(found, reader, look, view, entries=not kinds or RECORDED in kinds)
        else:
            entries = reader.entries() if not kinds or RECORDED in kinds else ()
            items = chain(reader.step_items(found), reader.entry_items(entries))
            as_of = look.as_of._replace(axes=pictures.second)
            present(_sorted(items, view), _SHAPE, view, as_of, extra={"from": pictures.first._asdict()})
    if reader.unread:
        raise left_out(reader.unread)


def _sorted(items: Iterable[Item], view: View) -> Iterable[Item]:
    if view.sort is None:
        return items
    by_risk = view.sort.removeprefix("-") == "risk"
    return ordered(list(items), view, _ORDERS, severity if by_risk else lambda value: value)


def _draw(steps: list[CaseChange], reader: ChangeReader, look: Look, view: View, *, entries: bool) -> None:
    limit = view.row_limit if view.sort is None else None
    some, kept, counts = selected(steps, reader.entries() if entries else (), limit)
    headline(sentences.headline(counts, reader.pictures, look.as_of))
    found = [*reader.step_items(some), *reader.entry_items(kept)]
    if view.sort is not None:
        order = (*KINDS, RECORDED)
        found = sorted(_sorted(found, view), key=lambda one: order.index(one["change"]))[: view.row_limit]
    if not found:
        return
    from cli.pages.population_changes import lines

    write(lines(found, counts, reader.pictures.first.as_at + 1, page(look.zone)))
    left = len(steps) + counts.entries - len(found)
    more = f"{left:,} more (--limit 0 shows all). " if left else ""
    say(f"{more}Next: {typed('timeline', found[0]['reference'])}{axes_typed(view)}")
