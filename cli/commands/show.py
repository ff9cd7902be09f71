"""``longcase show REF``: the whole state of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.commands.looking import looking, not_yet
from cli.commands.typesetting import page, write
from cli.options import reading
from cli.output import Shape, present, say
from domain.standards import Laws
from projections.rulebooks import books_of
from projections.state import FIELDS, state

if TYPE_CHECKING:
    from cli.commands.looking import Look
    from cli.given import View
    from projections.timeline import Item

_SHAPE = Shape("states", FIELDS, ())


@click.command()
@click.argument("ref")
@reading()
def show(view: View, ref: str) -> None:
    """Show the whole state of case REF as at one instant and as known at another.

    States run in parallel: who owns it, its warrants, the steps taken, the oversight, its closure, who may
    read it. Below stand its open clocks; longcase explain says how each was worked out.
    """
    with looking(view) as look:
        laws = Laws(books_of(look.ledger).versions)
        found = state(look.entries(ref), look.picture.as_at, look.picture.known_at, laws=laws)
        if found is None:
            say(not_yet(ref, look.picture))
        _present([] if found is None else [found], view, look)


def _present(found: list[Item], view: View, look: Look) -> None:
    if view.format != "table":
        present(found, _SHAPE, view, look.picture)
        return
    from cli.commands.statepage import draw

    for item in found:
        write(draw(item, look.picture, page(look.picture.zone)))
