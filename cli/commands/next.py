"""``longcase next``: what is overdue and what falls due, the soonest first, with the command for each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, caseload, reading
from cli.input.requests import common
from cli.output.layout import headline, page, write
from cli.output.streams import Shape, present, say
from cli.session.filters import tables_for
from cli.session.reading import looking
from cli.session.waits import axes_typed, doubt_holidays, say_deputised
from domain.errors import UsageProblem
from domain.spelling import typed
from presentation import headlines
from presentation.agenda import FIELDS
from presentation.questions.waits import awaited_item, later
from projections.queries.agenda import agenda
from projections.queries.leads import severity
from projections.queries.stalled import StalledQuery
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.input.requests import View
    from presentation.look import Look
    from projections.queries.agenda import Agenda, Awaited

_SHAPE: Final = Shape("things to do", FIELDS, ())
_ORDERS: Final[dict[str, Callable[[Awaited], Any]]] = {
    "due": lambda one: one.cause.due,
    "since": lambda one: one.cause.since,
    "reference": lambda one: one.reference,
    "risk": lambda one: severity(one.risk),
    "owner": lambda one: (one.owner is not None, one.owner or ""),
    "team": lambda one: (one.team is not None, one.team or ""),
}
"""By what the list can be put in order; what is equal stays in that of time."""


@click.command()
@caseload
@click.option("--within", metavar="TIME", default="7d", show_default=True, help="Within: 36h, 7d, 5wd, 1mo.")
@click.option("--with-text", is_flag=True, help="With names and risks in a calendar; without, it has none.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is anything.")
@QUIET
@reading(listing=True, also=("ics",))
def next_(view: View, *, within: str, with_text: bool, exit_code: bool, **given: Any) -> int:
    """List what is overdue and what falls due within some time, the soonest first, with the command to type.

    The command records what meets the standard by the rulebook; what stands in capitals is for whoever types it
    to say. Of a limit that runs out within the time there is no warning beside it. --format ics writes a
    calendar, in which nobody is named and nothing stands of what a case says, unless --with-text is given.
    """
    if with_text and view.format != "ics":
        raise UsageProblem("--with-text is for --format ics")
    with looking(view) as look:
        by = later(within, look)
        wanted = StalledQuery(look.axes, limit=view.row_limit if view.sort is None else None, **given)
        runner = tables_for(look.ledger, wanted)
        answer = agenda(runner, wanted, by)
        doubt_holidays(look, look.axes.as_at, by)
        if view.format == "ics":
            _write_calendar(answer, look, view, with_text=with_text)
        else:
            _show(answer, look, view, headlines.agenda(answer, within, look.as_of))
            say_deputised(runner, wanted, view, look, "next")
    return int(exit_code and answer.total > 0)


def _write_calendar(answer: Agenda, look: Look, view: View, *, with_text: bool) -> None:
    from presentation.agenda import event, plain_event
    from presentation.icalendar import write_calendar

    versions, store = rulebook_versions(look.ledger), look.ledger.setting("id") or ""
    found = _sorted(answer.items, view)[: view.row_limit]
    if not found and common().quiet:
        return
    if with_text:
        events = (event(one, awaited_item(one, look, versions), store) for one in found)
    else:
        events = (plain_event(one, versions, store) for one in found)
    sys.stdout.flush()
    write_calendar(events, look.axes.known_at, sys.stdout.buffer)


def _show(answer: Agenda, look: Look, view: View, said: str) -> None:
    versions = rulebook_versions(look.ledger)
    items = (awaited_item(one, look, versions) for one in _sorted(answer.items, view)[: view.row_limit])
    if view.format != "table":
        present(items, _SHAPE, view._replace(limit=0), look.as_of)
        return
    headline(said)
    shown = list(items)
    if not shown:
        return
    from cli.pages.agenda import agenda_lines

    write(agenda_lines(shown, page(look.zone)))
    more = f"{answer.total - len(shown):,} more (--limit 0 shows all). " if answer.total > len(shown) else ""
    say(f"{more}Next: {typed('explain', shown[0]['reference'])}{axes_typed(view)}")


def _sorted(found: list[Awaited], view: View) -> list[Awaited]:
    if view.sort is None:
        return found
    field, downwards = view.order(tuple(_ORDERS), "")
    return sorted(found, key=_ORDERS[field], reverse=downwards)
