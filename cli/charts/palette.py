"""How things look in a picture: colours that everybody can tell apart, and never colour alone.

The colours are those of Okabe and Ito. What is bad is vermilion and hatched, so that it is seen in grey, too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BLACK: Final = "#000000"
GREY: Final = "#767676"
PALE: Final = "#ececec"
WHITE: Final = "#ffffff"
ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
YELLOW: Final = "#f0e442"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"
GRAVE: Final = "#a34400"
"""Vermilion dark enough to be read as text on white."""


class Style(NamedTuple):
    """A bar or mark: its words in the legend, its colour, its hatch or the shape of its mark."""

    words: str
    colour: str
    shape: str = ""
    thin: bool = False


BARS: Final = {
    "owned": Style("an officer's", SKY),
    "nobody": Style("nobody's", VERMILION, "xxx"),
    "paused": Style("paused", YELLOW, "---"),
    "sought": Style("sought", ORANGE),
    "granted": Style("granted", GREEN),
    "lapsed": Style("lapsed", VERMILION, "///"),
    "unanswered": Style("referred back, unanswered", ORANGE, "\\\\\\"),
    "answered": Style("answered, not yet judged", SKY),
    "rejected": Style("answer rejected", PURPLE, "\\\\\\"),
    "requested": Style("closure asked for", PALE),
    "resolved": Style("closed", "#b4b4b4"),
    "running": Style("within the limit", "#b9dcf2"),
    "standing": Style("clock stands", WHITE, "---"),
    "breach": Style("over the limit", VERMILION, "///"),
    "late": Style("recorded late", BLACK, thin=True),
}
"""The looks of bars by kind, in the order of the legend; the shape is a hatch."""

MARKS: Final = {
    "work": Style("work on the case", BLACK, "o"),
    "attempt": Style("failed contact", WHITE, "o"),
    "harm": Style("harm or loss", VERMILION, "^"),
    "paper": Style("other entry", GREY, "|"),
    "turn": Style("change of state", BLACK, "D"),
    "due": Style("due", BLACK, "|"),
    "happened": Style("", BLACK, "."),
}
"""The looks of marks by kind; the shape is matplotlib's."""

RISKS: Final = {
    "very high": Style("very high", VERMILION, "///"),
    "high": Style("high", ORANGE, "|||"),
    None: Style("not assessed", WHITE, "xxx"),
    "medium": Style("medium", SKY, "\\\\\\"),
    "low": Style("low", "#b9dcf2"),
}
"""The looks of risks, the worst first."""
