"""``longcase cases``: every case as at an instant, and those that have gone quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, population, reading
from cli.output.streams import Shape
from cli.output.table import Column, as_elapsed, as_instant, or_else, red_if
from cli.session import lists
from cli.session.filters import tables_for
from cli.session.reading import looking, say_unknown_holidays
from presentation import headlines
from presentation.questions.cases import population_query, withheld
from projections.queries.cases import FIELDS, CaseQuery, put_aside
from projections.queries.states import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cli.input.requests import View
    from presentation.look import Look


def _state(item: Mapping[str, Any], zone: tzinfo) -> str:
    return as_elapsed(item["idle_seconds"], zone) if item["open"] else "closed"


_UNOWNED: Final = red_if(lambda item: item["open"] and item["owner"] is None)
_COLUMNS: Final = (
    Column("reference", "case"),
    Column("category", "category", at_least=110),
    Column("risk", "risk"),
    Column("owner", "owner", or_else("nobody"), colour=_UNOWNED),
    Column("team", "team", at_least=140),
    Column("reported_at", "reported", as_instant, at_least=120),
    Column("age_seconds", "age", as_elapsed, right=True),
    Column("", "idle", _state, right=True),
    Column("last_activity_at", "last active", as_instant, at_least=80),
    Column("last_activity", "last activity"),
)
_SHAPE: Final = Shape("cases", FIELDS, _COLUMNS)


def _states(_context: click.Context, _parameter: click.Parameter, given: str | None) -> tuple[str, ...]:
    """Return the states named; raise ``UsageProblem`` for one that there is not."""
    names = () if given is None else tuple(one.strip() for one in given.split(","))
    for name in names:
        if name not in STATES:
            from domain.errors import UsageProblem
            from domain.spelling import did_you_mean, nearest  # (most names are states)

            hints = (*did_you_mean(nearest(name, STATES)), f"one of: {', '.join(STATES)}")
            raise UsageProblem(f"--state: {name!r} is no state of a case", hints=hints)
    return names


@click.command()
@population
@click.option(
    "--state",
    metavar="STATE,...",
    callback=_states,
    help=f"In one of these states: {', '.join(STATES)}.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@QUIET
@reading(listing=True)
def cases(view: View, *, idle_over: str | None, exit_code: bool, **given: Any) -> int:
    """List cases as at one instant and as known at another, the longest idle first.

    What counts as activity is work on the case: what is recorded about it, such as an allocation or a grade,
    does not set the clock back.
    """
    view.order(FIELDS, "-idle_seconds")
    with looking(view) as look:
        question = case_query(look, view.sort or "-idle_seconds", view.row_limit, idle_over=idle_over, **given)
        runner = tables_for(look.ledger, question)
        with put_aside(runner, question) as (found, total):
            said = headlines.cases(total, question, idle_over, look.as_of)
            lists.display(withheld(found, runner, look), _SHAPE, view, look, said, total=total)
    return int(exit_code and total > 0)


def case_query(look: Look, sort: str, limit: int | None = None, **given: Any) -> CaseQuery:
    """Return the question that the filters of a population make; say if its bank holidays are not known."""
    asked = population_query(look, sort, limit, **given)
    if asked.counted is not None:
        say_unknown_holidays(*asked.counted)
    return asked.query
