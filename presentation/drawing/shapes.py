"""Marks as shapes about a point, and samples of bars and marks for a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presentation.drawing.markup import block, element, line
from presentation.drawing.styles import BARS, BLACK, GREY, MARKS

if TYPE_CHECKING:
    from presentation.drawing.markup import Element
    from presentation.drawing.styles import Style

_ROUND: Final = {"circle": 4.2, "dot": 2.6}
_PATHS: Final = {"triangle": "M0,-5 L5,4 L-5,4 Z", "diamond": "M0,-3.4 L3.4,0 L0,3.4 L-3.4,0 Z"}
_TALL: Final = {"stroke": (5.0, 1.2), "line": (10.0, 2.2)}
"""Half the height of upright marks, and their width."""


def mark(kind: str, x: float = 0.0, y: float = 0.0) -> Element:
    """Return a mark of a kind about a point."""
    look = MARKS[kind]
    if look.shape in _TALL:
        half, width = _TALL[look.shape]
        return line((x, y - half), (x, y + half), look.colour, width)
    edge = {"fill": look.colour, "stroke": GREY if kind == "paper" else BLACK, "stroke_width": 1.0}
    if look.shape in _ROUND:
        return element("circle", cx=x, cy=y, r=_ROUND[look.shape], **edge)
    return element("path", d=_PATHS[look.shape], transform=f"translate({x:.2f} {y:.2f})", **edge)


def bar_sample(kind: str, prefix: str) -> Element:
    """Return what stands for a kind of bar in a legend."""
    return line((-14, 0), (14, 0), BARS[kind].colour, 1.6) if BARS[kind].thin else sample(BARS[kind], prefix)


def sample(look: Style, prefix: str) -> Element:
    """Return a small bar of a look about the point 0, 0."""
    return block((-14.0, -6.0, 28.0, 12.0), look, prefix)
