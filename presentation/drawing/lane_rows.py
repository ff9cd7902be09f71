"""Lanes as they are drawn: the bars and the marks of each, its name on the left, how it stands on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from presentation.drawing.markup import SIZE, SMALL, WIDTH, block, label, line, part, text
from presentation.drawing.shapes import mark
from presentation.drawing.styles import BARS, GRAVE, PALE
from presentation.drawing.text_lines import broken, width_of
from presentation.escaping import safe_text
from presentation.lanes.clustering import together
from presentation.phrases import at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from domain.instant import Instant
    from presentation.drawing.markup import Element
    from presentation.lanes.lane import Bar, Lane, Mark

LEFT: Final = 262.0
"""How much room the names have, left of the lanes, and ``RIGHT`` how they stand."""

RIGHT: Final = 178.0
_LEAST: Final = 26.0
_LINE: Final = 14.0
_GAP: Final = 10.0


class Scale(NamedTuple):
    """What a picture spans, in microseconds UTC; ``beyond`` if the instant asked about lies to its right."""

    since: Instant
    until: Instant
    beyond: bool

    def x(self, at: Instant) -> float:
        """Return where an instant stands."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - self.since) / (self.until - self.since)

    @property
    def unit(self) -> Instant:
        """How many microseconds one unit is wide, at least one."""
        return max(int((self.until - self.since) / (WIDTH - LEFT - RIGHT)), 1)


class LaneRow(NamedTuple):
    """A lane at its place: its number from the top, the height of its upper edge, and how high it is."""

    lane: Lane
    number: int
    top: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.top + self.height / 2


def rows_of(lanes: list[Lane], top: float) -> list[LaneRow]:
    """Return the lanes one under the other, each high enough for its name and for how it stands."""
    found = []
    for number, lane in enumerate(lanes):
        lines = max(len(_name_lines(lane)), len(_end_lines(lane)))
        height = max(_LEAST, lines * _LINE + 6)
        found.append(LaneRow(lane, number, top, height))
        top += height
    return found


def _name_lines(lane: Lane) -> list[str]:
    return broken(lane.name, LEFT - 2 * _GAP, SIZE)


def _end_lines(lane: Lane) -> list[str]:
    return broken(lane.end, RIGHT - 2 * _GAP, SIZE)


def drawn_row(row: LaneRow, scale: Scale, zone: tzinfo, prefix: str) -> Iterator[Element]:
    """Yield a lane: the line below it, what stands beside it, its bars and its marks."""
    bottom = row.top + row.height
    yield line((LEFT, bottom), (WIDTH - RIGHT, bottom), PALE, 0.8, class_="rule")
    yield from _beside(row, prefix)
    merged = together(row.lane, scale.unit)
    for number, bar in enumerate(merged.bars):
        words = f"{bar.words}: {at(bar.since, zone)} to {at(bar.until, zone)}"
        yield part(
            f"{prefix}-bar-{row.number}-{number}", f"bar {bar.kind}", words, *_bar(row, bar, scale, prefix)
        )
    for number, one in enumerate(merged.marks):
        words = f"{at(one.at, zone)}: {one.words}"
        yield part(f"{prefix}-mark-{row.number}-{number}", f"mark {one.kind}", words, _mark(row, one, scale))


def _beside(row: LaneRow, prefix: str) -> Iterator[Element]:
    lane = row.lane
    grave: dict[str, str | float] = {"fill": GRAVE, "font_weight": "bold"}
    names = _column(row, _name_lines(lane), LEFT - _GAP, text_anchor="end")
    yield part(f"{prefix}-name-{row.number}", "lane", lane.name, *names)
    if lane.end:
        ends = _column(row, _end_lines(lane), WIDTH - RIGHT + _GAP, **(grave if lane.grave else {}))
        yield part(f"{prefix}-end-{row.number}", "grave" if lane.grave else "state", lane.end, *ends)


def _column(row: LaneRow, lines: list[str], x: float, **look: str | float) -> list[Element]:
    first = row.middle - _LINE * (len(lines) - 1) / 2 + SIZE * 0.36
    return [text(words, x, first + _LINE * place, **look) for place, words in enumerate(lines)]


def _bar(row: LaneRow, bar: Bar, scale: Scale, prefix: str) -> Iterator[Element]:
    look, left, right = BARS[bar.kind], scale.x(bar.since), scale.x(min(bar.until, scale.until))
    if look.thin:
        y = _offset(row, bar.row)
        yield line((left, y), (max(right, left + 0.5), y), look.colour, 1.6)
        return
    yield block((left, row.middle - 8.5, right - left, 17.0), look, prefix)
    if bar.label and right - left > width_of(safe_text(bar.label), SMALL) + 6:
        yield label(bar.label, (left + right) / 2, row.middle, haloed=bool(look.shape))


def _mark(row: LaneRow, one: Mark, scale: Scale) -> Element:
    return mark(one.kind, scale.x(one.at), _offset(row, one.row) if one.kind == "happened" else row.middle)


def _offset(row: LaneRow, place: int) -> float:
    return row.middle + (place - 1.5) * 4.6
