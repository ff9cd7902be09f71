"""How wide a text is in a picture, as far as that can be told without its font, and where it is broken."""

from __future__ import annotations

from typing import Final

from presentation.escaping import safe_text

_LETTER: Final = 0.6
"""How wide a letter is at most on average, in its size: that of DejaVu Sans, which is a wide font."""


def width_of(words: str, size: float) -> float:
    """Return about how wide a text is, in the units of ``size``; wide characters count twice."""
    return _cells(words) * size * _LETTER


def broken(words: str, room: float, size: float) -> list[str]:
    """Return a text, made safe, in lines that are at most ``room`` wide: between words, else after a hyphen."""
    most = max(int(room / (size * _LETTER)), 4)
    lines = [""]
    for word in safe_text(words).split():
        for piece in _pieces(word, most):
            longer = f"{lines[-1]} {piece[0]}" if piece[1] and lines[-1] else f"{lines[-1]}{piece[0]}"
            if _cells(longer) <= most or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(piece[0])
    return lines


def _pieces(word: str, most: int) -> list[tuple[str, bool]]:
    """Return a word in pieces that fit, each with whether a space stands before it."""
    found: list[tuple[str, bool]] = []
    rest = word
    while _cells(rest) > most:
        fitting = _fitting(rest, most)
        place = rest.rfind("-", 0, fitting) + 1 or fitting
        found.append((rest[:place], not found))
        rest = rest[place:]
    return [*found, (rest, not found)] if rest else found


def _fitting(word: str, most: int) -> int:
    """Return how many characters of a word fit, at least one, with the accents of the last of them."""
    place = 1
    while place < len(word) and _cells(word[: place + 1]) <= most:
        place += 1
    return place


def _cells(words: str) -> int:
    if words.isascii():
        return len(words)
    from wcwidth import width

    return width(words, control_codes="ignore")
