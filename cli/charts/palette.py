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


class Look(NamedTuple):
    """A bar or mark: its words in the legend, its colour, its hatch or the shape of its mark."""

    words: str
    colour: str
    shape: str = ""
    thin: bool = False


BARS: Final = {
    "owned": Look("an officer's", SKY),
    "nobody": Look("nobody's", VERMILION, "xxx"),
    "paused": Look("paused", YELLOW, "---"),
    "sought": Look("sought", ORANGE),
    "granted": Look("granted", GREEN),
    "lapsed": Look("lapsed", VERMILION, "///"),
    "unanswered": Look("referred back, unanswered", ORANGE, "\\\\\\"),
    "answered": Look("answered, not yet judged", SKY),
    "rejected": Look("answer rejected", PURPLE, "\\\\\\"),
    "requested": Look("closure asked for", PALE),
    "resolved": Look("closed", "#b4b4b4"),
    "running": Look("within the limit", "#b9dcf2"),
    "standing": Look("clock stands", WHITE, "---"),
    "breach": Look("over the limit", VERMILION, "///"),
    "late": Look("recorded late", BLACK, thin=True),
}
"""The looks of bars by kind, in the order of the legend; the shape is a hatch."""

MARKS: Final = {
    "work": Look("work on the case", BLACK, "o"),
    "attempt": Look("failed contact", WHITE, "o"),
    "harm": Look("harm or loss", VERMILION, "^"),
    "paper": Look("other entry", GREY, "|"),
    "turn": Look("change of state", BLACK, "D"),
    "due": Look("due", BLACK, "|"),
    "happened": Look("", BLACK, "."),
}
"""The looks of marks by kind; the shape is matplotlib's."""

RISKS: Final = {
    "very high": Look("very high", VERMILION, "///"),
    "high": Look("high", ORANGE, "|||"),
    None: Look("not assessed", WHITE, "xxx"),
    "medium": Look("medium", SKY, "\\\\\\"),
    "low": Look("low", "#b9dcf2"),
}
"""The looks of risks, the worst first."""
