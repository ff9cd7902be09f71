"""The clocks of a case for a person who would work them out again: limit, start, every day, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, beside, hung, room_beside, wrapped
from cli.output.terminal import cells
from cli.pages.case import heading
from presentation.clocks import (
    NOT_COUNTED,
    clock_paragraphs,
    day_rows,
    entry_in_words,
    name_of,
    state_in_words,
)
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.output.layout import Page
    from presentation.instants import AsOf
    from projections.views.timeline import Item

_LEFT: Final = 13
_COLOURS: Final = {"breached": "red", "met late": "yellow", "unmet": "yellow", "running": "green", "met": "green"}
_QUIET: Final = frozenset({"met", "ended"})


def draw(case: Item, items: Sequence[Item], as_of: AsOf, page: Page, *, whole: bool) -> Iterator[str]:
    """Yield the lines of the clocks of a case (``projections.views.clocks.explain``), under its heading.

    What was met in time, or is no longer called for, is told in a line each, unless the ``whole`` is wanted.
    """
    yield from heading(case, as_of, page)
    brief = _brief_ones(items, whole=whole)
    for item in items:
        if item not in brief:
            yield ""
            yield from _clock(item, page)
    if brief:
        yield from _brief(brief, page)


def named(items: Sequence[Item], *, whole: bool) -> list[Item]:
    """Return the entries that ``draw`` names in their words, each once."""
    brief = _brief_ones(items, whole=whole)
    ends = (item[end] for item in items if item not in brief for end in ("started", "stopped"))
    return list({entry["entry"]: entry for entry in ends if entry is not None}.values())


def _brief_ones(items: Sequence[Item], *, whole: bool) -> list[Item]:
    return [] if whole else [item for item in items if item["state"] in _QUIET]


def _brief(items: Sequence[Item], page: Page) -> Iterator[str]:
    names = [safe_text(name_of(item)) for item in items]
    left = max(map(cells, names)) + 2
    yield ""
    for name, item in zip(names, items, strict=True):
        text = f"{state_in_words(item, page.zone)}: {entry_in_words(item['stopped'], page.zone)}"
        yield from beside(f"{name}{' ' * (left - cells(name))}", [Part(text)], page)


def _clock(item: Item, page: Page) -> Iterator[str]:
    state = Part(state_in_words(item, page.zone), _COLOURS.get(item["state"]))
    yield from beside(f"{safe_text(name_of(item))}  ", [state], page)
    for title, sentences in clock_paragraphs(item, page.zone):
        yield from beside(f"  {title:<{_LEFT - 2}}", list(map(Part, sentences)), page)
    if item["days"]:
        head = f"  {'days':<{_LEFT - 2}}"
        lines = _days(item, room_beside(page.width, cells(head)))
        yield from hung(head, lines, coloured=page.coloured, width=page.width)


def _days(item: Item, room: int | None) -> list[list[Part]]:
    """Return a line for each run of days: which, how much of each counted, how much in all, and why not."""
    rows = list(day_rows(item))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        left = "   ".join(text.ljust(width) for text, width in zip(row[:3], widths, strict=True))
        line = f"{left}   {safe_text(row[3])}".rstrip()
        pieces = [line] if room is None or cells(line) <= room else wrapped(", ".join(filter(None, row)), room)
        colour = None if row[1] != NOT_COUNTED else "dim"
        lines += [[Part(piece, colour)] for piece in pieces]
    return lines
