"""What comes next, and what waits for a decision, for a person: with the command for each.

Where the terminal is wide each is a row of a table, else a few lines.
"""

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
_WHOSE: Final = (
    Column("reference", "case"),
    Column("risk", "risk", colour=red_if(lambda row: row["risk"] == "very high")),
    Column("owner", "owner", colour=red_if(lambda row: row["owner"] == "nobody")),
)
_WANTED: Final = (Column("what", "what"), Column("type", "type"))
_DUE: Final = (
    Column("due", "due"),
    Column("left", "left", right=True, colour=red_if(lambda row: row["late"])),
    *_WHOSE,
    *_WANTED,
)
_WAITING: Final = (
    Column("since", "since"),
    Column("waiting", "waiting", right=True),
    *_WHOSE,
    Column("by", "asked by"),
    *_WANTED,
)


def agenda_lines(items: Iterable[Item], page: Page) -> Iterator[str]:
    """Yield the lines of what comes next; instants are microseconds UTC."""
    return _lines([_due(one, page.zone) for one in items], _DUE, page)


def waiting_lines(items: Iterable[Item], page: Page) -> Iterator[str]:
    """Yield the lines of what waits for a decision; instants are microseconds UTC."""
    return _lines([_waiting(one, page.zone) for one in items], _WAITING, page)


def _due(item: Item, zone: tzinfo) -> Item:
    seconds = item["overdue_seconds"]
    late = seconds >= 0
    due, time = at(item["due"], zone), elapsed(abs(seconds))
    head = f"{due}, {time} {'over' if late else 'left'}"
    return _row(item, head) | {"due": due, "left": elapsed(-seconds), "late": late}


def _waiting(item: Item, zone: tzinfo) -> Item:
    since, waiting = at(item["since"], zone), elapsed(item["waiting_seconds"])
    by = item["asked_by"] or ""
    head = f"{since}, waiting {waiting}" + (f", asked by {by}" if by else "")
    return _row(item, head) | {"since": since, "waiting": waiting, "by": by}


def _row(item: Item, head: str) -> Item:
    """Return what both lists show of an item; ``head`` stands over it where a line has no room for all."""
    typed = [item["command"], *(f"or {one}" for one in item["alternatives"])] if item["command"] else []
    risk, owner = item["risk"] or "not assessed", item["owner"] or "nobody"
    return {
        "reference": item["reference"],
        "risk": risk,
        "owner": owner,
        "what": item["explanation"] + ("" if item["open"] else "; the case is closed"),
        "type": typed,
        "head": f"{head}: {item['reference']}, {risk}, {owner}",
        "late": False,
    }


def _lines(rows: Sequence[Item], columns: Sequence[Column], page: Page) -> Iterator[str]:
    half, rest = _room(rows, columns, page.width)
    if page.width is not None and (page.width < WIDE or _breaks(rows, half, rest)):
        return _blocks(rows, page)
    return draw(columns, list(_wrapped(rows, half, rest)), page)


def _breaks(rows: Iterable[Item], half: int | None, rest: int | None) -> bool:
    """Tell whether a word would be broken to fit in its column, or a column has no room at all."""
    texts = [(row["what"], rest) for row in rows] + [(text, half) for row in rows for text in row["type"]]
    return any(cells(word) > (room or 0) for text, room in texts for word in safe_text(text).split())


def _wrapped(rows: Sequence[Item], half: int | None, rest: int | None) -> Iterator[Item]:
    """Yield each row with what is wanted and the commands beside each other, on as many lines as they take."""
    for row in rows:
        typed = [line for text in row["type"] for line in wrapped(text, half)]
        first = row
        for what, words in zip_longest(wrapped(row["what"], rest), typed, fillvalue=""):
            yield first | {"what": what, "type": words}
            first = dict.fromkeys(row, "")


def _room(rows: Sequence[Item], columns: Sequence[Column], width: int | None) -> tuple[int | None, int | None]:
    """Return how many cells the commands have, and how many what is wanted."""
    if width is None:
        return None, None
    shown = ([one.title, *(safe_text(row[one.key]) for row in rows)] for one in columns[:-2])
    left = width - sum(max(map(cells, column)) + _GAP for column in shown) - _GAP
    longest = max((cells(safe_text(text)) for row in rows for text in row["type"]), default=0)
    half = min(longest, max(left // 2, _LEAST))
    return half, left - half


def _blocks(rows: Iterable[Item], page: Page) -> Iterator[str]:
    """Yield a few lines for each: when and whose, what is wanted, and the commands."""
    room = None if page.width is None else max(page.width - len(_INDENT), 1)
    for row in rows:
        colour = "red" if row["late"] else None
        head = (Part(line, colour) for line in wrapped(row["head"], page.width))
        yield from (painted(line, coloured=page.coloured) for line in head)
        for text in (row["what"], *row["type"]):
            yield from (f"{_INDENT}{line}" for line in wrapped(text, room))
