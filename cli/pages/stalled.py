"""Stalled cases for a person: a case's first line says whose it is, and each cause has a line of its own.

WAITING runs from when the wait began and OVER BY from when it was too long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.output.layout import Page
from cli.output.table import Column, fits, red_if
from domain.instant import SECOND
from presentation.phrases import day, elapsed
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import tzinfo

    from domain.instant import Instant

Item = dict[str, Any]


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


def rows(
    items: Iterable[Item], as_at: Instant, zone: tzinfo, over: str = "over by", *, flat: bool = False
) -> list[Item]:
    """Return the rows of the table; instants are microseconds UTC.

    If it is ``flat``, each cause says of which case it is, and nothing else stands in it.
    """
    sign = 1 if over == "over by" else -1
    return [row for item in items for row in _rows(item, as_at, sign, zone, flat=flat)]


def brief(items: Sequence[Item], width: int | None, zone: tzinfo, over: str = "over by") -> list[Item]:
    """Return a row a case, for ``BRIEF``: its first cause, and how many more it has.

    A cause is a sentence where each of them fits beside the rest in ``width``, else the name that --standard or
    --cause takes.
    """
    rows = _brief(items, over, _sentence)
    if fits(brief_columns(over), rows, Page(width, coloured=False, zone=zone)):
        return rows
    return _brief(items, over, _name)


def _brief(items: Iterable[Item], over: str, words: Callable[[Item], str]) -> list[Item]:
    sign = 1 if over == "over by" else -1
    return [
        _whose(item)
        | {"over": elapsed(sign * item["causes"][0]["overdue_seconds"]), "why": _and_more(words, item["causes"])}
        for item in items
    ]


def brief_columns(over: str) -> tuple[Column, ...]:
    """Return the columns of ``brief``, as ``columns`` does of the whole."""
    return tuple(one for one in columns(over) if one.key not in {"team", "waiting"})


def _sentence(cause: Item) -> str:
    return str(cause["explanation"]).partition(" (")[0]


def _name(cause: Item) -> str:
    return str(cause["standard"] or cause["cause"])


def _and_more(words: Callable[[Item], str], causes: Sequence[Item]) -> str:
    more = f" and {len(causes) - 1} more" if len(causes) > 1 else ""
    return f"{words(causes[0])}{more}"


def _whose(item: Item) -> Item:
    return {
        "reference": item["reference"],
        "risk": item["risk"] or "not assessed",
        "owner": item["owner"] or "nobody",
        "team": item["team"] or "",
    }


def _rows(item: Item, as_at: Instant, sign: int, zone: tzinfo, *, flat: bool) -> Iterator[Item]:
    whose = _whose(item)
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
