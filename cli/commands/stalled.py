"""``longcase stalled`` and ``longcase due``: what waits too long, and what soon will; the worst first."""

from __future__ import annotations

from functools import partial
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import caseload, reading, with_options
from cli.output.layout import headline, page, write
from cli.output.streams import Shape, present, say
from cli.session.filters import tables_for
from cli.session.reading import looking
from cli.session.waits import axes_typed, doubt, doubt_holidays
from domain.errors import UsageProblem
from domain.rulebook.model import CAUSES
from presentation import headlines
from presentation.questions.stalled import in_order, stalled_items, stalled_query
from presentation.questions.waits import later
from presentation.stalled import FIELDS, FLAT, by_cause
from projections.queries.stalled import ORDERS
from projections.queries.stalled import stalled as stalled_cases
from projections.queries.stalled_counts import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.input.requests import View
    from presentation.look import Look
    from projections.queries.stalled import Stalled, StalledCases, StalledQuery

_SHAPE: Final = Shape("stalled cases", FIELDS, ())
_NARROWING: Final = ("category", "risk", "team", "owner", "causes", "standards")


_FLAT: Final = Shape("causes", FLAT, ())

_narrowing = partial(
    with_options,
    (
        click.option(
            "--cause", multiple=True, type=click.Choice(CAUSES), help="For this cause; may be given again."
        ),
        click.option("--standard", multiple=True, metavar="S", help="By this standard; may be given again."),
        click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any."),
        click.option("--flat", is_flag=True, help="A row a cause, in which its case stands too; without harm."),
    ),
)


@click.command()
@caseload
@_narrowing
@click.option("--by", type=click.Choice(GROUPS), help="Count them by what they have in common.")
@click.option(
    "--months", metavar="N", type=click.IntRange(1, 600), help="At the end of each of the last N months."
)
@click.option("--svg", metavar="FILE", help="Draw them by cause and by how long, into FILE; - for output.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@reading(listing=True)
def stalled(view: View, *, exit_code: bool, flat: bool, **given: Any) -> int:
    """List the cases that are stalled as at one instant, each with its causes, the worst first.

    A cause says since when the case waits, for what, and which standard is broken. The worst are those of the
    highest risk; among them, whatever has been overdue for longest. Looking at a case is no activity.
    """
    by, months, svg, force = (given.pop(name) for name in ("by", "months", "svg", "force"))
    counting = by is not None or months is not None
    _refuse_both(view, counting=counting, drawing=svg is not None, force=force)
    if flat and (counting or svg is not None):
        raise UsageProblem("--flat lists the causes one by one, for which there is no --by, --months or --svg")
    with looking(view) as look:
        wanted = stalled_query(look, given)
        runner = tables_for(look.ledger, wanted)
        if counting:
            doubt_holidays(look, look.axes.as_at)
            from cli.pages.stalled_counts import count

            return int(count(runner, wanted, look, view, (by, months)) and exit_code)
        answer = stalled_cases(runner, wanted if svg is not None else _limited(wanted, view))
        doubt(answer.open, wanted)
        doubt_holidays(look, look.axes.as_at)
        if svg is not None:
            _draw(svg, answer, look, wanted, force=force)
        else:
            _show(answer, look, view, headlines.stalled(answer, wanted, look.as_of), flat=flat)
    return int(exit_code and bool(answer.cases))


def _refuse_both(view: View, *, counting: bool, drawing: bool, force: bool) -> None:
    if force and not drawing:
        raise UsageProblem("--force is for --svg")
    if counting and view.sort is not None:
        raise UsageProblem("--sort puts cases in order, and --by and --months count them")
    if drawing and (counting or view.format != "table"):
        raise UsageProblem("--svg draws the cases themselves, for which there is no --format, --by or --months")


def _draw(path: str, answer: StalledCases, look: Look, wanted: StalledQuery, *, force: bool) -> None:
    from cli.output.pictures import draw_stalled

    narrowed = [f"{name} {', '.join(given)}" for name in _NARROWING if (given := getattr(wanted, name))]
    narrowed += ["owned by nobody"] if wanted.unallocated else []
    draw_stalled(path, answer, look.as_of, narrowed=narrowed, force=force, store=look.location)


@click.command()
@caseload
@_narrowing
@click.option("--within", metavar="TIME", default="7d", show_default=True, help="Within: 36h, 7d, 5wd, 1mo.")
@reading(listing=True)
def due(view: View, *, within: str, exit_code: bool, flat: bool, **given: Any) -> int:
    """List what will be too long within some time from the instant asked about, the soonest first.

    What is too long already is not among it: see longcase stalled.
    """
    with looking(view) as look:
        wanted = _limited(stalled_query(look, given)._replace(due_by=later(within, look)), view)
        answer = stalled_cases(tables_for(look.ledger, wanted), wanted)
        doubt(answer.open, wanted)
        doubt_holidays(look, look.axes.as_at, wanted.due_by or look.axes.as_at)
        _show(answer, look, view, headlines.due(answer, within, look.as_of), "left", flat=flat)
    return int(exit_code and bool(answer.cases))


def _limited(wanted: StalledQuery, view: View) -> StalledQuery:
    """Return a question for no more cases than are shown, unless they are to be put in another order first."""
    return wanted._replace(limit=view.row_limit) if view.sort is None else wanted


def _show(
    answer: StalledCases, look: Look, view: View, said: str, over: str = "over by", *, flat: bool = False
) -> None:
    shown = _sorted(answer.cases, view)[: view.row_limit]
    items = stalled_items(shown, look)
    if view.format != "table":
        rows, shape, limit = (by_cause(items), _FLAT, view.limit) if flat else (items, _SHAPE, 0)
        present(rows, shape, view._replace(limit=limit), look.as_of, extra={"open": answer.open})
        return
    headline(said)
    if shown:
        from cli.pages.stalled import lines

        write(lines(list(items), look.axes.as_at, page(look.zone), over, flat=flat))
    _next([one.reference for one in shown], answer.total, over, axes_typed(view))


def _sorted(cases: list[Stalled], view: View) -> list[Stalled]:
    """Return the cases in the order asked for; they come in the one that is usual."""
    return cases if view.sort is None else in_order(cases, *view.order(tuple(ORDERS), ""))


def _next(shown: Iterable[str], total: int, over: str, typed: str) -> None:
    references = list(shown)
    if not references:
        return
    more = f"{total - len(references):,} more (--limit 0 shows all). " if total > len(references) else ""
    other = f"longcase due --within 7d{typed}" if over == "over by" else f"longcase stalled{typed}"
    say(f"{more}Next: longcase explain {quote(references[0])}{typed}, longcase stalled --by team{typed}, {other}")
