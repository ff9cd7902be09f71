"""The picture of a case: its lanes one under the other over the same days, up to the instant asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from cli.commands.looks import BARS, BLACK, GRAVE, GREY, MARKS, PALE, VERMILION
from cli.commands.svg import Told
from cli.commands.ticks import ticks
from cli.humane import elapsed, moment, spoken
from cli.safe import safe_text
from cli.terminal import cut
from domain.instant import EARLIEST, FOREVER, SECOND
from projections.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from cli.commands.lane import Bar, Lane, Mark
    from cli.commands.lanes import Story
    from cli.instants import Picture
    from domain.instant import Instant

WIDTH: Final = 13.0
_LEFT: Final = 2.75
_RIGHT: Final = 1.6
_TOP: Final = 1.0
_BOTTOM: Final = 1.35
_LANE: Final = 0.3
_POINTS: Final = 72
_LETTER: Final = 5.4
_NAME: Final = 36
_END: Final = 24
_SMALL: Final = 8.0
_FAR: Final = 1.5
_LEAST: Final = 3_600 * SECOND


class _Scale(NamedTuple):
    """What the picture spans, and whether the instant asked about lies to the right of it."""

    since: Instant
    until: Instant
    beyond: bool

    def x(self, at: Instant) -> float:
        return (at - self.since) / SECOND

    def points(self, since: Instant, until: Instant) -> float:
        return (until - since) / (self.until - self.since) * (WIDTH - _LEFT - _RIGHT) * _POINTS


def draw(story: Story, picture: Picture) -> tuple[Figure, Told]:
    """Return the figure of a case, which must be drawn and written while ``svg.settled``, and what it tells."""
    scale = _scale(story)
    height = _TOP + _BOTTOM + _LANE * len(story.lanes)
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes(
        (_LEFT / WIDTH, _BOTTOM / height, 1 - (_LEFT + _RIGHT) / WIDTH, _LANE * len(story.lanes) / height)
    )
    axes.set_xlim(scale.x(scale.since), scale.x(scale.until))
    axes.set_ylim(len(story.lanes) - 0.5, -0.5)
    _frame(axes, scale, picture)
    parts: dict[str, tuple[str, str]] = {}
    for row, lane in enumerate(story.lanes):
        _draw_lane(axes, scale, row, lane, picture, parts)
    _draw_instants(axes, scale, story, picture, parts)
    _legend(figure, story)
    title = _title(story)
    _text(figure, 0.15 / WIDTH, 1 - 0.28 / height, title, size=13, weight="bold")
    _text(figure, 0.15 / WIDTH, 1 - 0.54 / height, _subtitle(story, picture), size=9.5, color=GREY)
    return figure, Told(title, _description(story, picture), parts)


def _scale(story: Story) -> _Scale:
    """Return what to show; what lies long after a case that is over would press all of it to the left."""
    reached = [bar.until for lane in story.lanes for bar in lane.bars if bar.kind != "resolved"]
    last = max([*reached, *(mark.at for lane in story.lanes for mark in lane.marks), story.since])
    length = max(last - story.since, _LEAST)
    beyond = story.as_at - last > _FAR * length
    right = last + length // 6 if beyond else max(story.as_at, story.since + _LEAST)
    margin = max(right - story.since, _LEAST) // 100
    return _Scale(max(EARLIEST, story.since - margin), min(FOREVER, right + (0 if beyond else margin)), beyond)


def _frame(axes: Axes, scale: _Scale, picture: Picture) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    found = ticks(scale.since, scale.until, picture.zone)
    axes.set_xticks([scale.x(tick.at) for tick in found], [tick.label for tick in found])
    axes.set_yticks([])
    axes.tick_params(axis="x", color=GREY, labelsize=_SMALL)
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)


def _draw_lane(
    axes: Axes, scale: _Scale, row: int, lane: Lane, picture: Picture, parts: dict[str, tuple[str, str]]
) -> None:
    axes.axhline(row + 0.5, color=PALE, linewidth=0.6, zorder=0)
    _beside(axes, -0.008, row, cut(safe_text(lane.name), _NAME), ha="right", gid=f"name-{row}")
    weight = "bold" if lane.grave else "normal"
    colour = GRAVE if lane.grave else BLACK
    end = _beside(axes, 1.012, row, cut(safe_text(lane.end), _END), ha="left", gid=f"end-{row}")
    end.set(color=colour, fontweight=weight)
    parts[f"name-{row}"] = ("lane", lane.name)
    parts[f"end-{row}"] = ("grave" if lane.grave else "state", lane.end)
    for number, bar in enumerate(lane.bars):
        name = f"bar-{row}-{number}"
        _draw_bar(axes, scale, row, bar, name)
        times = f"{moment(bar.since, picture.zone).strip()} to {moment(bar.until, picture.zone).strip()}"
        parts[name] = (f"bar {bar.kind}", f"{bar.words}: {times}")
    for number, mark in enumerate(lane.marks):
        name = f"mark-{row}-{number}"
        _draw_mark(axes, scale.x(mark.at), row, mark, name)
        parts[name] = (f"mark {mark.kind}", f"{moment(mark.at, picture.zone).strip()}: {mark.words}")


def _draw_bar(axes: Axes, scale: _Scale, row: int, bar: Bar, name: str) -> None:
    look = BARS[bar.kind]
    left, right = scale.x(bar.since), scale.x(min(bar.until, scale.until))
    if look.thin:
        y = _offset(row, bar.row)
        axes.add_line(Line2D([left, right], [y, y], color=look.colour, linewidth=1.2, gid=name, zorder=2))
        return
    axes.add_patch(
        Rectangle(
            (left, row - 0.32), right - left, 0.64, gid=name, zorder=2,
            facecolor=look.colour, edgecolor=_edge(bar.kind), hatch=look.shape, linewidth=0.5,
        )
    )  # fmt: skip  (where, then how)
    label = safe_text(bar.label)
    if label and scale.points(bar.since, min(bar.until, scale.until)) > (len(label) + 1) * _LETTER:
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.88} if look.shape else None
        axes.text(
            (left + right) / 2, row, label, ha="center", va="center_baseline",
            fontsize=_SMALL, color=BLACK, zorder=4, bbox=ground,
        )  # fmt: skip  (where, then how)


def _edge(kind: str) -> str:
    return "#7a3500" if BARS[kind].colour == VERMILION else "#555555" if BARS[kind].shape else "white"


def _draw_mark(axes: Axes, x: float, row: int, mark: Mark, name: str) -> None:
    look = MARKS[mark.kind]
    y = _offset(row, mark.row) if mark.kind == "happened" else row
    size = {"due": 15, "paper": 8, "turn": 4, "happened": 5}.get(mark.kind, 6)
    axes.plot(
        [x], [y], look.shape, markersize=size, gid=name, zorder=3, clip_on=False,
        markerfacecolor=look.colour, markeredgecolor=GREY if mark.kind == "paper" else BLACK,
        markeredgewidth=1.6 if mark.kind == "due" else 0.8,
    )  # fmt: skip  (where, then how)


def _offset(row: int, place: int) -> float:
    return row + (place - 1.5) * 0.17
