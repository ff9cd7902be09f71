"""Lanes as they are painted: the bars and the marks of each, its name on the left, how it stands on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from cli.charts.palette import BARS, BLACK, GRAVE, GREY, MARKS, PALE, VERMILION
from cli.output.terminal import cut
from domain.instant import DAY
from presentation.escaping import safe_text
from presentation.lanes.clustering import together
from presentation.phrases import at

if TYPE_CHECKING:
    from datetime import tzinfo

    from matplotlib.axes import Axes

    from domain.instant import Instant
    from presentation.lanes.lane import Bar, Lane, Mark

WIDTH: Final = 14.0
"""How wide a picture is, in inches, as are ``LEFT`` and ``RIGHT``, what stands beside its lanes."""

LEFT: Final = 3.4
RIGHT: Final = 1.95
SMALL: Final = 8.0
"""The size of small print, in points."""

_POINTS: Final = 72
_LETTER: Final = 5.4
_NAME: Final = 46
_END: Final = 26
_SIZES: Final = {"due": 15, "paper": 8, "turn": 4, "happened": 5}


class Scale(NamedTuple):
    """What the picture spans, in microseconds UTC; ``beyond`` if the instant asked about lies to its right."""

    since: Instant
    until: Instant
    beyond: bool

    def x(self, at: Instant) -> float:
        """Return where an instant stands on the axis, in days since 1970, as matplotlib counts them."""
        return at / DAY

    @property
    def point(self) -> Instant:
        """How many microseconds one point is wide."""
        return int((self.until - self.since) / ((WIDTH - LEFT - RIGHT) * _POINTS))

    def points(self, since: Instant, until: Instant) -> float:
        """Return how wide a bar is drawn."""
        return (until - since) / max(self.point, 1)


class Lanes(NamedTuple):
    """Where lanes are painted; ``parts`` takes up, by its id, the class and the words of each part."""

    axes: Axes
    scale: Scale
    zone: tzinfo
    parts: dict[str, tuple[str, str]]

    def paint(self, row: int, lane: Lane) -> None:
        """Paint a lane as the one numbered ``row`` from the top."""
        self.axes.axhline(row + 0.5, color=PALE, linewidth=0.6, zorder=0)
        self._beside(row, lane)
        lane = together(lane, self.scale.point)
        for number, bar in enumerate(lane.bars):
            name = f"bar-{row}-{number}"
            self._bar(row, bar, name)
            self.parts[name] = (
                f"bar {bar.kind}",
                f"{bar.words}: {at(bar.since, self.zone)} to {at(bar.until, self.zone)}",
            )
        for number, mark in enumerate(lane.marks):
            name = f"mark-{row}-{number}"
            self._mark(row, mark, name)
            self.parts[name] = f"mark {mark.kind}", f"{at(mark.at, self.zone)}: {mark.words}"

    def _beside(self, row: int, lane: Lane) -> None:
        where = self.axes.get_yaxis_transform()
        named, stands = cut(safe_text(lane.name), _NAME), cut(safe_text(lane.end), _END)
        self.axes.text(-0.008, row, named, ha="right", va="center", transform=where, gid=f"name-{row}")
        self.axes.text(
            1.012,
            row,
            stands,
            ha="left",
            va="center",
            transform=where,
            gid=f"end-{row}",
            color=GRAVE if lane.grave else BLACK,
            weight="bold" if lane.grave else "normal",
        )  # fmt: skip  (where, then how)
        self.parts[f"name-{row}"] = "lane", lane.name
        self.parts[f"end-{row}"] = "grave" if lane.grave else "state", lane.end

    def _bar(self, row: int, bar: Bar, name: str) -> None:
        until = min(bar.until, self.scale.until)
        left, right = self.scale.x(bar.since), self.scale.x(until)
        look = BARS[bar.kind]
        if look.thin:
            line = [_offset(row, bar.row)] * 2
            self.axes.add_artist(Line2D([left, right], line, color=look.colour, linewidth=1.2, gid=name))
            return
        block = Rectangle((left, row - 0.32), right - left, 0.64, gid=name, zorder=2)
        _dress(block, bar.kind)
        self.axes.add_artist(block)
        label = safe_text(bar.label)
        if label and self.scale.points(bar.since, until) > (len(label) + 1) * _LETTER:
            self._label((left + right) / 2, row, label, hatched=bool(look.shape))

    def _label(self, x: float, row: int, label: str, *, hatched: bool) -> None:
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.88} if hatched else None
        self.axes.text(
            x,
            row,
            label,
            ha="center",
            va="center_baseline",
            fontsize=SMALL,
            color=BLACK,
            zorder=4,
            bbox=box,
        )

    def _mark(self, row: int, mark: Mark, name: str) -> None:
        sample = mark_sample(mark.kind)
        sample.set_data([self.scale.x(mark.at)], [_offset(row, mark.row) if mark.kind == "happened" else row])
        sample.set(gid=name, zorder=3, clip_on=False, markersize=_SIZES.get(mark.kind, 6))
        self.axes.add_artist(sample)


def _dress(block: Patch, kind: str) -> None:
    look = BARS[kind]
    edge = "#7a3500" if look.colour == VERMILION else "#555555" if look.shape else "white"
    block.set(facecolor=look.colour, edgecolor=edge, hatch=look.shape, linewidth=0.5)


def bar_sample(kind: str) -> Line2D | Patch:
    """Return what stands for a kind of bar in a legend."""
    look = BARS[kind]
    if look.thin:
        return Line2D([], [], color=look.colour, linewidth=1.2, label=look.words)
    block = Patch(label=look.words)
    _dress(block, kind)
    return block


def mark_sample(kind: str) -> Line2D:
    """Return a mark of a kind, to stand in a legend or to be put where it belongs."""
    look = MARKS[kind]
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=look.shape,
        markersize=6,
        label=look.words,
        markerfacecolor=look.colour,
        markeredgecolor=GREY if kind == "paper" else BLACK,
        markeredgewidth=1.6 if kind == "due" else 0.8,
    )  # fmt: skip  (what, then how)


def _offset(row: int, place: int) -> float:
    return row + (place - 1.5) * 0.17
