"""``longcase cases``: every case as at an instant, and those that have gone quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import population, reading
from cli.output.layout import wrapped
from cli.output.progress import Progress
from cli.output.streams import Shape, present, say_out
from cli.output.table import Column, as_elapsed, as_instant
from cli.output.terminal import width_of_terminal
from cli.session import stores
from cli.session.reading import looking
from presentation.durations import before, calendar_of, parse_duration
from presentation.phrases import as_of_in_words
from projections.queries.cases import FIELDS, CaseList, CaseQuery
from projections.queries.cases import cases as cases_of
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cli.input.requests import View
    from presentation.look import Look


def _owner(item: Mapping[str, Any], _zone: tzinfo) -> str:
    return item["owner"] or "nobody"


def _colour_owner(item: Mapping[str, Any]) -> str | None:
    return "red" if item["open"] and item["owner"] is None else None


def _state(item: Mapping[str, Any], zone: tzinfo) -> str:
    return as_elapsed(item["idle_seconds"], zone) if item["open"] else "closed"


_COLUMNS: Final = (
    Column("reference", "case"),
    Column("category", "category", at_least=110),
    Column("risk", "risk"),
    Column("", "owner", _owner, colour=_colour_owner),
    Column("team", "team", at_least=140),
    Column("reported_at", "reported", as_instant, at_least=120),
    Column("age_seconds", "age", as_elapsed, right=True),
    Column("", "idle", _state, right=True),
    Column("last_activity_at", "last active", as_instant, at_least=80),
    Column("last_activity", "last activity"),
)
_SHAPE: Final = Shape("cases", FIELDS, _COLUMNS)


@click.command()
@population
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@reading(listing=True)
def cases(view: View, *, idle_over: str | None, exit_code: bool, is_open: bool | None, **given: Any) -> int:
    """List cases as at one instant and as known at another, the longest idle first.

    What counts as activity is work on the case: what is recorded about it, such as an allocation or a grade,
    does not set the clock back.
    """
    view.order(FIELDS, "-idle_seconds")
    with looking(view) as look:
        runner = up_to_date(look)
        question = CaseQuery(
            look.axes,
            open=True if idle_over and is_open is None else is_open,
            idle_before=idle_before(idle_over, look),
            sort=view.sort or "-idle_seconds",
            limit=view.row_limit,
            **given,
        )
        answer = cases_of(runner, question)
        if view.format == "table":
            for line in wrapped(_headline(answer, question, idle_over, look), width_of_terminal()):
                say_out(line)
        present(answer.items, _SHAPE, view, look.as_of, total=answer.total)
    return int(exit_code and answer.total > 0)


def up_to_date(look: Look) -> Runner:
    """Return the runner of the population tables, which reflect every entry; show progress meanwhile."""
    runner = Runner(look.ledger)
    with Progress("catching up") as progress, stores.explained(look.location):
        runner.catch_up(progress.advance)
    return runner


def idle_before(idle_over: str | None, look: Look) -> int | None:
    """Return before which instant (microseconds UTC) a case was last active that is idle for so long."""
    if idle_over is None:
        return None
    duration = parse_duration(idle_over, name="--idle-over")
    return before(duration, look.axes.as_at, calendar_of(look.zone, duration))


def _headline(answer: CaseList, question: CaseQuery, idle_over: str | None, look: Look) -> str:
    kind = {None: "", True: "open ", False: "closed "}[question.open]
    noun = "case" if answer.total == 1 else "cases"
    quiet = f" idle for longer than {idle_over}" if idle_over else ""
    return f"{answer.total:,} {kind}{noun}{quiet}, {as_of_in_words(look.as_of)}"
