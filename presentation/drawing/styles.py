"""How things look in a picture: colours that everybody can tell apart, and never colour alone.

The colours are those of Okabe and Ito. What is bad is vermilion and hatched, so that it is seen in grey, too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BLACK: Final = "#000000"
GREY: Final = "#767676"
DARK_GREY: Final = "#555555"
PALE: Final = "#ececec"
WHITE: Final = "#ffffff"
ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
YELLOW: Final = "#f0e442"
VERMILION: Final = "#d55e00"
BROWN: Final = "#7a3500"
PURPLE: Final = "#cc79a7"
GRAVE: Final = "#a34400"
"""Vermilion dark enough to be read as text on white."""


class Style(NamedTuple):
    """A bar or mark: its words in the legend, its colour, its hatch or the shape of its mark."""

    words: str
    colour: str
    shape: str = ""
    thin: bool = False

    @property
    def edge(self) -> str:
        """The colour of the edge of a bar, and of its hatch."""
        return BROWN if self.colour == VERMILION else DARK_GREY if self.shape else WHITE


BARS: Final = {
    "owned": Style("an officer's", SKY),
    "nobody": Style("nobody's", VERMILION, "crossed"),
    "paused": Style("paused", YELLOW, "level"),
    "sought": Style("sought", ORANGE),
    "granted": Style("granted", GREEN),
    "lapsed": Style("lapsed", VERMILION, "rising"),
    "unanswered": Style("referred back, unanswered", ORANGE, "falling"),
    "answered": Style("answered, not yet judged", SKY),
    "rejected": Style("answer rejected", PURPLE, "falling"),
    "requested": Style("closure asked for", PALE),
    "resolved": Style("closed", "#b4b4b4"),
    "running": Style("within the limit", "#b9dcf2"),
    "standing": Style("clock stands", WHITE, "level"),
    "breach": Style("over the limit", VERMILION, "rising"),
    "late": Style("recorded late", BLACK, thin=True),
}
"""The looks of bars by kind, in the order of the legend; the shape is a hatch of ``markup``."""

MARKS: Final = {
    "work": Style("work on the case", BLACK, "circle"),
    "attempt": Style("failed contact", WHITE, "circle"),
    "harm": Style("harm or loss", VERMILION, "triangle"),
    "paper": Style("other entry", GREY, "stroke"),
    "turn": Style("change of state", BLACK, "diamond"),
    "due": Style("due", BLACK, "line"),
    "happened": Style("", BLACK, "dot"),
}
"""The looks of marks by kind; the shape is one of ``parts``."""

RISKS: Final = {
    "very high": Style("very high", VERMILION, "rising"),
    "high": Style("high", ORANGE, "upright"),
    None: Style("not assessed", WHITE, "crossed"),
    "medium": Style("medium", SKY, "falling"),
    "low": Style("low", "#b9dcf2"),
}
"""The looks of risks, the worst first."""
