"""``longcase show REF``: the whole state of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.session.reading import as_far_as_readable, looking
from domain.deadlines.standards import Laws
from presentation.phrases import not_yet_reported
from projections.views.rulebooks import rulebook_versions
from projections.views.state import FIELDS, state

if TYPE_CHECKING:
    from cli.input.requests import View

_SHAPE = Shape("states", FIELDS, ())


@click.command()
@click.argument("ref")
@reading()
def show(view: View, ref: str) -> None:
    """Show the whole state of case REF as at one instant and as known at another.

    States run in parallel: who owns it, its warrants, the steps taken, the oversight, its closure, who may
    read it. Below stand its open clocks; longcase explain says how each was worked out.
    """
    with looking(view) as look, as_far_as_readable(look, ref) as case:
        laws = Laws(rulebook_versions(look.ledger).versions)
        found = state(case, laws)
        if found is None:
            say(not_yet_reported(ref, look.as_of))
        if view.format != "table":
            present([] if found is None else [found], _SHAPE, view, look.as_of)
        elif found is not None:
            from cli.pages.state import draw

            write(draw(found, look.as_of, page(look.zone)))
