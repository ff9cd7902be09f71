"""``longcase words``: the words that commands take and show, and what each means."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

import click

from application.vocabulary import shipped
from cli.input.options import reading
from cli.output.layout import Part, beside, page, wrapped, write
from cli.output.streams import Shape, present, say
from cli.session.reading import looking
from presentation.word_lists import FIELDS, LISTS, notes, words
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.input.requests import View
    from cli.output.layout import Page
    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.views.timeline import Item

_SHAPE: Final = Shape("words", FIELDS, ())
_WIDE: Final = 80
_INDENT: Final = " " * 4


@click.command("words")
@click.argument("lists", nargs=-1, metavar=f"[{'|'.join(LISTS)}]...", type=click.Choice(tuple(LISTS)))
@reading()
def words_(view: View, lists: tuple[str, ...]) -> None:
    """Say which words there are, what each means, and which standards it starts, stops or ends.

    Kinds of action, categories and relations are those of the vocabulary, a force's own among them; standards
    are those of the rulebook in force at --as-at. What counts as work starts and stops the standards that wait
    for any. An outcome is any text: those with which cases are closed are listed, as far as you may read them.
    """
    chosen = tuple(dict.fromkeys(lists)) or tuple(LISTS)
    with looking(view) as look:
        versions = rulebook_versions(look.ledger)
        outcomes = _outcomes(look, versions) if "outcomes" in chosen else {}
        found = words(chosen, shipped(), versions.at(look.axes.as_at), outcomes)
        if view.format != "table":
            present(found, _SHAPE, view, look.as_of)
            return
        write(_drawn(found, page(look.zone)))
        if not found:
            say("no words")


def _outcomes(look: Look, versions: RulebookVersions) -> dict[str, int]:
    """Return the outcomes of the cases that are closed, each with how many; not of those that may not be read."""
    from cli.session.filters import tables_for
    from domain.deadlines.standards import Laws
    from projections.queries.cases import CaseQuery, streams
    from projections.views.live_case import live_cases

    question = CaseQuery(look.axes, open=False, sort="reference")
    closed = live_cases(look.scope, streams(tables_for(look.ledger, question), question), Laws(versions.versions))
    return Counter(one.case.outcome for one in closed if one.case.outcome and one.readable)


def _drawn(found: Sequence[Item], sheet: Page) -> Iterator[str]:
    """Yield the words under the heading of their list, with what is said of each beside it, or below."""
    for number, (name, group) in enumerate(groupby(found, key=lambda one: one["list"])):
        if number:
            yield ""
        yield from wrapped(LISTS[name], sheet.width)
        items = list(group)
        widest = max(len(one["word"]) for one in items)
        for one in items:
            yield from _word(one, min(widest, 30), sheet)


def _word(item: Item, widest: int, sheet: Page) -> Iterator[str]:
    said = [Part(text) for text in ([item["means"]] if item["means"] else []) + notes(item)]
    narrow = sheet.width is not None and sheet.width < _WIDE
    head, *more = wrapped(item["word"], None if sheet.width is None else max(sheet.width - 2, 1))
    if more or narrow or len(head) > widest:
        yield from (f"  {line}" for line in (head, *more))
        yield from beside(_INDENT, said, sheet)
    else:
        yield from beside(f"  {head:<{widest}}  ", said, sheet)
