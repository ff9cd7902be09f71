"""What became of the clocks of a case, for a person: one line for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, marked
from cli.output.terminal import cells
from domain.duration import in_words
from presentation.escaping import safe_text
from presentation.phrases import at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from cli.output.layout import Page
    from projections.views.timeline import Item

_MARKS: Final = {"started": "+", "stopped": "-", "gone": "-", "breached": "!"}
_COLOURS: Final = {"+": "green", "-": "cyan", "!": "red", "~": "yellow"}


def moved(items: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield the lines of each change of a clock, as ``projections.views.clocks.clock_diff`` has them."""
    named = [safe_text(item["field"]) for item in items]
    widest = max(map(cells, named), default=0)
    for name, item in zip(named, items, strict=True):
        mark = _MARKS.get(item["change"], "~")
        head = f"{name}{' ' * (widest - cells(name))}  "
        yield from marked(Part(mark, _COLOURS[mark]), head, [_said(item, page.zone)], page)


def _said(item: Item, zone: tzinfo) -> str:
    before, after = item["before"], item["after"]
    match item["change"]:
        case "started":
            return f"started {at(after['since'], zone)}, {_due(after, zone)}"
        case "breached":
            return f"overdue from {at(after['due'], zone)}"
        case "stopped":
            return _stopped(after, zone)
        case "continued":
            return f"goes on after all, {_due(after, zone)}"
        case "gone":
            return f"never was: it had started {at(before['since'], zone)}"
        case _:
            return f"{_due(before, zone)} -> {_due(after, zone).removeprefix('due ')}"


def _stopped(clock: Item, zone: tzinfo) -> str:
    if clock["stopped_at"] is None:
        return "not met when the case was resolved"
    how = {"met": "met in time", "met late": "met too late"}.get(clock["state"], "ended: no longer called for")
    return f"{how}, {at(clock['stopped_at'], zone)}"


def _due(clock: Item, zone: tzinfo) -> str:
    limit = in_words(clock["limit"])
    if clock["due"] is None:
        return f"standing still ({limit})" if clock["stands_since"] is not None else f"never due ({limit})"
    return f"due {at(clock['due'], zone)} ({limit})"
