"""What changed in a case, for a person: by each entry of a replay, or between two instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, beside, marked
from cli.output.terminal import cells
from cli.pages import case
from presentation.cases.changes import became, between, change_of_state, label
from presentation.escaping import safe_text
from presentation.phrases import day, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cli.output.layout import Page
    from domain.axes import Axes
    from presentation.instants import AsOf
    from projections.views.timeline import Item

_MARKS: Final = {"appeared": "+", "gone": "-"}
_COLOURS: Final = {"+": "green", "-": "red", "~": "yellow"}
_LEFT: Final = 44


def replayed(
    entries: Sequence[Item], items: Iterable[Item], reported_at: int | None, page: Page
) -> Iterator[list[str]]:
    """Yield, after the titles, for each item of a replay of ``entries`` its entry and what that changed."""
    layout = case.entry_layout(entries, reported_at, page, whole=True)
    yield list(case.titles(layout))
    year = ""
    for item in items:
        today = day(item["entry"]["occurred_at"], page.zone)
        head = [] if today[-4:] == year else [f"  {today[-4:]}"]
        year = today[-4:]
        yield [*head, *case.entry(layout, item["entry"], today), *changed(item["changed"], page)]


def changed(changes: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield one line, or as many as it needs, for each field that changed.

    Which relation to a case was recorded last is left out: ``linked`` has every one that stands.
    """
    changes = [each for each in changes if not each["field"].startswith("links.")]
    if not changes:
        yield "          (the state stays as it was)"
    named = [f"          {safe_text(label(each['field']))}" for each in changes]
    left = min(max(map(cells, named), default=0), _LEFT)
    for name, each in zip(named, changes, strict=True):
        yield from _change(f"{name}{' ' * (left - cells(name))}  ", each, page)


def _change(head: str, each: Item, page: Page) -> Iterator[str]:
    return beside(head, [Part(change_of_state(each, page.zone), "cyan")], page)


def differed(
    ref: str, items: Sequence[Item], compared: tuple[Axes, Axes], as_of: AsOf, page: Page
) -> Iterator[str]:
    """Yield what differs in a case between two instants: its entries, its state, its clocks."""
    yield from beside(f"{safe_text(ref)}  ", [Part(between(*compared, as_of), "bold")], page)
    entries = [item for item in items if item["kind"] == "entry"]
    if entries:
        yield from ("", "  entries")
    for item in entries:
        yield from _entry(item, page)
    state = [item for item in items if item["kind"] == "state"]
    if state:
        yield from ("", "  state")
        yield from changed(state, page)
    clocks = [item for item in items if item["kind"] == "clock"]
    if clocks:
        from cli.pages.clock_changes import moved

        yield from ("", "  clocks")
        yield from moved(clocks, page)


def _entry(item: Item, page: Page) -> Iterator[str]:
    entry, mark = item["entry"], _MARKS.get(item["change"], "~")
    head = f"{moment(entry['occurred_at'], page.zone)}  {item['version']:>4}  "
    texts = [f"{entry['actor']}: {entry['summary']}", *became(item, page.zone)]
    return marked(Part(mark, _COLOURS[mark]), head, texts, page)
