"""``longcase timeline REF``: what happened in a case, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, room_beside, wrapped, write
from cli.output.streams import Shape, present, say
from cli.pages import case as pages
from cli.session.reading import as_far_as_readable, looking, say_cut
from domain.errors import UsageProblem
from presentation.cases.references import in_each, reference_of
from presentation.phrases import not_yet_reported
from projections.views.state import state
from projections.views.summaries import in_full
from projections.views.timeline import FIELDS, item

if TYPE_CHECKING:
    from cli.input.requests import View
    from cli.output.layout import Page
    from presentation.look import Look
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item

_SHAPE = Shape("entries", (*FIELDS, "reference"), ())


@click.command()
@click.argument("ref")
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="Show corrections and retractions too, and what stood there before.",
)
@click.option("--full", is_flag=True, help="Show every text whole, its paragraphs kept.")
@click.option(
    "--svg", metavar="FILE", help="Draw it into FILE, a lane for each thing that went on; - for output."
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@reading()
def timeline(view: View, ref: str, *, svg: str | None, whole: bool, full: bool, force: bool) -> None:
    """Show what happened in case REF, in order, as at one instant and as known at another.

    Corrected entries show their corrected values. Retracted ones stay, and say so. A long text is cut, with
    a sign; --full shows it whole, and so does longcase show REF N. The formats for programs always have
    everything.

    A picture shows who had the case, what was done, its warrants, its referrals back and its clocks, with what
    is over its limit standing out.
    """
    if svg is None and force:
        raise UsageProblem("--force is for --svg")
    if svg is not None and (whole or full or view.format != "table"):
        raise UsageProblem("--svg draws a picture, for which there is neither --format nor --all nor --full")
    with looking(view) as look, as_far_as_readable(look, ref) as case:
        if svg is not None:
            _draw_lanes(svg, ref, case, look, force=force)
        elif view.format == "table":
            _draw(ref, case, look, whole=whole, full=full)
        else:
            lines = in_each(map(item, case.lines), reference_of(case, ref))
            present(lines, _SHAPE, view, look.as_of, extra={"reference": ref.strip()})


def _draw_lanes(path: str, ref: str, case: CaseView, look: Look, *, force: bool) -> None:
    from cli.output.pictures import draw_timeline
    from domain.deadlines.standards import Laws
    from presentation.lanes.case_lanes import case_lanes
    from projections.views.rulebooks import rulebook_versions

    found = case_lanes(case, Laws(rulebook_versions(look.ledger).versions), look.zone)
    if found is None:
        say(not_yet_reported(ref, look.as_of))
        return
    draw_timeline(path, found, look.as_of, force=force, store=look.location)


def _draw(ref: str, case: CaseView, look: Look, *, whole: bool, full: bool) -> None:
    sheet = page(look.zone)
    items, now = list(map(item, case.lines)), state(case)
    if now is None:
        say(not_yet_reported(ref, look.as_of))
    else:
        write([*pages.heading(now, look.as_of, sheet), ""])
    reported_at = now["reported_at"] if now else None
    texts = {line.entry.version: in_full(line.entry.event) for line in case.lines} if full else {}
    write(pages.draw(pages.entry_layout(items, reported_at, sheet, whole=whole, texts=texts)))
    _close(items, sheet, whole=whole)
    if not full:
        say_cut(ref, items)


def _close(items: list[Item], sheet: Page, *, whole: bool) -> None:
    last = pages.closing(items, whole=whole)
    if last:
        write(["", *(f"  {line}" for line in wrapped(last, room_beside(sheet.width, 2)))])
