"""The entries of a case as rows of a page: when, what, by whom, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.instant import iso
from presentation.cases.entry_notes import AMENDING, closing, entry_notes
from presentation.phrases import at, day, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from projections.views.timeline import Item
    from web.page import PageQuestion


def entry_rows(asked: PageQuestion, items: Sequence[Item], *, newest: bool, whole: bool) -> dict[str, Any]:
    """Return the entries by their days, what is said at their end, and how many amendments are folded away."""
    by_version = {one["version"]: one for one in items}
    shown = [one for one in items if whole or one["event"] not in AMENDING]
    rows = [_row(asked, one, by_version, whole=whole) for one in shown]
    return {
        "entries": rows[::-1] if newest else rows,
        "closing": closing(items),
        "folded": len(items) - len(shown),
        "newest": newest,
        "whole": whole,
    }


def _row(asked: PageQuestion, item: Item, by_version: Mapping[int, Item], *, whole: bool) -> Mapping[str, Any]:
    zone, as_at = asked.look.zone, asked.look.axes.as_at
    late = item["recorded_at"] > as_at
    return {
        "version": item["version"],
        "day": day(item["occurred_at"], zone).strip(),
        "time": time_of_day(item["occurred_at"], zone),
        "iso": iso(item["occurred_at"], zone),
        "summary": item["summary"],
        "who": f"{item['actor']} ({item['role']})" if item["role"] else item["actor"],
        "struck": item["retracted_by"] is not None,
        "notes": list(_notes(item, by_version, asked, whole=whole)),
        "not_known_until": at(item["recorded_at"], zone) if late else None,
    }


def _notes(
    item: Item, by_version: Mapping[int, Item], asked: PageQuestion, *, whole: bool
) -> Iterator[tuple[str, str]]:
    return entry_notes(item, by_version, asked.look.zone, whole=whole)
