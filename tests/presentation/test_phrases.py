"""Words for instants and lengths of time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.axes import Axes
from domain.instant import EARLIEST, from_datetime
from presentation import phrases
from presentation.instants import AsOf, parse_instant

LONDON = ZoneInfo("Europe/London")
NOW = from_datetime(datetime(2016, 11, 24, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0, "0 s"), (0.5, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_599, "59 min")),
        *((61_200, "17 h"), (86_399, "23 h"), (86_400, "1 d"), (98 * 86_400 + 5, "98 d")),
        *((-7_200, "-2 h"), (-0.5, "0 s")),
    ],
)
def test_elapsed(seconds: float, words: str) -> None:
    """The largest whole unit, rounded down."""
    assert phrases.elapsed(seconds) == words


def test_moments() -> None:
    """Days and times stand in the store's zone, and line up under one another."""
    instant = from_datetime(datetime(2016, 5, 4, 8, 7, tzinfo=UTC))
    assert phrases.moment(instant, LONDON) == " 4 May 2016 09:07"
    assert phrases.time_of_day(instant, LONDON) == "09:07"
    assert phrases.day(EARLIEST, UTC) == " 1 Jan 0001"


def test_axes() -> None:
    """The two axes are said in words, the end of a day as such."""
    day = parse_instant("2016-05-20", zone=LONDON, now=NOW)
    noon = parse_instant("2016-05-04T12:00", zone=LONDON, now=NOW)
    spoken = phrases.as_of_in_words(AsOf(Axes(day, NOW), LONDON, NOW))
    assert spoken == "as at the end of 20 May 2016, by what is known now"
    spoken = phrases.as_of_in_words(AsOf(Axes(NOW, noon), LONDON, NOW))
    assert spoken == "as at now, by what was known at 4 May 2016 12:00"
