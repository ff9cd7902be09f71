"""``longcase diff REF T1 T2``: what changed in a case between two instants, of the world or of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.input.requests import FromEnvironment
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.session.reading import as_far_as_readable, looking, say_cut
from domain.deadlines.standards import Laws
from domain.errors import UsageProblem
from presentation.cases.references import in_each, reference_of
from presentation.formats import with_offset
from presentation.instants import parse_instant
from presentation.questions.comparison import compared_knowledge, compared_worlds
from projections.views.case_view import CaseView
from projections.views.diff import FIELDS, differences
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from cli.input.requests import View
    from domain.axes import Axes
    from presentation.instants import AsOf
    from presentation.look import Look
    from projections.views.timeline import Item

_SHAPE = Shape("differences", (*FIELDS, "reference"), ())
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
    if isinstance(view.known_at if known else view.as_at, FromEnvironment):  # T1 and T2 are typed, and win
        view = view._replace(known_at=None) if known else view._replace(as_at=None)
    with looking(view) as look:
        compared = _compared(view, look.as_of, t1, t2, known=known)
        with as_far_as_readable(look, ref) as case:
            _show(ref, case, compared, look, view)


def _show(ref: str, case: CaseView, compared: tuple[Axes, Axes], look: Look, view: View) -> None:
    laws = Laws(rulebook_versions(look.ledger).versions)
    first, second = (CaseView(case.entries, axes) for axes in compared)
    items = list(differences(first, second, laws))
    if view.format == "table":
        _draw(ref, items, compared, look)
        return
    plain = (with_offset(item, look.zone) if item["kind"] == "state" else item for item in items)
    extra = {"reference": ref.strip(), "from": compared[0]._asdict()}
    present(
        in_each(plain, reference_of(case, ref)), _SHAPE, view, look.as_of._replace(axes=compared[1]), extra=extra
    )


def _compared(view: View, as_of: AsOf, t1: str, t2: str, *, known: bool) -> tuple[Axes, Axes]:
    option, given = ("--known-at", view.known_at) if known else ("--as-at", view.as_at)
    if given is not None:
        raise UsageProblem(_NEITHER.format(option=option), hints=("longcase diff REF T1 T2 --known",))
    first, second = (
        parse_instant(text, zone=as_of.zone, now=as_of.now, name=name) for text, name in ((t1, "T1"), (t2, "T2"))
    )
    if not known:
        return compared_worlds(first, second, as_of)
    return compared_knowledge(first, second, None if view.as_at is None else as_of.axes.as_at, as_of)


def _draw(ref: str, items: list[Item], compared: tuple[Axes, Axes], look: Look) -> None:
    from cli.pages.changes import differed

    write(differed(ref.strip(), items, compared, look.as_of, page(look.as_of.zone)))
    say_cut(ref, (item["entry"] for item in items if item["entry"]))
    if not items:
        say("nothing changed")
