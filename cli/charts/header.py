"""What stands at the head of a picture: its title, and the two instants that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.charts.palette import GREY
from cli.output.terminal import cut
from presentation.escaping import safe_text
from presentation.phrases import spoken

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from presentation.instants import AsOf

_MOST: Final = 110
_MOST_SMALL: Final = 170


def instants(as_of: AsOf) -> str:
    """Return the two instants of a picture in words that hold on any later day, too."""
    world, known = (spoken(at, as_of.zone) for at in (as_of.axes.as_at, as_of.axes.known_at))
    return f"as at {world}, by what was known {'then' if world == known else f'at {known}'}"


def head(figure: Figure, title: str, *rest: str) -> None:
    """Put a title at the head of a figure, and smaller lines below it."""
    width, height = figure.get_size_inches()
    figure.text(0.15 / width, 1 - 0.3 / height, cut(safe_text(title), _MOST), size=13, weight="bold", gid="title")
    for place, line in enumerate(rest):
        shown = cut(safe_text(line), _MOST_SMALL)
        figure.text(0.15 / width, 1 - (0.52 + 0.18 * place) / height, shown, size=9.5, color=GREY)
