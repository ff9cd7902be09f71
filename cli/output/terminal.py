"""What the terminal can do: its width, its colour, and how many cells a text fills."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

ELLIPSIS: Final = "…"
_SHORT: Final = 20
"""As many letters fit on every terminal."""
_COMMAND: Final = " longcase "
"""What a command that is told begins with."""

# Letters of Europe, dashes, quotation marks, the ellipsis: a cell each. wcwidth takes as long to load as click.
_NARROW: Final = frozenset(map(chr, (*range(0x300), *range(0x370, 0x483), *range(0x2010, 0x2028))))


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person is at the other end of ``stream``; a closed stream has nobody."""
    return stream is not None and not stream.closed and stream.isatty()


def is_dumb() -> bool:
    """Tell whether the terminal cannot move its cursor or show colour (``TERM=dumb``)."""
    return os.environ.get("TERM") == "dumb"


def has_colour(stream: TextIO | None) -> bool:
    """Tell whether colour is wanted: a terminal, not a dumb one, ``NO_COLOR`` unset or empty."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and not is_dumb()


def width_of_terminal(stream: TextIO | None = None) -> int | None:
    """Return how many cells a line may fill: ``COLUMNS``, else the terminal's, else None."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    stream = sys.stdout if stream is None else stream
    if not is_terminal(stream):
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:  # a stream that says it is a terminal, and has none behind it
        return None


def paint(text: str, colour: str | None) -> str:
    """Return ``text`` in a colour of ``click.style``, ``bold`` or ``dim``; None: as it is."""
    if colour is None:
        return text
    from click import style

    if colour == "bold":
        return style(text, bold=True)
    return style(text, dim=True) if colour == "dim" else style(text, fg=colour)


def cells(text: str) -> int:
    """Return how many cells ``text`` fills: two for a wide character, none for a combining one."""
    if text.isascii() or _NARROW.issuperset(text):
        return len(text)
    from wcwidth import width

    return width(text, control_codes="ignore")


def in_lines(text: str, stream: TextIO) -> list[str]:
    """Return ``text`` in lines that fit on the terminal that ``stream`` is, broken between words, never in one.

    All but the first are indented by two cells more. A command that is told goes to the next line where it is
    whole there. Where nobody looks, a program reads it: it stays one line.
    """
    if len(text) <= _SHORT or not is_terminal(stream):
        return [text]
    width = width_of_terminal(stream)
    return [text] if width is None else list(_broken(text.rstrip(" "), width))


def _broken(text: str, width: int) -> Iterator[str]:
    taken = len(text) - len(text.lstrip(" "))
    indent = " " * (taken + 2)
    while cells(text) > width and (place := _place(text, taken, len(beginning(text, width)))) > 0:
        yield text[:place].rstrip(" ")
        text, taken = indent + text[place:].lstrip(" "), len(indent)
    yield text


def _place(text: str, taken: int, fitting: int) -> int:
    """Return where to break a text of which so many letters fit, ``taken`` of them an indent; -1 for nowhere."""
    command = text.rfind(_COMMAND, taken, fitting)
    ends = (place for place in (text.find(mark, command) for mark in ",;") if place >= 0)
    if command > taken and min(ends, default=len(text)) >= fitting:
        return command
    place = text.rfind(" ", taken, fitting + 1)
    if place > taken:
        return place
    return text.find(
        " ", max(fitting, taken + 1)
    )  # a word longer than a line: a path or a URL, to be copied whole


def cut(text: str, room: int) -> str:
    """Return ``text`` in at most ``room`` cells, with an ellipsis for what does not fit."""
    if cells(text) <= room:
        return text
    return beginning(text, room, ELLIPSIS) if room > 0 else ""


def beginning(text: str, room: int, end: str = "") -> str:
    """Return as much of the beginning of ``text`` as fits in ``room`` cells before ``end``, and ``end``.

    No letter is parted from its accents, nor a flag in two.
    """
    if _NARROW.issuperset(text):
        return text[: room - len(end)] + end
    from wcwidth import iter_graphemes

    fitting = ""
    for cluster in iter_graphemes(text):
        if cells(fitting + cluster + end) > room:
            break
        fitting += cluster
    return fitting + end
