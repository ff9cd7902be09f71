"""``longcase waiting``: what waits for somebody's decision, who asked, and the command that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, caseload, reading
from cli.output.layout import headline, page, write
from cli.output.streams import Shape, present, say
from cli.session.filters import tables_for
from cli.session.lists import ordered
from cli.session.reading import looking
from cli.session.waits import say_deputised
from presentation import headlines
from presentation.questions.undecided import undecided_items
from presentation.waiting import FIELDS
from projections.inspections.decisions import WHOSE
from projections.queries.leads import severity
from projections.queries.stalled import StalledQuery
from projections.views.access import left_out

if TYPE_CHECKING:
    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.timeline import Item

_SHAPE: Final = Shape("decisions", FIELDS, ())


@click.command()
@caseload
@click.option("--for", "whose", type=click.Choice(WHOSE), help="For whose decision.  [default: anybody's]")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is anything.")
@QUIET
@reading(listing=True)
def waiting(view: View, *, whose: str | None, exit_code: bool, **given: Any) -> int:
    """List what waits for somebody's decision, what has waited for longest first.

    For a supervisor's: closures asked for, pauses, cases given back or with nobody. For the inspectorate's:
    answers to be accepted, and grades that are missing of the cases drawn in a round that is open. For the
    owner's: answers to be given.
    """
    with looking(view) as look:
        wanted = StalledQuery(look.axes, **given)
        runner = tables_for(look.ledger, wanted)
        limit = view.row_limit if view.sort is None else None
        chosen, unread, total = undecided_items(look, runner, wanted, whose, limit)
        _show(chosen, total, look, view, headlines.waiting(total, whose, look.as_of))
        say_deputised(runner, wanted, view, look, "waiting")
        if unread:
            raise left_out(unread)
    return int(exit_code and total > 0)


def _show(found: list[Item], total: int, look: Look, view: View, said: str) -> None:
    """Show the first of the decisions, which are so many in ``total``."""
    by_risk = (view.sort or "").removeprefix("-") == "risk"
    shown = ordered(found, view, FIELDS, severity if by_risk else lambda value: value)[: view.row_limit]
    if view.format != "table":
        present(shown, _SHAPE, view._replace(limit=0), look.as_of)
        return
    headline(said)
    if shown:
        from cli.pages.agenda import waiting_lines

        write(waiting_lines(shown, page(look.zone)))
    if total > len(shown):
        say(f"{total - len(shown):,} more (--limit 0 shows all)")
