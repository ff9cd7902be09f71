"""``longcase diff REF T1 T2``: what changed in a case between two instants, of the world or of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.session.reading import looking, with_offset
from domain.deadlines.standards import Laws
from domain.errors import UsageProblem
from presentation.instants import parse_instant
from projections.views.diff import FIELDS, Moment, differences
from projections.views.rulebooks import books_of

if TYPE_CHECKING:
    from cli.input.requests import View
    from cli.session.reading import Look
    from presentation.instants import Picture
    from projections.views.timeline import Item

_SHAPE = Shape("differences", FIELDS, ())
_NEITHER = "T1 and T2 are what {option} would say; leave {option} out"


@click.command()
@click.argument("ref")
@click.argument("t1")
@click.argument("t2")
@click.option("--known", is_flag=True, help="T1 and T2 are instants of knowledge.")
@reading()
def diff(view: View, ref: str, t1: str, t2: str, *, known: bool) -> None:
    """Show what changed in case REF between the instants T1 and T2: entries, fields of its state, clocks.

    By what is known at --known-at; or, with --known, between what was known at T1 and at T2: entries that
    were recorded in between, late ones too, and corrections. --as-at then looks at one instant of the
    world from both.
    """
    with looking(view) as look:
        moments = _moments(view, look.picture, t1, t2, known=known)
        laws = Laws(books_of(look.ledger).versions)
        items = list(differences(look.entries(ref), *moments, laws))
        if view.format == "table":
            _draw(ref, items, moments, look)
            return
        picture = look.picture._replace(as_at=moments[1].as_at, known_at=moments[1].known)
        plain = (with_offset(item, picture.zone) if item["kind"] == "state" else item for item in items)
        present(plain, _SHAPE, view, picture, extra={"reference": ref.strip(), "from": _axes(moments[0])})


def _moments(view: View, picture: Picture, t1: str, t2: str, *, known: bool) -> tuple[Moment, Moment]:
    option, given = ("--known-at", view.known_at) if known else ("--as-at", view.as_at)
    if given is not None:
        raise UsageProblem(_NEITHER.format(option=option), hints=("longcase diff REF T1 T2 --known",))
    first, second = (
        parse_instant(text, zone=picture.zone, now=picture.now, name=name)
        for text, name in ((t1, "T1"), (t2, "T2"))
    )
    if not known:
        return Moment(first, picture.known_at), Moment(second, picture.known_at)
    world = None if view.as_at is None else picture.as_at
    return tuple(Moment(one if world is None else world, one) for one in (first, second))  # type: ignore[return-value]  # a pair from a pair


def _draw(ref: str, items: list[Item], moments: tuple[Moment, Moment], look: Look) -> None:
    from cli.pages.changes import differed

    write(differed(ref.strip(), items, moments, look.picture, page(look.picture.zone)))
    if not items:
        say("nothing changed")


def _axes(moment: Moment) -> Item:
    return {"as_at": moment.as_at, "known_at": moment.known}
