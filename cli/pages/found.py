"""What a search found, as a person reads it: each entry with its place and day, and its texts under it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import Part, beside, hung, painted, wrapped
from presentation import phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cli.output.layout import Page

_INDENT: Final = "  "


def lines(items: Iterable[Mapping[str, Any]], page: Page) -> Iterator[str]:
    """Yield the lines of a page of what was found; words that were looked for stand in brackets."""
    for number, (_, group) in enumerate(groupby(items, key=itemgetter("position"))):
        texts = list(group)
        if number:
            yield ""
        yield from _head(texts[0], page)
        for item in texts:
            words = f"{item['field'].replace('_', ' ')}: {bracketed(item['context'], item['marks'])}"
            yield from beside(_INDENT, [Part(words, None if item["stands"] else "dim")], page)


def _head(item: Mapping[str, Any], page: Page) -> Iterator[str]:
    what = item["event"].partition(".")[2].replace("-", " ")
    day = phrases.moment(item["occurred_at"], page.zone)
    words = f"{item['reference']} entry {item['version']}, {what}, {day}, {item['actor']}"
    parts = [[Part(line, "bold")] for line in wrapped(words, page.width)]
    yield from hung("", parts, coloured=page.coloured)
    for said in _became(item):
        for line in wrapped(f"! {said}", page.width):
            yield painted(Part(line, "yellow"), coloured=page.coloured)


def _became(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield what became of an entry, where the words may no longer stand."""
    if item["retracted_by"] is not None:
        yield f"retracted by entry {item['retracted_by']}"
    if item["corrected_by"]:
        still = "; these words still stand" if item["stands"] else ""
        yield f"corrected by entry {item['corrected_by'][-1]}{still}"
    elif not item["stands"] and item["retracted_by"] is None:
        yield "no longer stands: what it corrected was corrected again, or retracted"


def bracketed(text: str, marks: Sequence[Sequence[int]]) -> str:
    """Return a text with brackets around each span of characters, given as its first and the one after it."""
    shown, done = "", 0
    for first, last in marks:
        if first >= done:
            shown += f"{text[done:first]}[{text[first:last]}]"
            done = last
    return shown + text[done:]
