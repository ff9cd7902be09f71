"""``longcase find``: what was written, in all cases, by its words."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

import click

from cli.input.options import reading, span
from cli.output.layout import page, write
from cli.output.progress import Progress
from cli.output.streams import Shape, present, say
from cli.output.terminal import is_terminal
from cli.pages.found import lines
from cli.session.reading import looking
from presentation.instants import interval_of
from projections.finding.find import FIELDS, Search, SearchFilter
from projections.finding.search_terms import SearchTerms
from projections.finding.texts import fields_named
from projections.views.access import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from cli.input.requests import View
    from presentation.look import Look
    from projections.fields import Item

_SHAPE = Shape("entries", FIELDS, ())


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--in", "fields", multiple=True, metavar="FIELD,...", help="In these texts: summary, text, reason ..."
)
@click.option("--case", metavar="REF", help="In this case only.")
@span
@reading(listing=True)
def find(
    view: View,
    words: tuple[str, ...],
    fields: tuple[str, ...],
    case: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """Find entries by what was written in them, in all cases and registers.

    An entry is found if it has all of the WORDS, in any order and in any of its texts; what stands in quotation
    marks, in that order. Capitals, accents and punctuation do not count, and a word is found by its beginning.
    What was corrected or retracted is found as it was written, and is marked. Words of lists, such as kinds and
    categories, are looked in where --in names them. A case that is restricted is not looked in for those who may
    not read it; how many there are is said.
    """
    _, newest_first = view.order(("position",), "position")
    wanted = SearchFilter(SearchTerms.read(words), fields_named(fields), case)
    with looking(view) as look:
        bounds = interval_of(since, until, zone=look.zone, now=look.as_of.now)
        wanted = wanted._replace(since=bounds[0], until=bounds[1])
        with Progress("find", total=look.ledger.head()[0]) as progress:
            advance = (lambda _count: None) if is_terminal(sys.stdout) else progress.advance
            search = Search(look.scope, wanted, newest_first=newest_first, progress=advance)
            _show(search, view, look)
        if count := search.withheld():
            _say_withheld(count)
        if search.unread:
            raise left_out(search.unread)


def _show(search: Search, view: View, look: Look) -> None:
    if view.format != "table":
        extra: dict[str, Any] = {}
        present(_and_then(search, extra, view.row_limit), _SHAPE, view, look.as_of, extra=extra)
        return
    limit = view.row_limit
    found = list(islice(search.items(), None if limit is None else limit + 1))
    write(lines(found[:limit], page(look.zone)))
    if not found:
        say("no entry has all of these words" if search.several else "no entry has this word")
    elif limit is not None and len(found) > limit:
        sys.stdout.flush()
        say(f"--limit {limit}: there are more texts; --limit 0 shows all")


def _and_then(search: Search, extra: dict[str, Any], limit: int | None) -> Iterator[Item]:
    """Yield what is found, and add to the envelope, which is written last of all, what was not looked in."""
    items: Iterable[Item] = islice(search.items(), limit)
    yield from items
    extra["withheld"] = search.withheld()


def _say_withheld(count: int) -> None:
    which = "1 restricted case was" if count == 1 else f"{count:,} restricted cases were"
    say(f"{which} not looked in: those named, the owner, the inspectorate and auditors find what stands there")
