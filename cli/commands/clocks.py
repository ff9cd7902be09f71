"""``longcase clocks``: a row a clock over all cases, for whoever counts and compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.commands.cases import case_query
from cli.input.options import population, reading
from cli.input.parameters import Words
from cli.output.streams import Shape
from cli.output.table import Column, as_elapsed, as_instant, red_if
from cli.session import lists
from cli.session.filters import tables_for
from cli.session.reading import looking
from domain.deadlines.standards import Laws
from presentation import headlines
from projections.queries.cases import streams
from projections.views.access import told
from projections.views.clocks.clock_states import BREACHED, OPEN, STATES, UNMET, going_on
from projections.views.live_case import CLOCK, live_cases
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

    from cli.input.requests import View
    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.views.case_view import Unread
    from projections.views.live_case import LiveCase


def _about(item: Mapping[str, Any], _zone: tzinfo) -> str:
    return item["key"] or item["child"] or ("not named" if item["unnamed"] else "-")


def _over(item: Mapping[str, Any], zone: tzinfo) -> str:
    late = item["overdue_seconds"]
    return "-" if late is None or late <= 0 else as_elapsed(late, zone)


_BAD: Final = red_if(lambda item: item["state"] in {BREACHED, UNMET})
_COLUMNS: Final = (
    lists.CASE,
    lists.RISK._replace(at_least=110),
    lists.OWNER._replace(at_least=110),
    lists.TEAM._replace(at_least=140),
    Column("standard", "standard"),
    Column("", "about", _about, at_least=140),
    Column("state", "state", colour=_BAD),
    Column("due", "due", as_instant, at_least=70),
    Column("stopped_at", "stopped", as_instant, at_least=110),
    Column("", "over by", _over, right=True),
)
_SHAPE: Final = Shape("clocks", CLOCK, _COLUMNS)


@click.command()
@population
@click.option("--standard", multiple=True, metavar="S", help="Of this standard; may be given again.")
@click.option(
    "--state",
    multiple=True,
    type=Words(*STATES),
    metavar="STATE",
    help=f"In this state: {', '.join(one.replace(' ', '-') for one in STATES)}; may be given again.",
)
@reading(listing=True)
def clocks(
    view: View, *, standard: tuple[str, ...], state: tuple[str, ...], idle_over: str | None, **given: Any
) -> None:
    """List every clock of every case: those that run, and those that are over.

    A row a clock: its start, when it is due, when it was stopped, and the risk, the owner and the team of its
    case as at the instant asked about. They come in the order of the references, those of a case as longcase
    explain REF has them, which says how each was worked out.
    """
    view.order(CLOCK, "reference")
    with looking(view) as look:
        versions = rulebook_versions(look.ledger)
        _check_standards(standard, versions, look)
        question = case_query(look, "reference", idle_over=idle_over, **given)
        runner, unread = tables_for(look.ledger, question), list[Any]()
        if state and OPEN.issuperset(state) and not runner.skipped():
            question = question._replace(waits=going_on(versions.versions))
        cases = _read(look, streams(runner, question), versions, unread)
        found = (row for case in cases for row in case.clock_rows(standard, state))
        items = found if view.sort is None else lists.ordered(list(found), view, CLOCK)
        lists.display(items, _SHAPE, view, look, headlines.clocks(standard, state, look.as_of), unread=unread)


def _check_standards(standards: Iterable[str], versions: RulebookVersions, look: Look) -> None:
    """Raise ``NotFound`` for a standard that no rulebook has: no row must not pass for good news."""
    from projections.views.clocks.not_started import standard_named

    for identifier in standards:
        standard_named(identifier, versions, look.axes.as_at)


def _read(
    look: Look, chosen: Iterable[bytes], versions: RulebookVersions, unread: list[Unread]
) -> Iterator[LiveCase]:
    """Yield these cases, each read live; what cannot be read of them is added to ``unread``."""
    for case in live_cases(look.scope, chosen, Laws(versions.versions)):
        unread.extend(told(case, look.reader))
        yield case
