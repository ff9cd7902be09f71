"""What stands above and below a picture: its title, the two instants that it shows, and what its looks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from presentation.drawing.markup import SMALL, WIDTH, Element, element, text
from presentation.drawing.styles import DARK_GREY
from presentation.drawing.text_lines import broken, width_of
from presentation.phrases import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presentation.instants import AsOf

EDGE: Final = 8.0
"""How far what is drawn keeps from the edge."""

_TITLE: Final = 16.0
_LEGEND: Final = 18.0
_SAMPLE: Final = 30.0


class Drawn(NamedTuple):
    """Elements, and how high they are."""

    elements: list[Element]
    height: float


def instants(as_of: AsOf) -> str:
    """Return the two instants of a picture in words that hold on any later day, too."""
    world, known = (spoken(at, as_of.zone) for at in (as_of.axes.as_at, as_of.axes.known_at))
    return f"as at {world}, by what was known {'then' if world == known else f'at {known}'}"


def heading(title: str, *rest: str) -> Drawn:
    """Return a title at the head of a picture, and smaller lines below it, each broken where it is too long."""
    room, y, found = WIDTH - 2 * EDGE, EDGE, []
    for one in broken(title, room, _TITLE):
        y += _TITLE * 1.25
        found.append(text(one, EDGE, y, font_size=_TITLE, font_weight="bold", class_="title"))
    for one in (piece for told in rest for piece in broken(told, room, SMALL)):
        y += SMALL * 1.5
        found.append(text(one, EDGE, y, font_size=SMALL, class_="quiet", fill=DARK_GREY))
    return Drawn(found, y + EDGE)


def legend(samples: Iterable[tuple[Element, str]]) -> Drawn:
    """Return samples, which are drawn about the point 0, 0, with their words, in as many lines as they need."""
    found = list(_placed(samples))
    lines = max((line for _, _, line, _ in found), default=-1) + 1
    elements = []
    for sample, words, line, x in found:
        y = _LEGEND * (line + 0.5)
        moved = element("g", sample, transform=f"translate({x + _SAMPLE / 2:.2f} {y:.2f})")
        elements.append(
            element("g", moved, text(words, x + _SAMPLE + 6, y + SMALL * 0.36, font_size=SMALL), class_="legend")
        )
    return Drawn(elements, _LEGEND * lines + EDGE / 2)


def _placed(samples: Iterable[tuple[Element, str]]) -> Iterator[tuple[Element, str, int, float]]:
    line, x = 0, EDGE
    for sample, words in samples:
        wide = _SAMPLE + width_of(words, SMALL) + 22
        if x + wide > WIDTH and x > EDGE:
            line, x = line + 1, EDGE
        yield sample, words, line, x
        x += wide


def lowered(drawn: Drawn, y: float) -> Element:
    """Return what was drawn from 0 down, from ``y`` down."""
    return element("g", *drawn.elements, transform=f"translate(0 {y:.2f})")
