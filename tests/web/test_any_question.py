"""Whatever is asked is answered or refused, never a fault; and the description for programs says all of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.sites import BASE, let_in, opened
from web.moments import IN_FORM, IN_URL
from web.parameters import url
from web.site_map import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from werkzeug.test import Client, TestResponse

    from tests.web.sites import Opened
    from web.page import WebPage
    from web.parameters import Parameter

LIKELY: Final = {
    "ref": ("IMG-0417", "DVW-0150", "NONE-1"),
    "n": ("1", "4", "99"),
    "owner": ("DC 1417", "dc  1417", "me", "nobody"),
    "team": ("Hydra", "hydra"),
    "category": ("missing", "indecent-images"),
    "standard": ("dormant", "image-case-action", "nothing"),
    "within": ("7d", "5wd", "1mo", "0d", "9999999d"),
    "idle-over": ("30d", "1h", "3wd"),
    "sort": ("reference", "-idle_seconds", "waiting", "owner", "-team"),
    "from": ("2016-03-10", "now", "then", "9999-12-31"),
    "key": ("W1", "E1"),
    "limit": ("0", "1", "1000", "1001", "999999999999"),
}
INSTANTS: Final = (
    st.sampled_from(
        (
            "now",
            "2016-05-20",
            "2016-02-30",
            "0001-01-01",
            "9999-12-31",
            "2016-10-30T01:30",
            "2016-03-27T01:30",
            "-7d",
            "-1wd",
            "2016-05-20T10:30+14:00",
            "20/05/2016",
            "13/13/2016",
            "",
        )
    )
    | st.dates().map(str)
    | st.datetimes().map(lambda one: one.isoformat())
)  # fmt: skip  (a column of kinds)
HOSTILE: Final = st.text(max_size=12) | st.sampled_from(
    ("\x00", "%00", "a" * 5_000, "\u202e", "<b>", "'", "\ud7ff")
)


def values(one: Parameter) -> st.SearchStrategy[str]:
    known = [*LIKELY.get(one.name, ()), *one.choices, *(("1",) if one.flag else ())]
    return st.sampled_from(known) | HOSTILE if known else HOSTILE


@st.composite
def questions(draw: st.DrawFn) -> str:
    page: WebPage = draw(st.sampled_from(PAGES))
    end = draw(st.sampled_from(["", *(f".{form}" for form in page.formats)]))
    asked = draw(st.lists(st.sampled_from(page.parameters), max_size=4)) if page.parameters else []
    pairs = [(one.name, draw(values(one))) for one in asked]
    names = draw(st.lists(st.sampled_from((*IN_URL, *IN_FORM)), max_size=2, unique=True))
    return url(f"{page.path}{end}", [*pairs, *((name, draw(INSTANTS)) for name in names)])


@pytest.fixture(scope="module")
def site_asked(demo: Path) -> Iterator[tuple[Opened, Client]]:
    with opened(demo) as found:
        yield found, let_in(found)


@given(questions())
def test_nothing_that_is_asked_is_a_fault(site_asked: tuple[Opened, Client], question: str) -> None:
    """Any parameters and any instants: found, sent to the one address, or refused in words; nothing else."""
    found, client = site_asked
    answer = client.get(question, base_url=BASE)
    assert answer.status_code in {200, 303, 400, 403, 404}
    assert found.kept == []
    if answer.status_code == 303:
        again = client.get(answer.headers["Location"], base_url=BASE)
        assert again.status_code in {200, 400, 403, 404}


def test_the_description_has_every_page_and_every_parameter(get: Callable[..., TestResponse]) -> None:
    """A program finds each format of each page, with all that it may be asked with."""
    whole = get("/openapi.json").json
    assert whole is not None
    assert whole["openapi"].startswith("3.1")
    for page in PAGES:
        for form in page.formats:
            told = whole["paths"][f"{page.path}.{form}"]["get"]
            names = [one["name"] for one in told["parameters"]]
            assert names == [*(one.name for one in page.parameters), *IN_URL]
            assert page.title
            assert page.fields


@pytest.mark.parametrize(
    "question",
    [
        "/stalled.json?as-at=2016-05-20",
        "/cases.json",
        "/case.json?ref=IMG-0417",
        "/case/clocks.json?ref=IMG-0417",
    ],
)
def test_an_answer_is_what_the_description_says(get: Callable[..., TestResponse], question: str) -> None:
    """Of each item the fields that are described are there, and no others."""
    whole: Any = get("/openapi.json").json
    path = question.partition("?")[0]
    schema = whole["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = json.loads(get(question).data)
    assert set(schema["required"]) <= set(answer)
    for item in answer["items"]:
        assert list(item) == list(schema["properties"]["items"]["items"]["properties"])
