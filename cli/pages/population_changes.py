"""What changed over all cases, for a person: under a heading for each kind, the cases one by one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, beside, wrapped
from cli.output.terminal import cells
from presentation.changes.items import RECORDED
from presentation.changes.sentences import heading, texts, whose
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.output.layout import Page
    from domain.instant import Instant
    from presentation.changes.items import Item
    from presentation.changes.sentences import Counts

_INDENT: Final = "  "
_FURTHER: Final = "    "
_SHARE: Final = 3
"""A name that takes more than this part of the page has a line of its own."""


def lines(items: Sequence[Item], counts: Counts, since: Instant, page: Page) -> Iterator[str]:
    """Yield the lines of all items, those of one kind beside one another; ``since`` is where the span begins.

    ``counts`` says how many there are, shown or not.
    """
    for kind, found in groupby(items, key=lambda one: str(one["change"])):
        yield ""
        some = list(found)
        total = counts.entries if kind == RECORDED else counts.steps[kind]
        shown = f"{len(some):,} of {total:,}" if len(some) < total else f"{total:,}"
        yield from wrapped(f"{heading(kind)}: {shown}", page.width)
        names = [_name(one) for one in some]
        width = max(map(cells, names))
        for name, item in zip(names, some, strict=True):
            yield from _lines(f"{_INDENT}{name}{' ' * (width - cells(name))}  ", _parts(item, since, page), page)


def _name(item: Item) -> str:
    number = f" {item['version']}" if item["change"] == RECORDED else ""
    return safe_text(f"{item['reference']}{number}")


def _parts(item: Item, since: Instant, page: Page) -> list[Part]:
    said = texts(item, since, page.zone)
    colour = "red" if item["change"] == "newly-stalled" and item["risk"] == "very high" else None
    if item["change"] == RECORDED:
        return [Part(one, "yellow" if "; ! " in one else None) for one in said]
    if item["began"] or item["ended"] or not said:
        return [Part(whose(item), colour), *map(Part, said)]
    return [Part(f"{whose(item)}: {'; '.join(said)}")]


def _lines(head: str, parts: Sequence[Part], page: Page) -> Iterator[str]:
    """Yield the parts beside the name, or under it where the name leaves them too little room."""
    if page.width is None or cells(head) * _SHARE <= page.width:
        yield from beside(head, parts, page)
        return
    yield from beside(_INDENT, [Part(head.strip())], page)
    yield from beside(_FURTHER, parts, page)
