"""The whole state of a case for a person: one paragraph for each of the states that run in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, beside
from cli.pages.case import heading
from presentation.states import state_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.output.layout import Page
    from presentation.instants import AsOf
    from projections.views.timeline import Item

_LEFT: Final = 17


def draw(state: Item, as_of: AsOf, page: Page) -> Iterator[str]:
    """Yield the lines of a state, as ``projections.views.state`` has it."""
    yield from heading(state, as_of, page)
    yield ""
    for title, sentences in state_paragraphs(state, page.zone):
        texts = [Part(each, _colour(title, each)) for each in sentences]
        yield from beside(f"  {title:<{_LEFT - 2}}", texts, page)


def _colour(title: str, sentence: str) -> str | None:
    return "red" if title in {"children", "clocks", "flags"} and sentence.startswith("! ") else None
