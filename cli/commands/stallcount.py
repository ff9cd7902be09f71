"""``longcase stalled --by`` and ``--months``: how many wait for how long, and what harm came to light meanwhile."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from cli.humane import axes, spoken
from cli.output import Shape, present, say_out
from cli.table import Column, as_elapsed
from domain.instant import from_datetime, to_datetime
from projections.stallcounts import FIELDS, counted, harms
from projections.stalled import Wanted, stalled
from projections.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from cli.commands.looking import Look
    from cli.given import View
    from domain.instant import Instant
    from projections.runner import Runner


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


def count(runner: Runner, wanted: Wanted, look: Look, view: View, asked: tuple[str | None, int | None]) -> int:
    """Show the counts by group, by month, or both; return 0, the exit code."""
    by, months = asked
    ends = _ends(look.picture.as_at, months, look.picture.zone)
    items = [one for since, at in pairwise(ends) for one in _counts(runner, wanted, (since, at), by, look)]
    columns = (*((_MONTH,) if months else ()), *((Column("group", by, _named),) if by else ()), *_COLUMNS)
    if view.format == "table":
        say_out(_headline(by, months, look))
    present(items, Shape("stalled cases", FIELDS, columns), view, look.picture)
    return 0


def _named(group: str | None, _zone: tzinfo) -> str:
    return group or "none"


def _counts(
    runner: Runner, wanted: Wanted, span: tuple[Instant, Instant], by: str | None, look: Look
) -> Iterator[dict[str, Any]]:
    since, at = span
    then = wanted._replace(as_at=at)
    found = harms(runner, then, since + 1, at + 1)
    moment = to_datetime(at, look.picture.zone)
    month = f"{moment.year:04}-{moment.month:02}"
    for item in counted(stalled(runner, then), found, by, at):
        yield {"month": month, "at": at, "by": by, **item}


def _ends(as_at: Instant, months: int | None, zone: tzinfo) -> list[Instant]:
    """Return the ends of the months asked for, from the one before the first of them; the last is ``as_at``."""
    ends = [as_at]
    moment = to_datetime(as_at, zone)
    for _ in range(months or 1):
        moment = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        ends.insert(0, from_datetime(moment) - 1)
        moment = to_datetime(ends[0], zone)
    return ends


def _headline(by: str | None, months: int | None, look: Look) -> str:
    grouped = f" by {by}" if by else ""
    if months is None:
        return f"stalled cases{grouped}, {axes(look.picture)}; harm since the beginning of the month"
    last = spoken(look.picture.as_at, look.picture.zone)
    return f"stalled cases{grouped} at the end of each month, up to {last}"
