"""The picture of a case: its lanes one under the other over the same days, up to the instant asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.figure import Figure

from cli.charts.header import head, instants
from cli.charts.painter import LEFT, RIGHT, SMALL, WIDTH, Lanes, Scale, bar_sample, mark_sample
from cli.charts.palette import BARS, BLACK, GREY, MARKS, PALE
from cli.charts.svg import Caption
from cli.charts.ticks import mark_times
from domain.instant import EARLIEST, FOREVER, SECOND
from presentation.phrases import elapsed, spoken
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from presentation.instants import AsOf
    from presentation.lanes.case_lanes import CaseLanes

_TOP: Final = 1.0
_AXIS: Final = 0.6
_KEY: Final = 0.19
_KEYS: Final = 6
_LANE: Final = 0.3
_FAR: Final = 1.5
_LEAST: Final = 3_600 * SECOND
_LAST: Final = FOREVER - SECOND
"""Where a picture ends at the latest: what comes after is rounded up to a year that matplotlib does not know."""


def draw(shown: CaseLanes, as_of: AsOf) -> tuple[Figure, Caption]:
    """Return the figure of a case and what it tells; it must be made and written while ``svg.settled``."""
    rows = len(shown.lanes)
    handles = _handles(shown)
    bottom = _AXIS + _KEY * -(-len(handles) // _KEYS)
    height = _TOP + bottom + _LANE * rows
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((LEFT / WIDTH, bottom / height, 1 - (LEFT + RIGHT) / WIDTH, _LANE * rows / height))
    scale = _scale(shown)
    _frame(axes, scale, rows, as_of)
    lanes = Lanes(axes, scale, as_of.zone, {})
    for row, lane in enumerate(shown.lanes):
        lanes.paint(row, lane)
    _draw_instants(axes, scale, shown, as_of)
    _legend(figure, handles)
    head(figure, _title(shown), _subtitle(shown, as_of))
    return figure, Caption(_title(shown), _description(shown, as_of), lanes.parts)


def _scale(shown: CaseLanes) -> Scale:
    """Return what to show; what lies long after a case that is over would press all of it to the left."""
    reached = [bar.until for lane in shown.lanes for bar in lane.bars if bar.kind != "resolved"]
    last = max([*reached, *(mark.at for lane in shown.lanes for mark in lane.marks), shown.since])
    length = max(last - shown.since, _LEAST)
    beyond = shown.as_at - last > _FAR * length
    right = last + length // 6 if beyond else max(shown.as_at, shown.since + _LEAST)
    margin = max(right - shown.since, _LEAST) // 100
    return Scale(max(EARLIEST, shown.since - margin), min(_LAST, right + (0 if beyond else margin)), beyond)


def _frame(axes: Axes, scale: Scale, rows: int, as_of: AsOf) -> None:
    axes.set_xlim(scale.x(scale.since), scale.x(scale.until))
    axes.set_ylim(rows - 0.5, -0.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    mark_times(axes.xaxis, scale.since, scale.until, as_of.zone)
    axes.xaxis.get_offset_text().set_fontsize(SMALL)
    axes.set_yticks([])
    axes.tick_params(axis="x", color=GREY, labelsize=SMALL)
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)


def _draw_instants(axes: Axes, scale: Scale, shown: CaseLanes, as_of: AsOf) -> None:
    """Draw the lines of the instant asked about, and of the one of knowledge where it is another."""
    at = scale.until if scale.beyond else shown.as_at
    axes.axvline(scale.x(at), color=BLACK, linestyle="--", linewidth=1.3, zorder=5, gid="as-at")
    further = f", {elapsed((shown.as_at - scale.until) // SECOND)} further on →" if scale.beyond else ""
    _above(axes, scale.x(at), f"as at {spoken(as_of.axes.as_at, as_of.zone)}{further}", 0)
    known = as_of.axes.known_at
    if scale.since <= known < shown.as_at and not scale.beyond:
        axes.axvline(scale.x(known), color=GREY, linestyle=":", linewidth=1.3, zorder=5, gid="known-at")
        _above(axes, scale.x(known), f"known at {spoken(known, as_of.zone)}", 1)


def _above(axes: Axes, x: float, text: str, row: int) -> None:
    axes.annotate(
        text,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4 + 11 * row),
        textcoords="offset points",
        ha="right" if x > sum(axes.get_xlim()) / 2 else "left",
        va="bottom",
        fontsize=SMALL,
        annotation_clip=False,
    )  # fmt: skip  (where, then how)


def _handles(shown: CaseLanes) -> list[Artist]:
    """Return a sample of every kind of bar and mark that the picture holds, and of no other."""
    bars = {bar.kind for lane in shown.lanes for bar in lane.bars}
    marks = {mark.kind for lane in shown.lanes for mark in lane.marks}
    samples: list[Artist] = [bar_sample(kind) for kind in BARS if kind in bars]
    return samples + [mark_sample(kind) for kind, look in MARKS.items() if kind in marks and look.words]


def _legend(figure: Figure, handles: list[Artist]) -> None:
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.1 / WIDTH, 0.0),
        ncols=_KEYS,
        frameon=False,
        fontsize=SMALL,
        handlelength=2.2,
        columnspacing=1.6,
    )  # fmt: skip  (where, then how)


def _title(shown: CaseLanes) -> str:
    case = shown.case
    risk = f"{case.risk} risk" if case.risk else "risk not assessed"
    team = f", {case.team}" if case.owner and case.team else ""
    owner = f"{case.owner}{team}" if case.owner else "nobody's"
    record = ["restricted"] if case.record == "restricted" else []
    return " · ".join([case.reference, words_of(case.category or ""), risk, owner, *record])


def _subtitle(shown: CaseLanes, as_of: AsOf) -> str:
    age = elapsed(((shown.case.closed_at or shown.as_at) - (shown.case.reported_at or shown.as_at)) // SECOND)
    state = f"closed after {age}" if shown.case.closed_at is not None else f"open {age}"
    return f"{state}, {instants(as_of)}; times in {as_of.zone}"


def _description(shown: CaseLanes, as_of: AsOf) -> str:
    lanes = "; ".join(f"{lane.name}: {lane.end}" for lane in shown.lanes if lane.end)
    return f"{_title(shown)}. {_subtitle(shown, as_of)}. {lanes}."
