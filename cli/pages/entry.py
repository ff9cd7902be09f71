"""One entry whole, for a person: every field, paragraphs kept, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.output.layout import Part, hung, least_beside, room_beside, wrapped
from cli.output.terminal import cells
from cli.pages.case import who
from presentation.escaping import safe_text
from presentation.flags import irregular
from presentation.phrases import amended_by, at, elapsed, origin_in_words
from presentation.values import value_in_words, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from cli.output.layout import Page
    from projections.views.timeline import Item


def draw(reference: str, item: Item, items: Mapping[int, Item], page: Page) -> Iterator[str]:
    """Yield the lines of one entry of the case ``reference``; ``items`` are all its entries by version."""
    name = item["event"].partition(".")[2].replace("-", " ")
    title = f"entry {item['version']} of {reference}, position {item['position']}: {name}"
    yield from wrapped(title, page.width)
    yield ""
    rows = list(_rows(item, items, page.zone))
    widest = max(cells(left) for left, _, _ in rows)
    for left, text, colour in rows:
        head = f"  {safe_text(left):<{widest}}  "
        least = least_beside([text])
        room = room_beside(page.width, cells(head), least)
        lines = [[Part(line, colour)] for part in text.splitlines() for line in wrapped(part, room)]
        yield from hung(head, lines or [[]], coloured=page.coloured, width=page.width, least=least)


def _rows(item: Item, items: Mapping[int, Item], zone: tzinfo) -> Iterator[tuple[str, str, str | None]]:
    yield "who", who(item, None), None
    if item["on_behalf_of"]:
        yield "on behalf of", item["on_behalf_of"], None
    yield "happened", at(item["occurred_at"], zone), None
    late = f", {elapsed(item['late_seconds'])} later" if item["late_seconds"] else ""
    yield "recorded", f"{at(item['recorded_at'], zone)}{late}, by {item['via']}", None
    if item["source_recorded_at"] is not None:
        yield "by its source", at(item["source_recorded_at"], zone), None
    yield from _fields(item["details"], zone)
    if item["reason"]:
        yield "reason", item["reason"], None
    yield from _amended(item, items, zone)
    for said in irregular(item):
        yield "flag", f"! {said}", "red"
    if item["origin"]:
        yield "imported from", origin_in_words(item["origin"]), None


def _fields(details: Mapping[str, Any], zone: tzinfo) -> Iterator[tuple[str, str, str | None]]:
    for name, value in details.items():
        if name != "before" and value not in (None, (), {}, ""):
            yield words(name), value_in_words(name, value, zone), None
    for name, value in details.get("before", {}).items():
        yield f"before: {words(name)}", value_in_words(name, value, zone), "dim"


def _amended(item: Item, items: Mapping[int, Item], zone: tzinfo) -> Iterator[tuple[str, str, str | None]]:
    for version in item["corrected_by"]:
        yield "corrected", amended_by(version, items, zone), "yellow"
    if item["retracted_by"] is not None:
        yield "retracted", amended_by(item["retracted_by"], items, zone), "yellow"
