"""Bars as SVG within HTML: drawn with attributes and without a style of their own, and told by their title."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presentation.documents.document import BarChart

_WIDTH: Final = 640
_LONGEST: Final = 560
_ROW: Final = 32
_BASE: Final = 13
_BAR: Final = 17
_HEIGHT: Final = 9
_GAP: Final = 6
_FONT: Final = ' font-family="Arial, Helvetica, sans-serif" font-size="13"'
_LETTERS: Final = 76
"""How many letters of a name there is room for; the table beside the picture has the whole."""


def svg_bars(chart: BarChart) -> Iterator[str]:
    """Yield the lines of a picture: under each name its bar, and how many there are; nothing for no bars."""
    if not chart.bars:
        return
    most = max(count for _, count in chart.bars)
    height = _ROW * len(chart.bars)
    yield f'<svg role="img" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"{_FONT}>'
    yield f"<title>{_text(chart.caption)}</title>"
    for place, (name, count) in enumerate(chart.bars):
        yield from _bar(name, count, _LONGEST * count // max(most, 1), _ROW * place)
    yield "</svg>"


def _bar(name: str, count: int, length: int, top: int) -> Iterator[str]:
    shown = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
    yield f'<text x="0" y="{top + _BASE}">{_text(shown)}</text>'
    yield f'<rect x="0" y="{top + _BAR}" width="{length}" height="{_HEIGHT}" fill="#555"/>'
    yield f'<text x="{length + _GAP}" y="{top + _BAR + _HEIGHT}">{count:,}</text>'


def _text(text: str) -> str:
    return escape(safe_text(" ".join(text.split())))
