"""What comes next for a person: a line for each thing where the terminal is wide, else a few lines for each."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import Part, painted, wrapped
from cli.output.table import Column, draw, red_if
from cli.output.terminal import cells
from presentation.escaping import safe_text
from presentation.phrases import at, elapsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from cli.output.layout import Page

Item = dict[str, Any]

WIDE: Final = 110
"""From how many cells on a terminal is wide enough for a table."""

_INDENT: Final = "  "
_GAP: Final = 2
_LEAST: Final = 24
_COLUMNS: Final = (
    Column("due", "due"),
    Column("left", "left", right=True, colour=red_if(lambda row: row["left"].startswith("-"))),
    Column("reference", "case"),
    Column("risk", "risk", colour=red_if(lambda row: row["risk"] == "very high")),
    Column("owner", "owner", colour=red_if(lambda row: row["owner"] == "nobody")),
    Column("what", "what"),
    Column("type", "type"),
)


def lines(items: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield the lines of the list; instants are microseconds UTC."""
    if page.width is not None and page.width < WIDE:
        return _blocks(items, page)
    rows = [_row(one, page.zone) for one in items]
    return draw(_COLUMNS, list(_wrapped(rows, page.width)), page)


def commands(item: Item) -> list[str]:
    """Return the commands that do what is wanted, as they are shown: each after the first with an "or"."""
    return [item["command"], *(f"or {one}" for one in item["alternatives"])] if item["command"] else []


def left(item: Item) -> str:
    """Return how much time is left, below nought where none is."""
    return elapsed(-item["overdue_seconds"])


def _row(item: Item, zone: tzinfo) -> Item:
    return {
        "due": at(item["due"], zone),
        "left": left(item),
        "reference": item["reference"],
        "risk": item["risk"] or "not assessed",
        "owner": item["owner"] or "nobody",
        "what": item["explanation"] + ("" if item["open"] else "; the case is closed"),
        "type": commands(item),
    }


def _wrapped(rows: Sequence[Item], width: int | None) -> Iterator[Item]:
    """Yield each row with what is wanted and the commands beside each other, on as many lines as they take."""
    taken = sum(
        max(cells(one.title), *(cells(safe_text(row[one.key])) for row in rows)) + _GAP for one in _COLUMNS[:-2]
    )
    longest = max(cells(safe_text(text)) for row in rows for text in row["type"] or [""])
    half = None if width is None else max(min(longest, (width - taken - _GAP) // 2), _LEAST)
    rest = None if width is None or half is None else max(width - taken - _GAP - half, _LEAST)
    for row in rows:
        typed = [line for text in row["type"] for line in wrapped(text, half)]
        first = row
        for what, words in zip_longest(wrapped(row["what"], rest), typed, fillvalue=""):
            yield first | {"what": what, "type": words}
            first = dict.fromkeys(row, "")


def _blocks(items: Iterable[Item], page: Page) -> Iterator[str]:
    """Yield a few lines for each: when and whose, what is wanted, and the commands."""
    for item in items:
        row = _row(item, page.zone)
        late = item["overdue_seconds"] >= 0
        when = f"{row['due']}, {elapsed(abs(item['overdue_seconds']))} {'over' if late else 'left'}"
        whose = f"{row['reference']}, {row['risk']}, {row['owner']}"
        first, *more = wrapped(f"{when}: {whose}", page.width)
        colour = "red" if late else None
        yield from (painted(Part(line, colour), coloured=page.coloured) for line in (first, *more))
        for text in (row["what"], *row["type"]):
            yield from (f"{_INDENT}{line}" for line in wrapped(text, _room(page)))


def _room(page: Page) -> int | None:
    return None if page.width is None else max(page.width - len(_INDENT), 1)
