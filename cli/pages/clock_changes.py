"""What became of the clocks of a case, for a person: one line for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, marked
from cli.output.terminal import cells
from presentation.cases.changes import change_of_clock
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.output.layout import Page
    from projections.views.timeline import Item

_MARKS: Final = {"started": "+", "stopped": "-", "gone": "-", "breached": "!"}
_COLOURS: Final = {"+": "green", "-": "cyan", "!": "red", "~": "yellow"}


def moved(items: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield the lines of each change of a clock, as ``projections.views.clocks.clock_diff`` has them."""
    named = [safe_text(item["field"]) for item in items]
    widest = max(map(cells, named), default=0)
    for name, item in zip(named, items, strict=True):
        mark = _MARKS.get(item["change"], "~")
        head = f"{name}{' ' * (widest - cells(name))}  "
        yield from marked(Part(mark, _COLOURS[mark]), head, [change_of_clock(item, page.zone)], page)
