"""Every page: valid HTML, one address for each question, and errors in the words of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest

from cli.main import main
from ledger.reader import now
from ledger.sqlite.connection import create
from tests.web.sites import BASE, EXAMPLES, let_in, opened, questions
from web.site_map import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.web.sites import Opened

    Get = Callable[..., TestResponse]

FAULTY = {
    "/stalled?as-at=2016-02-30": (400, "--as-at: '2016-02-30'"),
    "/stalled?known-at=then": (400, "--known-at: 'then' is not an instant"),
    "/stalled?as-at=": (400, "as-at is empty"),
    "/stalled?as-at=2016-05-20&as-at=2016-05-21": (400, "as-at is given twice"),
    "/stalled?riks=high": (400, "there is no 'riks' to ask this page with"),
    "/stalled?risk=grave": (400, "risk: 'grave' is none of the choices"),
    "/stalled?owner=DC 99999": (400, "--owner: nobody in this store is called 'DC 99999'"),
    "/stalled?standard=nothing": (404, "nothing"),
    "/stalled?by=on": (400, "on which day it was known is not said"),
    "/stalled?limit=many": (400, "limit: 'many' is not a whole number"),
    "/stalled?sort=colour": (400, "--sort: 'colour' cannot be sorted by"),
    "/due?within=soon": (400, "--within"),
    "/case": (400, "which case is meant is not said"),
    "/case?ref=IMG-0471": (404, "there is no case IMG-0471"),
    "/case/entry?ref=IMG-0417": (400, "which entry is meant is not said"),
    "/case/entry?ref=IMG-0417&n=99": (404, "IMG-0417 has no entry 99"),
    "/case/changes?ref=IMG-0417&from=then": (400, "from: 'then' is not an instant"),
    "/nowhere": (404, "there is no such page"),
    "/case/": (404, "there is no such page"),
    "/stalled.xml": (404, "there is no such page"),
    "/static/none.css": (404, "there is no such file"),
}


def test_each_page_has_an_example() -> None:
    """A page that is added is looked at by every test of this folder."""
    assert {page.path for page in PAGES} == set(EXAMPLES)


@pytest.mark.parametrize("question", questions())
def test_every_page_is_valid(get: Get, question: str) -> None:
    """A strict parser of HTML finds nothing wrong, and what is asked in its one spelling is answered at once."""
    answer = get(question)
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)


@pytest.mark.parametrize("question", FAULTY)
def test_errors_say_what_the_command_says(get: Get, question: str) -> None:
    """What cannot be asked is told on a page that is valid too."""
    status, said = FAULTY[question]
    answer = get(question)
    assert answer.status_code == status
    assert said in answer.text.replace("&#39;", "'")
    if not question.startswith("/static"):
        html5lib.HTMLParser(strict=True).parse(answer.text)


def test_an_error_in_a_format_is_told_in_it(get: Get) -> None:
    """A program is told what went wrong as the command tells it with --format json."""
    answer = get("/stalled.json?as-at=never")
    assert answer.status_code == 400
    assert answer.content_type == "application/json"
    assert answer.json is not None
    assert answer.json["exit_code"] == 2
    assert answer.json["error"] == "--as-at: 'never' is not an instant"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/stalled?moment=2016-05-20&by=now&on=", "/stalled?as-at=2016-05-20"),
        ("/stalled?moment=2016-05-20&by=then", "/stalled?known-at=2016-05-20"),
        ("/stalled?moment=2016-05-20&by=on&on=2016-05-25", "/stalled?as-at=2016-05-20&known-at=2016-05-25"),
        ("/stalled?moment=&by=now", "/stalled"),
        ("/stalled?moment=&by=then", "/stalled"),
        ("/stalled?as-at=now", "/stalled"),
        ("/stalled?known-at=2016-05-20&as-at=2016-05-20", "/stalled?known-at=2016-05-20"),
        ("/stalled?known-at=now&as-at=2016-05-20", "/stalled?as-at=2016-05-20"),
        ("/stalled?moment=&by=on&on=2016-05-20", "/stalled?as-at=now&known-at=2016-05-20"),
        ("/stalled?team=&risk=Very%20High&owner=&moment=&by=now", "/stalled?risk=very%20high"),
        ("/stalled?as-at=%202016-05-20%20&category=missing", "/stalled?category=missing&as-at=2016-05-20"),
        ("/stalled?unallocated=1&category=a&category=a", "/stalled?category=a&unallocated=1"),
        ("/", "/stalled"),
    ],
)
def test_a_question_has_one_address(get: Get, typed: str, shown: str) -> None:
    """The form, a link and what somebody types lead to the same address, which is a step away at most."""
    answer = get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, shown)


@pytest.mark.parametrize("path", ["/case", "/case/clocks", "/case/state", "/case/changes", "/case/entry"])
def test_a_case_stands_under_its_reference(tmp_path: Path, path: str) -> None:
    """An accent that is typed in another way leads to the case as it was reported."""
    store, number = str(tmp_path / "store.db"), {"/case/entry": "&n=1"}.get(path, "")
    create(store, {"zone": "Europe/London"}).close()
    assert main(["report", "CAF\u00c9-1", "--category", "other", "--actor", "PS 1", "--store", store]) == 0
    with opened(Path(store), now=now()) as found:
        answer = let_in(found).get(f"{path}?ref=CAFE\u0301-1{number}", base_url=BASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?ref=CAF%C3%89-1{number}")


@pytest.mark.parametrize("question", questions())
def test_every_page_of_a_demonstration_says_so(get: Get, question: str) -> None:
    """Above what it shows, so that it is printed with it."""
    _, _, shown = get(question).text.partition("<main")
    assert "DEMONSTRATION of invented cases, in " in shown


def test_a_page_of_any_other_store_does_not(tmp_path: Path) -> None:
    """Its cases are not invented."""
    store = str(tmp_path / "store.db")
    create(store, {"zone": "Europe/London"}).close()
    with opened(Path(store), now=now()) as found:
        assert "DEMONSTRATION" not in let_in(found).get("/cases", base_url=BASE).text


@pytest.mark.parametrize("question", [one for one in questions() if "-at=20" in one])
def test_a_page_that_is_not_now_says_so(get: Get, question: str) -> None:
    """In the title, in the heading and above the page, where nobody can overlook it."""
    text = get(question).text
    assert "<title>Not now: " in text
    assert '<span class="tag">Not now</span>' in text
    assert "<strong>Not now</strong>: as at " in text
    assert '<body class="then">' in text


@pytest.mark.parametrize("question", [one for one in questions() if "-at=20" not in one])
def test_a_page_of_now_does_not(get: Get, question: str) -> None:
    """What is shown as at now is marked as nothing else."""
    assert "Not now" not in get(question).text


def test_links_keep_both_instants(get: Get) -> None:
    """Whoever goes on from a page looks at the same two instants."""
    text = get("/stalled?as-at=2016-05-20&known-at=2016-05-25").text
    moment = "as-at=2016-05-20&amp;known-at=2016-05-25"
    assert f'href="/case?ref=IMG-0417&amp;{moment}"' in text
    assert f'href="/cases?{moment}"' in text
    assert f'href="/stalled.csv?{moment}"' in text


def test_the_heading_counts_what_is_listed(get: Get) -> None:
    """The number in the heading, the rows and the lines of the CSV are one."""
    page, table = get("/stalled?as-at=2016-05-20").text, get("/stalled.csv?as-at=2016-05-20").text
    assert "15 of 43 open cases are stalled" in page
    assert page.count('<th scope="row">') == table.count("\r\n") - 1 == 15


def test_hindsight_is_marked(get: Get) -> None:
    """An entry that was not known on the day says until when, and one link leaves it out."""
    after = get("/case?ref=IMG-0417&as-at=2016-03-10").text
    assert "1 of these 4 entries was not known at that instant" in after
    assert "not known until 13 Mar 2016" in after
    assert 'href="/case?ref=IMG-0417&amp;known-at=2016-03-10"' in after
    then = get("/case?ref=IMG-0417&known-at=2016-03-10").text
    assert "1 entry that was recorded since is left out" in then
    assert "high risk" in then
    assert "very high risk" not in then


def test_the_foot_says_that_reading_is_not_recorded(get: Get) -> None:
    """Nobody is to believe that who looked can be found out."""
    assert "that you read this is not recorded in this version" in get("/stalled").text


def test_a_fault_is_told_without_its_details(site: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong inside the program is kept, and the page says where and no more."""
    client = let_in(site)
    monkeypatch.setattr("web.site.now_of", lambda _: 1 // 0)
    answer = client.get("/stalled", base_url=BASE)
    assert answer.status_code == 500
    assert "the details are in error.txt" in answer.text
    assert "division" not in answer.text
    assert [type(error) for error in site.kept] == [ZeroDivisionError]


def test_a_store_that_is_gone_is_told(tmp_path: Path) -> None:
    """A store that cannot be used is no fault of whoever asks, who may ask again."""
    with opened(tmp_path / "none.db") as found:
        answer = let_in(found).get("/stalled", base_url=BASE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "there is no store at" in answer.text
