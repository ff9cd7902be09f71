"""What the terminal can do: its width, its colour, and how many cells a text fills."""

from __future__ import annotations

import os
import sys
from typing import Final, TextIO

_WIDE: Final = frozenset("WF")
_NO_WIDTH: Final = frozenset(("Mn", "Me", "Cf"))
_JOINING_JAMO: Final = range(0x1160, 0x1200)
ELLIPSIS: Final = "…"


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
    return _measured(sys.stdout if stream is None else stream)


def _measured(stream: TextIO) -> int | None:
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
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def cut(text: str, room: int) -> str:
    """Return ``text`` in at most ``room`` cells, with an ellipsis for what does not fit."""
    if cells(text) <= room:
        return text
    if room < 1:
        return ""
    return _head(text, room - 1) + ELLIPSIS


def _head(text: str, room: int) -> str:
    for place, character in enumerate(text):
        room -= _cells_of(character)
        if room < 0:
            return text[:place]
    return text


def _cells_of(character: str) -> int:
    if character.isascii() or character == ELLIPSIS:
        return 1
    # Most text is ASCII, and the database of characters takes milliseconds to load.
    from unicodedata import category, east_asian_width

    if ord(character) in _JOINING_JAMO or category(character) in _NO_WIDTH:
        return 0
    return 2 if east_asian_width(character) in _WIDE else 1
