"""``longcase show REF``: the whole state of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.session.reading import as_far_as_readable, looking, say_unknown_holidays
from domain.deadlines.standards import Laws
from domain.errors import NotFound
from presentation.cases.references import in_each, reference_of
from presentation.phrases import as_of_in_words, not_yet_reported
from projections.views.rulebooks import rulebook_versions
from projections.views.state import FIELDS, state
from projections.views.timeline import FIELDS as ENTRY_FIELDS
from projections.views.timeline import item

if TYPE_CHECKING:
    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.case_view import CaseView

_SHAPE = Shape("states", FIELDS, ())
_ENTRIES = Shape("entries", (*ENTRY_FIELDS, "reference"), ())


@click.command()
@click.argument("ref")
@click.argument("number", metavar="[N]", type=click.IntRange(min=1), required=False)
@reading()
def show(view: View, ref: str, number: int | None) -> None:
    """Show the whole state of case REF as at one instant and as known at another; or its entry N, whole.

    States run in parallel: who owns it, its warrants, the steps taken, the oversight, its closure, who may
    read it. Below stand its open clocks; longcase explain says how each was worked out.

    Of an entry every field is shown, with all its paragraphs, and by whom it was corrected or retracted, and why.
    """
    with looking(view) as look, as_far_as_readable(look, ref) as case:
        if number is not None:
            _show_entry(ref.strip(), number, case, look, view)
            return
        rulebooks = rulebook_versions(look.ledger)
        found = state(case, Laws(rulebooks.versions))
        if found is None:
            say(not_yet_reported(ref, look.as_of))
        if view.format != "table":
            present([] if found is None else [found], _SHAPE, view, look.as_of)
        elif found is not None:
            from cli.pages.state import draw

            write(draw(found, look.as_of, page(look.zone)))
        if found is not None and found["clocks"]:
            say_unknown_holidays(rulebooks.at(look.axes.as_at).calendar, (look.axes.as_at,))


def _show_entry(ref: str, number: int, case: CaseView, look: Look, view: View) -> None:
    items = {line.entry.version: item(line) for line in case.lines}
    if number not in items:
        from domain.spelling import typed

        hint = typed("timeline", ref, "--all shows which there are")
        raise NotFound(f"{ref} has no entry {number}, {as_of_in_words(look.as_of)}", hints=(hint,))
    if view.format != "table":
        entries = in_each([items[number]], reference_of(case, ref))
        present(entries, _ENTRIES, view, look.as_of, extra={"reference": ref})
        return
    from cli.pages.entry import draw

    write(draw(ref, items[number], items, page(look.zone)))
