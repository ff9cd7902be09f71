"""Tables for a person: columns as wide as what they hold, and blocks where the terminal is too narrow."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.output.layout import Part, in_block, wrapped
from cli.output.terminal import cells, paint
from presentation import phrases
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cli.output.layout import Page

_GAP: Final = "  "
_INDENT: Final = "  "
_READABLE: Final = 16
"""A text of so many cells is not broken, and no other has fewer for a line."""
_SHORT: Final = 8
"""A title of so many cells is not broken."""


def as_text(value: Any, zone: tzinfo) -> str:
    """Return a value as plain words: nothing for None, yes and no for truth, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(as_text(each, zone) for each in value)
    return str(value)


def as_instant(value: int | None, zone: tzinfo) -> str:
    """Return an instant (microseconds since 1970 in UTC) in ``zone``, to the minute."""
    return "" if value is None else phrases.moment(value, zone)


def as_elapsed(value: float | None, zone: tzinfo) -> str:  # noqa: ARG001  (every cell takes the zone)
    """Return seconds in their largest whole unit: ``98 d``."""
    return "" if value is None else phrases.elapsed(value)


def or_else(word: str) -> Callable[[str | None, tzinfo], str]:
    """Return how to show a text where ``word`` stands for none."""
    return lambda text, _zone: text or word


def red_if(wrong: Callable[[Mapping[str, Any]], bool]) -> Callable[[Mapping[str, Any]], str | None]:
    """Return what colours a cell red where something is wrong with the item."""
    return lambda item: "red" if wrong(item) else None


class Column(NamedTuple):
    """One column of a table.

    ``key`` names the item's value, or is empty for the whole item; ``show`` puts the value into
    words, given the store's zone; ``right`` aligns numbers; ``at_least`` says that the column may
    be left out, and is where the terminal has fewer cells than that, those that need the most first
    where a row does not fit; ``colour`` picks, from the item, a colour that ``terminal.paint``
    knows, or None.
    """

    key: str
    title: str
    show: Callable[[Any, tzinfo], str] = as_text
    right: bool = False
    at_least: int = 0
    colour: Callable[[Mapping[str, Any]], str | None] | None = None


def draw(
    columns: Sequence[Column],
    items: Sequence[Mapping[str, Any]],
    page: Page,
    left_out: list[str] | None = None,
) -> Iterator[str]:
    """Yield the lines of a table, its head first, without line ends: none wider than the page, and nothing cut.

    Every cell is made safe for a terminal. Where a row does not fit, texts are broken between words and stay in
    their columns. Where that is not enough, columns that may be are left out, and their titles added to
    ``left_out``; at last each row is a block of ``title: value`` with all columns.
    """
    texts = [[_cell(column, item, page.zone) for column in columns] for item in items]
    shown = _shown(columns, texts, page.width)
    if shown is None:
        yield from _blocks(columns, items, texts, page)
        return
    yield from _row([columns[place] for place in shown], [columns[place].title.upper() for place in shown], shown)
    for item, row in zip(items, texts, strict=True):
        painted = [_colour(columns[place], item, page) for place in shown]
        yield from _row([columns[place] for place in shown], [row[place] for place in shown], shown, painted)
    if left_out is not None:
        left_out += [column.title for place, column in enumerate(columns) if place not in shown]


def fits(columns: Sequence[Column], items: Sequence[Mapping[str, Any]], page: Page) -> bool:
    """Tell whether each row stands whole in one line of the page."""
    texts = [[_cell(column, item, page.zone) for item in items] for column in columns]
    whole = [max(map(cells, [column.title, *values])) for column, values in zip(columns, texts, strict=True)]
    return page.width is None or sum(whole) + len(_GAP) * (len(whole) - 1) <= page.width


def said_left_out(titles: Sequence[str], width: int | None) -> str:
    """Return in words which columns of a table a terminal of so many cells has no room for."""
    return f"not shown in {width} columns: {', '.join(titles)}; --format lines has all"


def _cell(column: Column, item: Mapping[str, Any], zone: tzinfo) -> str:
    value = item.get(column.key) if column.key else item
    return safe_text(column.show(value, zone))


def _colour(column: Column, item: Mapping[str, Any], page: Page) -> str | None:
    return column.colour(item) if page.coloured and column.colour else None


def _shown(columns: Sequence[Column], texts: Sequence[Sequence[str]], room: int | None) -> dict[int, int] | None:
    """Return the places of the columns that are shown, with their widths; None where too few would be."""
    places = [place for place, one in enumerate(columns) if room is None or room >= one.at_least]
    while True:
        values = [[row[place] for row in texts] for place in places]
        widths = _widths([columns[place] for place in places], values, room)
        if widths is not None:
            return dict(zip(places, widths, strict=True))
        spared = max(places, key=lambda place: columns[place].at_least)
        if not columns[spared].at_least:
            return None
        places.remove(spared)


def _widths(columns: Sequence[Column], values: Sequence[Sequence[str]], room: int | None) -> list[int] | None:
    """Return how wide columns are that fit in ``room``, titles broken before texts; None: they do not."""
    texts = [max(map(cells, column), default=0) for column in values]
    whole = [max(width, cells(one.title)) for width, one in zip(texts, columns, strict=True)]
    if room is None or sum(whole) + len(_GAP) * (len(whole) - 1) <= room:
        return whole
    left = room - len(_GAP) * (len(whole) - 1)
    titles = [_least_of_title(one.title) for one in columns]
    widths = [min(max(width, title), left) for width, title in zip(texts, titles, strict=True)]
    needed = map(_least, columns, values, texts)
    least = [max(width, title) for width, title in zip(needed, titles, strict=True)]
    if sum(least) > left:
        return None
    while sum(widths) > left:
        places = [place for place, width in enumerate(widths) if width > least[place]]
        widths[max(places, key=widths.__getitem__)] -= 1
    for place, width in enumerate(whole):
        widths[place] += min(width - widths[place], left - sum(widths))
    return widths


def _least_of_title(title: str) -> int:
    return cells(title) if cells(title) <= _SHORT else max(map(cells, title.split()))


def _least(column: Column, values: Sequence[str], width: int) -> int:
    """Return how narrow a column may be: numbers and instants stay whole, and so does every word."""
    if column.right or column.show is as_instant or width <= _READABLE:
        return width
    return max(max((cells(word) for text in values for word in text.split()), default=0), _READABLE)


def _row(
    columns: Sequence[Column], row: Sequence[str], widths: Mapping[int, int], colours: Sequence[str | None] = ()
) -> Iterator[str]:
    pieces = [
        [text] if cells(text) <= width else wrapped(text, width)
        for text, width in zip(row, widths.values(), strict=True)
    ]
    painted = colours or [None] * len(columns)
    for line in zip_longest(*pieces, fillvalue=""):
        parts = [
            _filled(text, width, colour, right=column.right)
            for column, text, width, colour in zip(columns, line, widths.values(), painted, strict=True)
        ]
        yield _GAP.join(parts).rstrip()


def _filled(text: str, width: int, colour: str | None, *, right: bool) -> str:
    blank = " " * (width - cells(text))
    painted = paint(text, colour) if text else text
    return blank + painted if right else painted + blank


def _blocks(
    columns: Sequence[Column],
    items: Sequence[Mapping[str, Any]],
    texts: Sequence[Sequence[str]],
    page: Page,
) -> Iterator[str]:
    """Yield each row as ``title: value``, what is empty left out; an empty line before each new subject."""
    for number, (item, row) in enumerate(zip(items, texts, strict=True)):
        if number and row[0]:
            yield ""
        parts = [
            Part(f"{column.title}: {text.strip()}", _colour(column, item, page))
            for column, text in zip(columns, row, strict=True)
            if text.strip()
        ]
        yield from in_block(parts, page, _INDENT if not row[0] else "")
