"""A case for a person: its heading, and its entries in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cli.output.layout import (
    STRUCK,
    Part,
    block,
    hung,
    is_beneath,
    joined,
    least_beside,
    painted,
    room_beside,
    wrapped,
)
from cli.output.terminal import cells, cut
from domain.instant import DAY
from presentation.cases.entry_notes import AMENDING, GRAVE, QUIET, WARNING, entry_notes
from presentation.cases.entry_notes import closing as closing_of
from presentation.cases.heading import heading_parts
from presentation.escaping import safe_text
from presentation.phrases import as_of_in_words, at, day, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cli.output.layout import Page
    from presentation.instants import AsOf
    from projections.views.timeline import Item

_WIDE: Final = 110
_WHO: Final = 16
_WHO_WIDE: Final = 32
COLOURS: Final = {GRAVE: "red", WARNING: "yellow", QUIET: "dim"}
"""The colour of a note, by how much it stands out."""

_TELLING: Final = ("case.allocated", "case.warrant-", "case.escalat", "case.graded", "case.re")


class EntryLayout(NamedTuple):
    """What the entries of a page have in common; ``who`` and ``number`` are widths in cells.

    ``texts`` are entries in their own words, uncut, by version, where they are to stand for the summary.
    """

    page: Page
    reported_at: int | None
    who: int
    number: int
    items: Mapping[int, Item]
    whole: bool
    texts: Mapping[int, str]

    def head(self, *parts: str) -> str:
        """Return what stands left of an entry's words: day, time, time since, number, who."""
        today, time, after, number, name = parts
        gap = " " * (self.who - cells(name))
        return f"  {today:<6}  {time:<5}  {after:>7}  {number:>{self.number}}  {name}{gap}  "

    @property
    def is_narrow(self) -> bool:
        """Whether the page has no room for columns: a line says when and who, and the words stand beneath."""
        return is_beneath(self.page.width, len(self.head("", "", "", "", "")))


def heading(state: Item, as_of: AsOf, page: Page) -> Iterator[str]:
    """Yield what a case is, in one line or as many as it needs, and the two instants."""
    head = f"{safe_text(state['reference'])}  "
    parts = heading_parts(state)
    least = least_beside(parts)
    lines = [[Part(line, "bold")] for line in joined(parts, room_beside(page.width, cells(head), least))]
    yield from hung(head, lines, coloured=page.coloured, width=page.width, least=least)
    yield from wrapped(as_of_in_words(as_of), page.width)


def entry_layout(
    items: Sequence[Item],
    reported_at: int | None,
    page: Page,
    *,
    whole: bool,
    texts: Mapping[int, str] | None = None,
) -> EntryLayout:
    """Return what is needed to draw entries; ``whole`` shows corrections and what was before them."""
    widest = _WHO_WIDE if (page.width or _WIDE) >= _WIDE else _WHO
    named = [cells(who(item, page.width)) for item in items]
    by_version = {item["version"]: item for item in items}
    number = len(str(max(by_version, default=0)))
    width = min(max(named, default=3), widest)
    return EntryLayout(page, reported_at, width, number, by_version, whole, texts or {})


def who(item: Item, width: int | None) -> str:
    """Return who acted, with the role where there is room for it."""
    role = f" ({item['role']})" if item["role"] and (width or _WIDE) >= _WIDE else ""
    return safe_text(f"{item['actor']}{role}")


def draw(layout: EntryLayout) -> Iterator[str]:
    """Yield the lines of all entries, grouped by year and day."""
    year = last = ""
    if layout.items:
        yield from titles(layout)
    for item in layout.items.values():
        if item["event"] in AMENDING and not layout.whole:
            continue
        today = day(item["occurred_at"], layout.page.zone)
        if today[-4:] != year:
            year = today[-4:]
            yield f"  {year}"
        yield from entry(layout, item, today="" if today == last else today)
        last = today


def titles(layout: EntryLayout) -> Iterator[str]:
    """Yield the line above the entries that says what stands in which column, where there are columns."""
    if not layout.is_narrow:
        head = layout.head("DAY", "TIME", "AFTER", "N", "WHO")
        yield painted(Part(f"{head}WHAT", "dim"), coloured=layout.page.coloured)


def entry(layout: EntryLayout, item: Item, today: str) -> Iterator[str]:
    """Yield the lines of one entry; ``today`` is its day, or nothing where the one before says it."""
    head = _narrow_head(layout, item) if layout.is_narrow else _head(layout, item, today)
    words = Part(
        layout.texts.get(item["version"], item["summary"]), None if item["retracted_by"] is None else STRUCK
    )
    notes = _notes(layout, item)
    width, least = layout.page.width, least_beside(part.text for part in (words, *notes))
    lines = block(words, notes, room_beside(width, cells(head), least))
    yield from hung(head, lines, coloured=layout.page.coloured, width=width, least=least)


def _head(layout: EntryLayout, item: Item, today: str) -> str:
    return layout.head(
        today[:6],
        time_of_day(item["occurred_at"], layout.page.zone),
        _after(layout, item) if today else "",
        str(item["version"]),
        cut(who(item, layout.page.width), layout.who),
    )


def _narrow_head(layout: EntryLayout, item: Item) -> str:
    when = at(item["occurred_at"], layout.page.zone)
    after = _after(layout, item)
    parts = (when, *([after] if after else []), f"entry {item['version']}", who(item, layout.page.width))
    return f"  {', '.join(parts)}"


def _after(layout: EntryLayout, item: Item) -> str:
    """Return how long after the report a telling entry occurred, if it was a day or more."""
    telling = item["event"].startswith(_TELLING) or item["details"].get("counts")
    if layout.reported_at is None or not telling:
        return ""
    days = (item["occurred_at"] - layout.reported_at) // DAY
    return f"+{days} d" if days > 0 else ""


def _notes(layout: EntryLayout, item: Item) -> list[Part]:
    notes = entry_notes(item, layout.items, layout.page.zone, whole=layout.whole)
    return [Part(said, COLOURS[rank]) for said, rank in notes]


def closing(items: Iterable[Item], *, whole: bool) -> str | None:
    """Return how many entries are late, corrected, retracted or otherwise irregular, if any are."""
    items = list(items)
    said = closing_of(items)
    hidden = not whole and any(item["event"] in AMENDING for item in items)
    return f"{said} (--all shows corrections, and what stood there before)" if said and hidden else said
