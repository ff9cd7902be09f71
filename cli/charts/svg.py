"""A matplotlib figure as SVG: the same for the same as_of, its text as text, and described in words."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

import matplotlib as mpl

from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from matplotlib.figure import Figure

_SVG: Final = "http://www.w3.org/2000/svg"
_LINK: Final = "http://www.w3.org/1999/xlink"
_NOTHING: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))


class Caption(NamedTuple):
    """What a picture says without being seen: a title, a description, and words for its parts.

    ``parts`` gives, for the id of a part, its class and its words.
    """

    title: str
    description: str
    parts: dict[str, tuple[str, str]]


@contextmanager
def settled() -> Iterator[None]:
    """Draw with settings of our own, whatever a user has set for other work."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["font.size"] = 9.0
        mpl.rcParams["hatch.linewidth"] = 0.7
        mpl.rcParams["svg.fonttype"] = "none"
        mpl.rcParams["svg.hashsalt"] = "longcase"
        # A text from outside may hold a dollar, which begins no formula.
        mpl.rcParams["text.parse_math"] = False
        yield


def write(figure: Figure, caption: Caption, out: BinaryIO) -> None:
    """Write a figure that was drawn while ``settled``, as it must still be, with what is ``told`` of it."""
    drawn = io.BytesIO()
    with warnings.catch_warnings():
        # Text stays text, so whoever looks at it needs a font that has the letter, and not we.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure.savefig(drawn, format="svg", metadata=_NOTHING)
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _LINK)
    root = ET.fromstring(drawn.getvalue())  # noqa: S314  (it was written two lines above)
    _describe(root, caption)
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)


def _describe(root: ET.Element, caption: Caption) -> None:
    for name in ("title", "metadata"):
        for found in root.findall(f"{{{_SVG}}}{name}"):
            root.remove(found)
    for place, (name, text) in enumerate((("title", caption.title), ("desc", caption.description))):
        root.insert(place, _said(name, text, {"id": f"picture-{name}"}))
    root.set("role", "img")
    root.set("aria-labelledby", "picture-title picture-desc")
    for group in root.iter(f"{{{_SVG}}}g"):
        kind, words = caption.parts.get(group.get("id", ""), ("", ""))
        if kind:
            group.set("class", kind)
        if words:
            group.insert(0, _said("title", words, {}))


def _said(name: str, text: str, attributes: dict[str, str]) -> ET.Element:
    element = ET.Element(f"{{{_SVG}}}{name}", attributes)
    element.text = safe_text(text)
    element.tail = "\n"
    return element
