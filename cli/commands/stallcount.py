"""``longcase stalled --by`` and ``--months``: how many wait for how long, and what harm came to light then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.humane import axes
from cli.output import Shape, present, say_out
from cli.table import Column, as_elapsed
from projections.stallcounts import FIELDS, by_month
from projections.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cli.commands.looking import Look
    from cli.given import View
    from projections.runner import Runner
    from projections.stalled import Wanted


def _numbered(counts: Mapping[str, int], _zone: tzinfo) -> str:
    return ", ".join(f"{count:,} {words_of(name)}" for name, count in counts.items())


def _colour_harm(item: Mapping[str, Any]) -> str | None:
    return "red" if item["harm"] else None


_MONTH: Final = Column("month", "month")
_COLUMNS: Final = (
    Column("stalled", "stalled", right=True),
    Column("longest_seconds", "longest over", as_elapsed, right=True),
    Column("overdue_seconds", "all together", as_elapsed, right=True),
    Column("harm", "harm come to light", _numbered, colour=_colour_harm),
    Column("causes", "for what", _numbered),
)


def count(runner: Runner, wanted: Wanted, look: Look, view: View, asked: tuple[str | None, int | None]) -> bool:
    """Show the counts by group, by month, or both; say whether any case is stalled."""
    by, months = asked
    items = list(by_month(runner, wanted, by, months or 1, look.picture.zone))
    columns = (*((_MONTH,) if months else ()), *((Column("group", by, _named),) if by else ()), *_COLUMNS)
    if view.format == "table":
        say_out(_headline(by, months, look))
    present(items, Shape("stalled cases", FIELDS, columns), view, look.picture)
    return any(item["stalled"] for item in items)


def _named(group: str | None, _zone: tzinfo) -> str:
    return group or "none"


def _headline(by: str | None, months: int | None, look: Look) -> str:
    grouped = f" by {by}" if by else ""
    if months is None:
        return f"stalled cases{grouped}, {axes(look.picture)}; harm since the beginning of the month"
    return f"stalled cases{grouped} at the end of each month, the last {axes(look.picture)}"
