"""The steps of the time bar: days, weeks and months back and on, and from entry to entry."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    Get = Callable[..., TestResponse]

STEP = re.compile(r'<li><a href="([^"]+)">([^<]+)<span class="hidden"> ([^<]+)</span></a></li>')


def steps(get: Get, question: str) -> dict[str, str]:
    """Return the address of each step, by its words up to the comma."""
    found = STEP.findall(get(question).text)
    return {words.partition(",")[0]: unescape(url) for url, _, words in found}


@pytest.mark.parametrize("form", ["as-at", "known-at"])
def test_a_day_is_followed_by_days(get: Get, form: str) -> None:
    """A step keeps by what was known, and names a day as a day; the last day of a shorter month is its last."""
    found = steps(get, f"/stalled?{form}=2016-05-31")
    assert found["1 day earlier"] == f"/stalled?{form}=2016-05-30"
    assert found["7 days later"] == f"/stalled?{form}=2016-06-07"
    assert found["1 month earlier"] == f"/stalled?{form}=2016-04-30"
    assert found["1 month later"] == f"/stalled?{form}=2016-06-30"


def test_another_day_of_knowledge_stays(get: Get) -> None:
    """The instant moves, and the one by whose knowledge it is told does not."""
    found = steps(get, "/stalled?as-at=2016-05-20&known-at=2016-05-25")
    assert found["1 day later"] == "/stalled?as-at=2016-05-21&known-at=2016-05-25"


def test_a_time_is_followed_by_times(get: Get) -> None:
    """The time of day stays through a change of the clocks, and is written with its offset."""
    found = steps(get, "/stalled?as-at=2016-03-26T10:30")
    assert found["1 day later"] == "/stalled?as-at=2016-03-27T10%3A30%3A00%2B01%3A00"
    assert found["1 day earlier"] == "/stalled?as-at=2016-03-25T10%3A30%3A00%2B00%3A00"


def test_filters_stay(get: Get) -> None:
    """A step asks the same question at another instant."""
    found = steps(get, "/stalled?risk=high&as-at=2016-05-20")
    assert found["1 day later"] == "/stalled?risk=high&as-at=2016-05-21"


def test_from_now_there_are_steps_back_alone(get: Get) -> None:
    """Nothing later than now is offered, and a step that would lead there leads to now."""
    found = steps(get, "/stalled")
    assert found["1 day earlier"] == "/stalled?as-at=2016-09-29"
    assert not [words for words in found if "later" in words]
    assert steps(get, "/stalled?as-at=2016-09-29")["1 day later"] == "/stalled"


def test_the_first_and_the_last_days_have_no_steps_beyond(get: Get) -> None:
    """The calendar ends, and the page does not fail there."""
    assert "1 day earlier" not in steps(get, "/stalled?as-at=0001-01-01")
    assert "1 day later" not in steps(get, "/stalled?as-at=9999-12-31")


def test_a_case_steps_from_entry_to_entry(get: Get) -> None:
    """The entry before and the one after, at the very instants at which they happened."""
    found = steps(get, "/case?ref=IMG-0417&as-at=2016-03-01")
    after = get(found["entry after"])
    assert after.status_code == 200
    assert steps(get, found["entry after"])["entry before"].startswith("/case?ref=IMG-0417&as-at=2016-02-29T")


def test_by_what_was_known_the_steps_are_those_of_knowledge(get: Get) -> None:
    """Where the instant of knowledge moves, it moves from one recording to the next."""
    found = steps(get, "/case?ref=IMG-0417&known-at=2016-03-10")
    assert "known-at=2016-03-13T" in found["entry after"]


def test_the_link_to_this_moment_names_both_instants(get: Get) -> None:
    """What is sent to a colleague shows the same, whenever it is opened."""
    text = get("/stalled?as-at=2016-05-20").text
    (link,) = re.findall(r'<a class="whole" href="([^"]+)"', text)
    assert "as-at=2016-05-20T23%3A59%3A59.999999%2B01%3A00" in link
    assert "known-at=2016-09-30T13%3A00%3A00%2B01%3A00" in link
    assert get(unescape(link)).text.count("15 of 43 open cases") > 0


@pytest.mark.parametrize(
    ("question", "ends"),
    [
        ("/stalled?as-at=2016-05-20", ("2016-01-04", "2016-", "2016-05-20")),
        ("/stalled", ("2016-01-04", "2016-", "2016-")),
        ("/case?ref=IMG-0417&as-at=2016-03-10", ("2016-02-12", "2016-", "2016-03-10")),
    ],
)
def test_the_slider_has_its_ends(get: Get, question: str, ends: tuple[str, ...]) -> None:
    """From the first entry to the last, with the day shown in between."""
    found = re.search(r'data-first="([^"]*)" data-last="([^"]*)" data-day="([^"]*)"', get(question).text)
    assert found is not None
    assert all(text.startswith(end) for text, end in zip(found.groups(), ends, strict=True))
    assert found[1] <= found[3] <= found[2]
