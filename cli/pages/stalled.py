"""Stalled cases for a person: a case's first line says whose it is, and each cause has a line of its own.

WAITING runs from when the wait began and OVER BY from when it was too long. The sentences of the last column
are wrapped beside the others, never cut: they are what the reader came for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import wrapped
from cli.output.table import Column, draw, red_if
from cli.output.terminal import cells
from domain.instant import SECOND
from presentation.escaping import safe_text
from presentation.phrases import day, elapsed
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from cli.output.layout import Page
    from domain.instant import Instant

Item = dict[str, Any]

_LEAST: Final = 12
"""As many cells the last column of a table has at least."""

_GAP: Final = 2


def columns(over: str) -> tuple[Column, ...]:
    """Return the columns; ``over`` is the title of what a wait is over by, or has left."""
    return (
        Column("reference", "case"),
        Column("risk", "risk", colour=red_if(lambda line: line["risk"] == "very high")),
        Column("owner", "owner", colour=red_if(lambda line: line["owner"] == "nobody")),
        Column("team", "team", at_least=110),
        Column("waiting", "waiting", right=True),
        Column("over", over, right=True),
        Column("why", "why"),
    )


def lines(
    items: Iterable[Item], as_at: Instant, page: Page, over: str = "over by", *, flat: bool = False
) -> Iterator[str]:
    """Yield the lines of the table, its head first; instants are microseconds UTC.

    If it is ``flat``, each cause says of which case it is, and nothing else stands in it.
    """
    sign = 1 if over == "over by" else -1
    rows = [row for item in items for row in _rows(item, as_at, sign, page.zone, flat=flat)]
    shown = columns(over)
    room = _room(rows, shown, page)
    yield from draw(shown, [part for row in rows for part in _wrapped(row, room)], page)


def _rows(item: Item, as_at: Instant, sign: int, zone: tzinfo, *, flat: bool) -> Iterator[Item]:
    whose = {
        "reference": item["reference"],
        "risk": item["risk"] or "not assessed",
        "owner": item["owner"] or "nobody",
        "team": item["team"] or "",
    }
    for cause in item["causes"]:
        waiting, over = elapsed((as_at - cause["since"]) // SECOND), elapsed(sign * cause["overdue_seconds"])
        yield _blank(cause["explanation"]) | whose | {"waiting": waiting, "over": over}
        whose = whose if flat else {}
    if flat:
        return
    if not item["open"]:
        yield _blank("! the case is closed")
    for harm in item["harm"]:
        yield _blank(f"! {words_of(harm['kind'])}, {day(harm['at'], zone).strip()}")


def _blank(why: str) -> Item:
    return {"reference": "", "risk": "", "owner": "", "team": "", "waiting": "", "over": "", "why": why}


def _room(rows: Sequence[Item], shown: Sequence[Column], page: Page) -> int | None:
    if page.width is None:
        return None
    fitting = [one for one in shown[:-1] if page.width >= one.at_least]
    columns = ([one.title, *(safe_text(row[one.key]) for row in rows)] for one in fitting)
    return max(page.width - sum(max(map(cells, column)) + _GAP for column in columns), _LEAST)


def _wrapped(row: Item, room: int | None) -> Iterator[Item]:
    first, *rest = wrapped(row["why"], room)
    yield row | {"why": first}
    for line in rest:
        yield _blank(line)
