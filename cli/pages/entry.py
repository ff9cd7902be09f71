"""One entry whole, for a person: every field, paragraphs kept, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output.layout import Part, hung, least_beside, room_beside, wrapped
from cli.output.terminal import cells
from cli.pages.case import COLOURS
from presentation.cases.entry_fields import entry_fields
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.output.layout import Page
    from projections.views.timeline import Item


def draw(reference: str, item: Item, items: Mapping[int, Item], page: Page) -> Iterator[str]:
    """Yield the lines of one entry of the case ``reference``; ``items`` are all its entries by version."""
    name = item["event"].partition(".")[2].replace("-", " ")
    title = f"entry {item['version']} of {reference}, position {item['position']}: {name}"
    yield from wrapped(title, page.width)
    yield ""
    rows = list(entry_fields(item, items, page.zone))
    widest = max(cells(left) for left, _, _ in rows)
    for left, text, rank in rows:
        head = f"  {safe_text(left):<{widest}}  "
        least = least_beside([text])
        room = room_beside(page.width, cells(head), least)
        lines = [
            [Part(line, None if rank is None else COLOURS[rank])]
            for part in text.splitlines()
            for line in wrapped(part, room)
        ]
        yield from hung(head, lines or [[]], coloured=page.coloured, width=page.width, least=least)
