"""``longcase inspection list`` and ``report``: the rounds, and what each of them came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import into_file, reading
from cli.input.parameters import name
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.output.table import Column, as_instant
from cli.session.reading import looking
from domain.errors import UsageProblem
from presentation.phrases import as_of_in_words
from projections.inspections.report import FIELDS as REPORT
from projections.inspections.report import report as report_of
from projections.inspections.rounds import CASE_FIELDS, FIELDS
from projections.inspections.rounds import inspections as inspections_of
from projections.views.access import left_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from pathlib import Path

    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.case_view import Unread
    from projections.views.timeline import Item


def _period(item: Mapping[str, Any], _zone: tzinfo) -> str:
    first, last = item["period_from"], item["period_to"]
    return f"{first or '...'} to {last or '...'}" if first or last else ""


_COLUMNS: Final = (
    Column("inspection", "round"),
    Column("opened_at", "opened", as_instant),
    Column("closed_at", "closed", as_instant),
    Column("", "period", _period, at_least=110),
    Column("drawn", "drawn", right=True),
    Column("follows", "follows"),
    Column("force", "force", at_least=100),
    Column("body", "by"),
)
_LIST: Final = Shape("inspections", FIELDS, _COLUMNS)
_REPORT: Final = Shape("reports", REPORT, ())
_CASES: Final = Shape("cases", CASE_FIELDS, ())


@click.command("list")
@reading()
def list_(view: View) -> None:
    """List the rounds of inspection, in the order in which they were opened."""
    with looking(view) as look:
        present(inspections_of(look.scope), _LIST, view, look.as_of)


@click.command()
@name("inspection", metavar="I")
@click.option("--all", "whole", is_flag=True, help="Show every case of a list, not the first ten.")
@into_file("Write it to be printed, as HTML (.html) or Markdown (.md), with every case.")
@reading()
def report(view: View, inspection: str, *, whole: bool, output: Path | None, force: bool) -> None:
    """Show what the round I came to: shares by grade, the force's own grades beside the inspectorate's.

    Also the cases referred back, how long each answer took and what became of it, and the round before.
    --format csv has one line a case.

    An HTML file needs nothing beside it: it runs no script and fetches nothing. FILE is written whole or not at
    all, readable by its owner alone.
    """
    _check_output(view, output, force=force)
    with looking(view) as look:
        unread: list[Unread] = []
        found = report_of(look.scope, inspection, unread)
        if found is None:
            say(f"inspection {inspection} had not been opened, {as_of_in_words(look.as_of)}")
        if found is not None and output is not None:
            _print(found, output, look, force=force)
        else:
            _present([] if found is None else [found], view, look, whole=whole)
        if unread:
            raise left_out(unread)


def _check_output(view: View, output: Path | None, *, force: bool) -> None:
    if output is None:
        if force:
            raise UsageProblem("--force is for --output")
        return
    if view.format != "table":
        raise UsageProblem("--output is HTML or Markdown by the name of its file", hints=("leave --format out",))
    from cli.session.documents import writer_of

    writer_of(output, force=force)


def _print(found: Item, output: Path, look: Look, *, force: bool) -> None:
    from cli.session.documents import write_document
    from presentation.documents.round_report import round_report

    write_document(round_report(found, look.as_of), output, look, force=force)


def _present(found: list[Item], view: View, look: Look, *, whole: bool) -> None:
    if view.format == "csv":
        cases = [case for one in found for case in (*one["cases"], *one["outside"])]
        present(cases, _CASES, view, look.as_of)
    elif view.format != "table":
        present(found, _REPORT, view, look.as_of)
    else:
        from cli.pages.inspection import draw

        for one in found:
            write(draw(one, look.as_of, page(look.zone), whole=whole))
