"""Tables for a person: columns as wide as what they hold, the last cut at the terminal's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.output.terminal import cells, cut, paint
from presentation import phrases
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cli.output.layout import Page

_GAP: Final = "  "
_LEAST_LAST: Final = 12
_LEAST_TEXT: Final = 8
_LEAST: Final = 2


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
    words, given the store's zone; ``right`` aligns numbers; ``at_least`` leaves the column out
    where the terminal has fewer cells than that; ``colour`` picks, from the item, a colour that
    ``terminal.paint`` knows, or None.
    """

    key: str
    title: str
    show: Callable[[Any, tzinfo], str] = as_text
    right: bool = False
    at_least: int = 0
    colour: Callable[[Mapping[str, Any]], str | None] | None = None


def draw(columns: Sequence[Column], items: Sequence[Mapping[str, Any]], page: Page) -> Iterator[str]:
    """Yield the lines of a table, its head first, without line ends.

    Every cell is made safe for a terminal. The last column is cut first, to no fewer than 12 cells; where that is
    not enough, the widest texts are, and at last instants and numbers. Whatever is cut ends with a sign.
    """
    fitting = [column for column in columns if page.width is None or page.width >= column.at_least]
    rows = [[_cell(column, item, page.zone) for column in fitting] for item in items]
    head = [column.title.upper() for column in fitting]
    widths = _widths([head, *rows], page.width, [one.right or one.show is as_instant for one in fitting])
    yield _line(fitting, head, widths, [None] * len(fitting))
    for item, row in zip(items, rows, strict=True):
        colours = [one.colour(item) if page.coloured and one.colour else None for one in fitting]
        yield _line(fitting, row, widths, colours)


def _cell(column: Column, item: Mapping[str, Any], zone: tzinfo) -> str:
    value = item.get(column.key) if column.key else item
    return safe_text(column.show(value, zone))


def _widths(rows: Sequence[Sequence[str]], room: int | None, whole: Sequence[bool]) -> list[int]:
    """Return how wide the columns are; those that are best shown ``whole`` are cut last of all."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    if room is None or not widths:
        return widths
    left = room - len(_GAP) * (len(widths) - 1)
    widths[-1] = min(widths[-1], max(left - sum(widths[:-1]), _LEAST_LAST))
    texts = [place for place, kept in enumerate(whole) if not kept]
    for places, least in ((texts, _LEAST_TEXT), (range(len(widths)), _LEAST)):
        while sum(widths) > left and (widest := max(places, key=widths.__getitem__, default=None)) is not None:
            if widths[widest] <= least:
                break
            widths[widest] -= 1
    return widths


def _line(
    columns: Sequence[Column],
    row: Sequence[str],
    widths: Sequence[int],
    colours: Sequence[str | None],
) -> str:
    parts = [
        _filled(cut(text, width), width, colour, right=column.right)
        for column, text, width, colour in zip(columns, row, widths, colours, strict=True)
    ]
    return _GAP.join(parts).rstrip()


def _filled(text: str, width: int, colour: str | None, *, right: bool) -> str:
    blank = " " * (width - cells(text))
    painted = paint(text, colour) if text else text
    return blank + painted if right else painted + blank
