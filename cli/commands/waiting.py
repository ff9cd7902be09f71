"""``longcase waiting``: what waits for somebody's decision, who asked, and the command that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import caseload, reading
from cli.output.layout import headline, page, write
from cli.output.streams import Shape, present, say
from cli.session.filters import tables_for
from cli.session.lists import live_items, ordered
from cli.session.reading import looking
from cli.session.waits import say_deputised
from presentation import headlines
from presentation.waiting import FIELDS, item
from projections.inspections.decisions import DECIDES, WHOSE, items
from projections.queries.decisions import IN_TABLES, undecided
from projections.queries.filters import owned_by
from projections.queries.leads import severity
from projections.queries.stalled import StalledQuery
from projections.views.access import left_out
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.case_view import Unread
    from projections.views.timeline import Item

_SHAPE: Final = Shape("decisions", FIELDS, ())


@click.command()
@caseload
@click.option("--for", "whose", type=click.Choice(WHOSE), help="For whose decision.  [default: anybody's]")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is anything.")
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
        asked = undecided(runner, wanted, _kinds(whose), view.row_limit if view.sort is None else None)
        every, unread = live_items(look, asked.streams, rulebook_versions(look.ledger), items)
        grades = _grades(look, wanted, unread) if whose in {None, "inspectorate"} else []
        chosen = [item(one, look.zone) for one in (*every, *grades) if whose in {None, one["decides"]}]
        chosen.sort(key=lambda one: (one["since"], one["reference"], one["waits_for"], one["escalation"] or ""))
        total = asked.total + len(grades)
        _show(chosen, total, look, view, headlines.waiting(total, whose, look.as_of))
        say_deputised(runner, wanted, view, look, "waiting")
        if unread:
            raise left_out(unread)
    return int(exit_code and total > 0)


def _kinds(whose: str | None) -> list[str]:
    """Return which decisions to look for in the tables."""
    return [one for one in IN_TABLES if whose is None or DECIDES.get(one, "supervisor") == whose]


def _grades(look: Look, wanted: StalledQuery, unread: list[Unread]) -> list[Item]:
    from projections.inspections.missing_grades import missing_grades

    found = missing_grades(look.scope, rulebook_versions(look.ledger), unread)
    return [one for one in found if _is_wanted(one, wanted)]


def _is_wanted(one: Item, wanted: StalledQuery) -> bool:
    """Say whether a case, of whose values the tables were not asked, is among those meant."""
    filters = {name: getattr(wanted, name) for name in ("category", "risk", "team")}
    named = all(not values or one[name] in values for name, values in filters.items())
    return named and owned_by(one["owner"], wanted) and not (wanted.unallocated and one["owner"])


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
