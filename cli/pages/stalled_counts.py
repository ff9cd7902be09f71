"""``longcase stalled --by`` and ``--months``: how many wait for how long, and what harm came to light then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import headline
from cli.output.streams import Shape, present
from cli.output.table import Column, as_elapsed, or_else, red_if
from presentation import headlines
from projections.queries.stalled_counts import FIELDS, by_month
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from cli.input.requests import View
    from presentation.look import Look
    from projections.queries.stalled import StalledQuery
    from projections.runner.runner import Runner


def _numbered(counts: Mapping[str, int], _zone: tzinfo) -> str:
    return ", ".join(f"{count:,} {words_of(name)}" for name, count in counts.items())


# Cases that lack what they are counted by are called as in every other list.
_WITHOUT: Final = {"owner": "nobody", "supervisor": "nobody", "risk": "not assessed"}
_MONTH: Final = Column("month", "month")
_COLUMNS: Final = (
    Column("stalled", "stalled", right=True),
    Column("longest_seconds", "longest overdue", as_elapsed, right=True),
    Column("overdue_seconds", "overdue in all", as_elapsed, right=True),
    Column("harm", "harm come to light", _numbered, colour=red_if(lambda item: item["harm"])),
    Column("causes", "for what", _numbered),
)


def count(
    runner: Runner, wanted: StalledQuery, look: Look, view: View, asked: tuple[str | None, int | None]
) -> bool:
    """Show the counts by group, by month, or both; say whether any case is stalled.

    Where there are more lines than the limit, the latest months are shown.
    """
    by, months = asked
    items = list(by_month(runner, wanted, by, months or 1, look.zone))
    group = (Column("group", by, or_else(_WITHOUT.get(by, "none"))),) if by else ()
    columns = (*((_MONTH,) if months else ()), *group, *_COLUMNS)
    if view.format == "table":
        headline(headlines.stalled_counts(by, months, look.as_of))
    shown = items[-view.row_limit :] if months and view.row_limit else items
    noun = "lines" if items else "stalled cases"
    present(shown, Shape(noun, FIELDS, columns), view, look.as_of, total=len(items))
    return any(item["stalled"] for item in items)
