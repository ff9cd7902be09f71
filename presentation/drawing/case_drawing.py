"""The picture of a case: its lanes one under the other over the same days, up to the instant asked about."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from domain.instant import EARLIEST, FOREVER, SECOND
from presentation.drawing.heading import heading, instants, legend, lowered
from presentation.drawing.lane_rows import LEFT, RIGHT, Scale, drawn_row, rows_of
from presentation.drawing.markup import SMALL, WIDTH, hatches, line, paper, part, picture, text
from presentation.drawing.shapes import bar_sample, mark
from presentation.drawing.styles import BARS, GREY, MARKS, PALE
from presentation.drawing.ticks import ticks
from presentation.phrases import elapsed, spoken
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presentation.drawing.markup import Element
    from presentation.instants import AsOf
    from presentation.lanes.case_lanes import CaseLanes

_INSTANTS: Final = 32.0
_AXIS: Final = 42.0
_FAR: Final = 1.5
_LEAST: Final = 3_600 * SECOND


def draw(shown: CaseLanes, as_of: AsOf, *, alone: bool = True, prefix: str = "picture") -> Element:
    """Return the picture of a case.

    One that stands ``alone`` has a white ground and a heading; within a page, the page says whose it is, and
    ``prefix`` sets its ids apart from those of other pictures there.
    """
    head = heading(case_title(shown), _subtitle(shown, as_of)) if alone else heading("")._replace(height=0.0)
    rows = rows_of(shown.lanes, head.height + _INSTANTS)
    bottom = rows[-1].top + rows[-1].height
    keys = legend(_samples(shown, prefix))
    height = bottom + _AXIS + keys.height
    scale = _scale(shown)
    elements = [
        hatches((BARS[kind] for kind in _kinds(shown)), prefix),
        *([paper(height), *head.elements] if alone else []),
        *_axis(scale, rows[0].top, bottom, as_of, prefix),
        *chain.from_iterable(drawn_row(row, scale, as_of.zone, prefix) for row in rows),
        *_lines(scale, shown, (rows[0].top, bottom), as_of, prefix),
        lowered(keys, bottom + _AXIS),
    ]
    return picture(height, case_title(shown), _description(shown, as_of), elements, prefix)


def _scale(shown: CaseLanes) -> Scale:
    """Return what to show; what lies long after a case that is over would press all of it to the left."""
    reached = [bar.until for lane in shown.lanes for bar in lane.bars if bar.kind != "resolved"]
    last = max([*reached, *(one.at for lane in shown.lanes for one in lane.marks), shown.since])
    length = max(last - shown.since, _LEAST)
    beyond = shown.as_at - last > _FAR * length
    right = last + length // 6 if beyond else max(shown.as_at, shown.since + _LEAST)
    margin = max(right - shown.since, _LEAST) // 100
    return Scale(max(EARLIEST, shown.since - margin), min(FOREVER, right + (0 if beyond else margin)), beyond)


def _axis(scale: Scale, top: float, bottom: float, as_of: AsOf, prefix: str) -> Iterator[Element]:
    """Yield the axis, marked at round times, with the day or the year below the first mark that belongs to it."""
    yield line((LEFT, bottom), (WIDTH - RIGHT, bottom), GREY, 1.0, class_="axis")
    for number, tick in enumerate(ticks(scale.since, scale.until, as_of.zone)):
        x = scale.x(tick.at)
        yield part(
            f"{prefix}-tick-{number}",
            "tick",
            "",
            line((x, top), (x, bottom + 4), PALE, 1.0, class_="rule"),
            text(tick.label, x, bottom + 16, font_size=SMALL, text_anchor="middle"),
            *([text(tick.under, x, bottom + 30, font_size=SMALL, text_anchor="middle")] if tick.under else []),
        )


def _lines(
    scale: Scale, shown: CaseLanes, span: tuple[float, float], as_of: AsOf, prefix: str
) -> Iterator[Element]:
    """Yield the lines of the instant asked about, and of the one of knowledge where it is another."""
    further = f", {elapsed((shown.as_at - scale.until) // SECOND)} further on →" if scale.beyond else ""
    words = f"as at {spoken(as_of.axes.as_at, as_of.zone)}{further}"
    at = scale.until if scale.beyond else shown.as_at
    yield part(f"{prefix}-as-at", "as-at", words, *_upright(scale.x(at), span, words, 0))
    known = as_of.axes.known_at
    if scale.since <= known < shown.as_at and not scale.beyond:
        words = f"known at {spoken(known, as_of.zone)}"
        yield part(f"{prefix}-known-at", "known-at", words, *_upright(scale.x(known), span, words, 1))


def _upright(x: float, span: tuple[float, float], words: str, place: int) -> Iterator[Element]:
    top, bottom = span
    dashes = "2 3" if place else "6 4"
    yield line((x, top - 2 - 13 * place), (x, bottom), "currentColor", 1.3, stroke_dasharray=dashes)
    anchor = "end" if x > (LEFT + WIDTH - RIGHT) / 2 else "start"
    yield text(words, x, top - 6 - 13 * place, font_size=SMALL, text_anchor=anchor)


def _kinds(shown: CaseLanes) -> list[str]:
    found = {bar.kind for lane in shown.lanes for bar in lane.bars}
    return [kind for kind in BARS if kind in found]


def _samples(shown: CaseLanes, prefix: str) -> Iterator[tuple[Element, str]]:
    """Yield a sample of every kind of bar and mark that the picture holds, and of no other."""
    marks = {one.kind for lane in shown.lanes for one in lane.marks}
    yield from ((bar_sample(kind, prefix), BARS[kind].words) for kind in _kinds(shown))
    yield from ((mark(kind), look.words) for kind, look in MARKS.items() if kind in marks and look.words)


def case_title(shown: CaseLanes) -> str:
    """Return what is said of a case above its picture: reference, category, risk, owner."""
    case = shown.case
    risk = f"{case.risk} risk" if case.risk else "risk not assessed"
    team = f", {case.team}" if case.owner and case.team else ""
    owner = f"{case.owner}{team}" if case.owner else "nobody's"
    record = ["restricted"] if case.record == "restricted" else []
    return " · ".join([case.reference, words_of(case.category or ""), risk, owner, *record])


def _subtitle(shown: CaseLanes, as_of: AsOf) -> str:
    closed_at, as_at = shown.case.closed_at, shown.as_at
    age = elapsed(((closed_at or as_at) - (shown.case.reported_at or as_at)) // SECOND)
    state = f"closed after {age}" if closed_at is not None else f"open {age}"
    return f"{state}, {instants(as_of)}; times in {as_of.zone}"


def _description(shown: CaseLanes, as_of: AsOf) -> str:
    lanes = "; ".join(f"{lane.name}: {lane.end}" for lane in shown.lanes if lane.end)
    return f"{case_title(shown)}. {_subtitle(shown, as_of)}. {lanes}."
