"""``longcase explain REF``: why each clock of a case is due when it is, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.session.reading import as_far_as_readable, looking, say_cut, say_unknown_holidays
from presentation.cases.references import in_each
from presentation.phrases import not_yet_reported
from projections.views.clocks.explain import FIELDS, clock_items
from projections.views.clocks.explain import explain as explain_case
from projections.views.rulebooks import rulebook_versions
from projections.views.state import state_item

if TYPE_CHECKING:
    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.clocks.explain import Explained
    from projections.views.timeline import Item

_SHAPE = Shape("clocks", (*FIELDS, "reference"), ())


@click.command()
@click.argument("ref")
@click.option("--standard", metavar="S", help="The clocks of this standard, or why it has none.")
@click.option("--key", metavar="K", help="The clock of this warrant, escalation or child.")
@reading()
def explain(view: View, ref: str, *, standard: str | None, key: str | None) -> None:
    """Explain the clocks of case REF: what started each, which days counted and why, what stopped it.

    A clock keeps the limit and the calendar of the rulebook that was in force when it started. What is overdue
    comes first, then what still runs, then what is over. In a table, what was met in time has a line of its own
    and no more, unless --standard or --key asks for it.
    """
    with looking(view) as look, as_far_as_readable(look, ref) as readable:
        case = explain_case(readable, rulebook_versions(look.ledger))
        reported = case.view.case.reported_at is not None
        if not reported:
            say(not_yet_reported(ref, look.as_of))
        items = clock_items(case, standard, key) if reported else []
        _present(items, case, view, look, narrowed=standard is not None or key is not None)
        if counting := [item for item in items if item["hours"]]:
            ends = (look.axes.as_at if item["due"] is None else item["due"] for item in counting)
            say_unknown_holidays(case.rulebooks.at(look.axes.as_at).calendar, (look.axes.as_at, *ends))


def _present(items: list[Item], case: Explained, view: View, look: Look, *, narrowed: bool) -> None:
    if view.format != "table":
        reference = case.view.case.reference
        present(in_each(items, reference), _SHAPE, view, look.as_of, extra={"reference": reference})
        return
    from cli.pages.clocks import draw, named

    if case.view.case.reported_at is not None:
        state = state_item(case.view.case, look.axes.as_at)
        write(draw(state, items, look.as_of, page(look.zone), whole=narrowed))
        say_cut(case.view.case.reference, named(items, whole=narrowed))
        if not items:
            say("no such clock" if narrowed else "no clock has ever run")
