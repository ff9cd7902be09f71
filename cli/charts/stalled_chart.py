"""The picture of the stalled cases: for what they wait, for how long that has been too long, at which risk.

Each length of overdue time is a panel, each cause a bar in it: how many cases, never what share of them.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from cli.charts.header import head, instants
from cli.charts.palette import BLACK, GREY, PALE, RISKS
from cli.charts.svg import Caption
from domain.instant import DAY
from domain.rulebook.model import CAUSES
from presentation.phrases import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from presentation.instants import AsOf
    from projections.queries.stalled import StalledCases

BUCKETS: Final = (
    ("up to a day", DAY),
    ("1 to 7 days", 7 * DAY),
    ("7 to 30 days", 30 * DAY),
    ("30 to 90 days", 90 * DAY),
    ("over 90 days", None),
)
"""How long something has been overdue, each up to but without its end."""

_WIDTH: Final = 13.0
_LEFT: Final = 2.1
_RIGHT: Final = 0.9
_TOP: Final = 1.35
_BOTTOM: Final = 0.75
_ROW: Final = 0.36
_GAP: Final = 0.15

Counts = dict[str, list[dict[str | None, int]]]
"""By cause, for each of ``BUCKETS``, how many cases of each risk."""


def counted(answer: StalledCases, as_at: int) -> Counts:
    """Return how many cases wait for each cause; one that waits twice for the same counts for the longer."""
    found: Counts = {cause: [dict.fromkeys(RISKS, 0) for _ in BUCKETS] for cause in CAUSES}
    for case in answer.cases:
        longest = {cause.cause: cause.due for cause in reversed(case.causes)}
        for cause, due in longest.items():
            found[cause][_bucket(as_at - due)][case.risk] += 1
    return {cause: buckets for cause, buckets in found.items() if any(map(_total, buckets))}


def _bucket(overdue: int) -> int:
    return next(place for place, (_, end) in enumerate(BUCKETS) if end is None or overdue < end)


def _total(by_risk: dict[str | None, int]) -> int:
    return sum(by_risk.values())


def draw(answer: StalledCases, as_of: AsOf, narrowed: Sequence[str] = ()) -> tuple[Figure, Caption]:
    """Return the figure of the stalled cases and what it tells; to be made and written while ``svg.settled``.

    ``narrowed`` says in words which cases alone were asked for.
    """
    counts = counted(answer, as_of.axes.as_at)
    height = _TOP + _BOTTOM + _ROW * max(len(counts), 1)
    figure = Figure(figsize=(_WIDTH, height))
    parts: dict[str, tuple[str, str]] = {}
    if counts:
        _panels(figure, counts, parts)
        _legend(figure, counts)
    title = _headline(answer)
    lines = [f"{instants(as_of)}{''.join(f'; {each}' for each in narrowed)}"]
    lines += ["How long overdue, by cause, the gravest first. A case with several causes stands at each."] * bool(
        counts
    )
    head(figure, title, *lines)
    return figure, Caption(title, f"{lines[0]}. {_description(counts)}", parts)


def _headline(answer: StalledCases) -> str:
    verb = "is" if len(answer.cases) == 1 else "are"
    return f"{number(len(answer.cases), 'open case', 'open cases', of=answer.open)} {verb} stalled"


def _panels(figure: Figure, counts: Counts, parts: dict[str, tuple[str, str]]) -> None:
    """Draw a panel for each bucket, all to one scale, so that bars compare across them."""
    longest = max(_total(by_risk) for buckets in counts.values() for by_risk in buckets)
    height = float(figure.get_size_inches()[1])
    width = (_WIDTH - _LEFT - _RIGHT) / len(BUCKETS)
    for place, (name, _) in enumerate(BUCKETS):
        left = (_LEFT + place * width) / _WIDTH
        axes = figure.add_axes((left, _BOTTOM / height, (width - _GAP) / _WIDTH, _ROW * len(counts) / height))
        _frame(axes, name, len(counts), longest)
        for row, (cause, buckets) in enumerate(counts.items()):
            _bar(axes, row, buckets[place], (f"cell-{cause}-{place}", f"{cause}, {name} overdue"), parts)
            if place == 0:
                where = axes.get_yaxis_transform()
                axes.text(-0.04, row, cause, ha="right", va="center", transform=where, gid=f"cause-{cause}")
            if place == len(BUCKETS) - 1:
                _sum(axes, row, sum(map(_total, buckets)))


def _frame(axes: Axes, name: str, rows: int, longest: int) -> None:
    axes.set_xlim(0, longest * 1.25)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(name, fontsize=9, color=BLACK)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(GREY)
    for row in range(rows):
        axes.axhline(row + 0.5, color=PALE, linewidth=0.6, zorder=0)


def _bar(
    axes: Axes,
    row: int,
    by_risk: dict[str | None, int],
    named: tuple[str, str],
    parts: dict[str, tuple[str, str]],
) -> None:
    total = _total(by_risk)
    if not total:
        return
    name, words = named
    ends = [0, *accumulate(by_risk.values())]
    for (risk, count), (left, _) in zip(by_risk.items(), pairwise(ends), strict=True):
        if count:
            look = RISKS[risk]
            (block,) = axes.barh(row, count, 0.66, left, color=look.colour, hatch=look.shape, zorder=2)
            block.set(edgecolor="#444444", linewidth=0.5, gid=f"{name}-{look.words.replace(' ', '-')}")
            parts[str(block.get_gid())] = (
                f"cell {look.words.replace(' ', '-')}",
                f"{words}, {look.words}: {count:,}",
            )
    axes.annotate(
        f"{total:,}", (total, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9, gid=name
    )


def _sum(axes: Axes, row: int, total: int) -> None:
    where = axes.get_yaxis_transform()
    axes.text(1.32, row, f"{total:,}", ha="right", va="center", transform=where, weight="bold")
    if row == 0:
        axes.annotate(
            "all",
            (1.32, 1),
            xycoords="axes fraction",
            xytext=(0, 6),
            textcoords="offset points",
            ha="right",
            weight="bold",
        )  # fmt: skip  (where, then how)


def _legend(figure: Figure, counts: Counts) -> None:
    seen = {
        risk for buckets in counts.values() for by_risk in buckets for risk, count in by_risk.items() if count
    }
    figure.legend(
        handles=[
            Patch(facecolor=look.colour, hatch=look.shape, edgecolor="#444444", linewidth=0.5, label=look.words)
            for risk, look in RISKS.items()
            if risk in seen
        ],
        title="risk",
        loc="lower left",
        bbox_to_anchor=(0.1 / _WIDTH, 0),
        ncols=len(RISKS),
        frameon=False,
        fontsize=8,
        title_fontsize=8,
        alignment="left",
    )  # fmt: skip  (what, then how)


def _description(counts: Counts) -> str:
    words = "; ".join(f"{cause}: {', '.join(_by_length(buckets))}" for cause, buckets in counts.items())
    return f"{words}." if words else "No case is stalled."


def _by_length(buckets: Sequence[dict[str | None, int]]) -> list[str]:
    totals = map(_total, buckets)
    return [f"{total:,} {name}" for (name, _), total in zip(BUCKETS, totals, strict=True) if total]
