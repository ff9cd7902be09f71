"""What became of the clocks of a case, for a person: one line for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, painted, room_beside, wrapped
from cli.output.terminal import cells
from domain.duration import in_words
from presentation.escaping import safe_text
from presentation.phrases import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from cli.output.table import Page
    from projections.views.timeline import Item

_MARKS: Final = {"started": "+", "stopped": "-", "gone": "-", "breached": "!"}
_COLOURS: Final = {"+": "green", "-": "cyan", "!": "red", "~": "yellow"}


def moved(items: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield the lines of each change of a clock, as ``projections.views.clock_diff`` has them."""
    named = [safe_text(item["field"]) for item in items]
    widest = max(map(cells, named), default=0)
    for name, item in zip(named, items, strict=True):
        mark = _MARKS.get(item["change"], "~")
        coloured = painted(Part(mark, _COLOURS[mark]), coloured=page.coloured)
        head = f"  {coloured} {name}{' ' * (widest - cells(name))}  "
        room = room_beside(page.width, widest + 6)
        first, *rest = wrapped(_said(item, page.zone), room)
        yield f"{head}{first}"
        yield from (f"{' ' * (widest + 6)}{line}" for line in rest)


def _said(item: Item, zone: tzinfo) -> str:
    before, after = item["before"], item["after"]
    match item["change"]:
        case "started":
            return f"started {_at(after['since'], zone)}, {_due(after, zone)}"
        case "breached":
            return f"overdue from {_at(after['due'], zone)}"
        case "stopped":
            return _stopped(after, zone)
        case "continued":
            return f"goes on after all, {_due(after, zone)}"
        case "gone":
            return f"never was: it had started {_at(before['since'], zone)}"
        case _:
            return f"{_due(before, zone)} -> {_due(after, zone).removeprefix('due ')}"


def _stopped(clock: Item, zone: tzinfo) -> str:
    if clock["stopped_at"] is None:
        return "not met when the case was resolved"
    how = {"met": "met in time", "met late": "met too late"}.get(clock["state"], "ended: no longer called for")
    return f"{how}, {_at(clock['stopped_at'], zone)}"


def _due(clock: Item, zone: tzinfo) -> str:
    limit = in_words(clock["limit"])
    if clock["due"] is None:
        return f"standing still ({limit})" if clock["stands_since"] is not None else f"never due ({limit})"
    return f"due {_at(clock['due'], zone)} ({limit})"


def _at(instant: int, zone: tzinfo) -> str:
    return moment(instant, zone).strip()
