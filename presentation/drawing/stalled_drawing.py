"""The picture of the stalled cases: for what they wait, for how long that has been too long, at which risk.

Each length of overdue time is a panel, each cause a bar in it: how many cases, never what share of them.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from presentation.drawing.heading import heading, instants, legend, lowered
from presentation.drawing.markup import SIZE, SMALL, WIDTH, block, hatches, line, paper, part, picture, text
from presentation.drawing.shapes import sample
from presentation.drawing.stalled_counts import BUCKETS, counted, total
from presentation.drawing.styles import GREY, PALE, RISKS
from presentation.drawing.text_lines import width_of
from presentation.phrases import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from presentation.drawing.markup import Element
    from presentation.drawing.stalled_counts import Counts
    from presentation.drawing.styles import Style
    from presentation.instants import AsOf
    from projections.queries.stalled import StalledCases

_LEFT: Final = 190.0
_RIGHT: Final = 62.0
_ROW: Final = 28.0
_BAR: Final = 18.0
_GAP: Final = 12.0
_PANEL: Final = (WIDTH - _LEFT - _RIGHT) / len(BUCKETS)
_EXPLAINED: Final = "How long overdue, by cause, the gravest first. A case with several causes stands at each."


class _Panels(NamedTuple):
    """What is drawn in panels: from which height down, to which scale, with which beginning of ids."""

    counts: Counts
    top: float
    unit: float
    prefix: str

    @property
    def bottom(self) -> float:
        return self.top + _ROW * len(self.counts)


def draw(
    answer: StalledCases,
    as_of: AsOf,
    narrowed: Sequence[str] = (),
    *,
    alone: bool = True,
    prefix: str = "picture",
) -> Element:
    """Return the picture of the stalled cases; ``narrowed`` says in words which cases alone were asked for.

    ``alone`` and ``prefix`` are those of ``case_drawing.draw``.
    """
    counts = counted(answer, as_of.axes.as_at)
    title, asked = _headline(answer), f"{instants(as_of)}{''.join(f'; {each}' for each in narrowed)}"
    head = heading(title, asked, *([_EXPLAINED] if counts else [])) if alone else heading("")._replace(height=0.0)
    panels = _Panels(counts, head.height + 30, _unit(counts), prefix)
    keys = legend((sample(look, prefix), look.words) for look in _risks(counts))
    height = panels.bottom + _GAP + keys.height
    elements = [
        hatches(_risks(counts), prefix),
        *([paper(height), *head.elements] if alone else []),
        *_drawn(panels),
        lowered(keys, panels.bottom + _GAP),
    ]
    return picture(height, title, f"{asked}. {_description(counts)}", elements, prefix)


def _headline(answer: StalledCases) -> str:
    verb = "is" if len(answer.cases) == 1 else "are"
    return f"{number(len(answer.cases), 'open case', 'open cases', of=answer.open)} {verb} stalled"


def _unit(counts: Counts) -> float:
    """Return how wide one case is: the longest bar and the number beside it fill a panel."""
    longest = max((total(by_risk) for buckets in counts.values() for by_risk in buckets), default=1)
    return (_PANEL - _GAP - width_of(f" {longest:,}", SMALL) - 6) / longest


def _risks(counts: Counts) -> list[Style]:
    shown = [by_risk for buckets in counts.values() for by_risk in buckets]
    return [look for risk, look in RISKS.items() if any(by_risk[risk] for by_risk in shown)]


def _drawn(panels: _Panels) -> Iterator[Element]:
    if not panels.counts:
        return
    for place, (name, _) in enumerate(BUCKETS):
        left = _LEFT + _PANEL * place
        yield text(name, left, panels.top - 10, font_size=SMALL)
        yield line((left, panels.top), (left, panels.bottom), GREY, 1.0, class_="axis")
    yield text("all", WIDTH - 8, panels.top - 10, font_size=SMALL, text_anchor="end", font_weight="bold")
    for row, (cause, buckets) in enumerate(panels.counts.items()):
        yield from _row(panels, row, cause, buckets)


def _row(panels: _Panels, row: int, cause: str, buckets: list[dict[str | None, int]]) -> Iterator[Element]:
    top = panels.top + _ROW * row
    base = top + _ROW / 2 + SIZE * 0.36
    yield line((_LEFT, top + _ROW), (WIDTH - _RIGHT, top + _ROW), PALE, 0.8, class_="rule")
    yield text(cause, _LEFT - _GAP, base, text_anchor="end")
    for place, by_risk in enumerate(buckets):
        if total(by_risk):
            yield from _bar(panels, (cause, place), by_risk, top)
    everything = f"{sum(map(total, buckets)):,}"
    yield text(everything, WIDTH - 8, base, text_anchor="end", font_weight="bold")


def _bar(panels: _Panels, cell: tuple[str, int], by_risk: dict[str | None, int], top: float) -> Iterator[Element]:
    cause, place = cell
    left = _LEFT + _PANEL * place
    for (risk, count), (since, until) in zip(
        by_risk.items(), pairwise([0, *accumulate(by_risk.values())]), strict=True
    ):
        if count:
            look = RISKS[risk]
            named = look.words.replace(" ", "-")
            words = f"{cause}, {BUCKETS[place][0]} overdue, {look.words}: {count:,}"
            box = (left + since * panels.unit, top + (_ROW - _BAR) / 2, (until - since) * panels.unit, _BAR)
            name = f"{panels.prefix}-cell-{cause}-{place}-{named}"
            yield part(name, f"cell {named}", words, block(box, look, panels.prefix))
    end = left + total(by_risk) * panels.unit + 5
    yield text(f"{total(by_risk):,}", end, top + _ROW / 2 + SMALL * 0.36, font_size=SMALL)


def _description(counts: Counts) -> str:
    words = "; ".join(f"{cause}: {', '.join(_by_length(buckets))}" for cause, buckets in counts.items())
    return f"{words}." if words else "No case is stalled."


def _by_length(buckets: Sequence[dict[str | None, int]]) -> list[str]:
    totals = map(total, buckets)
    return [f"{found:,} {name}" for (name, _), found in zip(BUCKETS, totals, strict=True) if found]
