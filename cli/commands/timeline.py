"""``longcase timeline REF``: what happened in a case, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, room_beside, wrapped, write
from cli.output.streams import Shape, present, say
from cli.pages import case
from cli.session.reading import looking, not_yet
from domain.errors import UsageProblem
from projections.views.state import state
from projections.views.timeline import FIELDS, item
from projections.views.timeline import timeline as timeline_of

if TYPE_CHECKING:
    from cli.input.requests import View
    from cli.session.reading import Look
    from domain.event import Entry

_SHAPE = Shape("entries", FIELDS, ())


@click.command()
@click.argument("ref")
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="Show corrections and retractions too, and what stood there before.",
)
@click.option(
    "--svg", metavar="FILE", help="Draw it into FILE, a lane for each thing that went on; - for output."
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@reading()
def timeline(view: View, ref: str, *, svg: str | None, whole: bool, force: bool) -> None:
    """Show what happened in case REF, in order, as at one instant and as known at another.

    Corrected entries show their corrected values. Retracted ones stay, and say so. The formats for
    programs always have everything.

    A picture shows who had the case, what was done, its warrants, its referrals back and its clocks, with what
    is over its limit standing out. It needs the extra "pictures".
    """
    if svg is None and force:
        raise UsageProblem("--force is for --svg")
    if svg is not None and (whole or view.format != "table"):
        raise UsageProblem("--svg draws a picture, for which there is neither --format nor --all")
    with looking(view) as look:
        entries = look.entries(ref)
        if svg is not None:
            _picture(svg, ref, entries, look, force=force)
            return
        if view.format == "table":
            _draw(ref, entries, look, whole=whole)
            return
        lines = timeline_of(entries, look.picture.as_at, look.picture.known_at)
        present(map(item, lines), _SHAPE, view, look.picture, extra={"reference": ref.strip()})


def _picture(path: str, ref: str, entries: list[Entry], look: Look, *, force: bool) -> None:
    from cli.charts.files import draw_timeline
    from domain.deadlines.standards import Laws
    from presentation.lanes.case_lanes import story
    from projections.views.rulebooks import books_of

    found = story(entries, Laws(books_of(look.ledger).versions), look.picture)
    if found is None:
        say(not_yet(ref, look.picture))
        return
    draw_timeline(path, found, look.picture, force=force, store=look.path)


def _draw(ref: str, entries: list[Entry], look: Look, *, whole: bool) -> None:
    axes = look.picture.as_at, look.picture.known_at
    sheet = page(look.picture.zone)
    items = [item(line) for line in timeline_of(entries, *axes)]
    now = state(entries, *axes)
    if not items or now is None:
        say(not_yet(ref, look.picture))
    if now is not None:
        write([*case.heading(now, look.picture, sheet), ""])
    reported_at = now["reported_at"] if now else None
    write(case.draw(case.story(items, reported_at, sheet, whole=whole)))
    last = case.closing(items, whole=whole)
    if last:
        write(["", *(f"  {line}" for line in wrapped(last, room_beside(sheet.width, 2)))])
