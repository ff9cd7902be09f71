"""SVG as elements: texts, rectangles, lines, hatches, groups with words for a pointer, and the whole picture.

Looks are attributes and classes, never ``style``: a page that forbids inline styles shows a picture as it is, and
its style sheet may dress the classes otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from presentation.drawing.styles import BLACK, WHITE
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presentation.drawing.styles import Style

Element = ET.Element

WIDTH: Final = 1000.0
"""How wide every picture is, in its own units, of which a letter of ordinary text has 12."""

SIZE: Final = 12.0
SMALL: Final = 11.0
_FONTS: Final = "DejaVu Sans, Verdana, Arial, sans-serif"
_HATCHES: Final = {
    "rising": "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2",
    "falling": "M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2",
    "crossed": "M0,6 l6,-6 M0,0 l6,6",
    "level": "M0,3 h6",
    "upright": "M3,0 v6",
}
"""What is drawn into a square of six units, again and again, by the name of the hatch."""


def element(tag: str, *children: Element, **attributes: str | float) -> Element:
    """Return an element; in names of attributes underscores stand for hyphens, numbers have two decimals."""
    made = ET.Element(tag, {_named(name): _number(value) for name, value in attributes.items()})
    made.extend(children)
    return made


def _named(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def text(words: str, x: float, y: float, **attributes: str | float) -> Element:
    """Return one line of text, made safe, that stands on ``y``; black unless a page gives it a colour."""
    looks: dict[str, str | float] = {"font_size": SIZE, "fill": "currentColor"}
    looks.update(attributes)
    made = element("text", x=x, y=y, **looks)
    made.text = safe_text(words)
    return made


def label(words: str, x: float, y: float, *, haloed: bool) -> Element:
    """Return small print in the middle of a bar, on a white ground where the bar is hatched."""
    halo: dict[str, str | float] = {"stroke": WHITE, "stroke_width": 3.0, "paint_order": "stroke"}
    return text(
        words, x, y + SMALL * 0.36, font_size=SMALL, text_anchor="middle", fill=BLACK, **(halo if haloed else {})
    )


def line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float, **more: str) -> Element:
    """Return a straight line from ``start`` to ``end``, each as x and y."""
    (x1, y1), (x2, y2) = start, end
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, **more)


def block(place: tuple[float, float, float, float], look: Style, prefix: str) -> Element:
    """Return a bar at ``place`` (x, y, width, height) in the colour and with the hatch of ``look``."""
    x, y, width, height = place
    fill = f"url(#{hatch_id(look, prefix)})" if look.shape else look.colour
    drawn: dict[str, str | float] = {"fill": fill, "stroke": look.edge, "stroke_width": 0.5}
    return element("rect", x=x, y=y, width=max(width, 0.5), height=height, **drawn)


def hatch_id(look: Style, prefix: str) -> str:
    """Return the id of the pattern that a bar of ``look`` is filled with."""
    return f"{prefix}-{look.shape}-{look.colour.lstrip('#')}"


def hatches(looks: Iterable[Style], prefix: str) -> Element:
    """Return the patterns of all ``looks`` that have a hatch, each once."""
    found = {hatch_id(look, prefix): look for look in looks if look.shape}
    patterns = [
        element(
            "pattern",
            element("rect", width=6, height=6, fill=look.colour),
            element("path", d=_HATCHES[look.shape], stroke=look.edge, stroke_width=0.9, fill="none"),
            id=name,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
        )
        for name, look in found.items()
    ]
    return element("defs", *patterns)


def part(name: str, kind: str, words: str, *children: Element) -> Element:
    """Return a group with an id, a class and, where there are any, words for a pointer."""
    made = element("g", id=name, class_=kind)
    if words:
        made.append(_said("title", words))
    made.extend(children)
    return made


def picture(height: float, title: str, description: str, children: Iterable[Element], prefix: str) -> Element:
    """Return a whole picture with its title and its description; ``prefix`` begins the ids of its parts."""
    made = element(
        "svg",
        _said("title", title, id=f"{prefix}-title"),
        _said("desc", description, id=f"{prefix}-desc"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(WIDTH)} {_number(height)}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        font_family=_FONTS,
    )
    made.extend(children)
    return made


def paper(height: float) -> Element:
    """Return the white ground of a picture that stands alone."""
    return element("rect", width=WIDTH, height=height, fill=WHITE)


def markup(drawn: Element) -> str:
    """Return a picture as it stands within a page."""
    return ET.tostring(drawn, encoding="unicode")


def document(drawn: Element) -> bytes:
    """Return a picture as a file of its own, in UTF-8."""
    written: bytes = ET.tostring(drawn, encoding="utf-8", xml_declaration=True)
    return written


def _said(tag: str, words: str, **attributes: str) -> Element:
    made = element(tag, **attributes)
    made.text = safe_text(words)
    return made
