"""Who may look: this machine, by its own name, with the cookie; and nobody writes. On every route of the map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from tests.web.sites import BASE, PORT, data_paths, let_in, questions
from web.access import ENTER
from web.assets import path_of

if TYPE_CHECKING:
    from tests.web.sites import Opened

ROUTES = ["/", "/healthz", "/position", path_of("longcase.css"), "/nowhere", *questions(), *data_paths()]
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
FOLLOWED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FRAMED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
NEIGHBOUR = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}

each_route = pytest.mark.parametrize("route", ROUTES)


@each_route
def test_nothing_is_shown_without_the_cookie(site: Opened, route: str) -> None:
    """Whoever was not let in is told so, whether or not there is such a page."""
    assert Client(site.site).get(route, base_url=BASE).status_code == 403


@each_route
def test_no_other_name_is_answered(client: Client, route: str) -> None:
    """A name that was bound anew to this address is not the name of this server."""
    for name in ("evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", ""):
        headers = {"Host": name}
        assert client.get(route, base_url=BASE, headers=headers).status_code == 421


@each_route
def test_nothing_can_be_sent(client: Client, route: str) -> None:
    """Pages are read by GET and HEAD, and by nothing else."""
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = client.open(route, method=method, base_url=BASE)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@each_route
def test_no_other_page_asks_in_its_readers_name(client: Client, route: str) -> None:
    """A page of another site, or of another port, loads nothing; a link to here may be followed."""
    for headers in (FOREIGN, FRAMED, NEIGHBOUR):
        assert client.get(route, base_url=BASE, headers=headers).status_code == 403
    assert client.get(route, base_url=BASE, headers=FOLLOWED).status_code in {200, 303, 404}


@each_route
def test_every_answer_has_the_headers(client: Client, route: str) -> None:
    """Whatever is answered says what may be loaded, and that nothing is kept but files that never change."""
    for headers in ({}, {"Host": "evil.example"}, FOREIGN):
        answer = client.get(route, base_url=BASE, headers=headers)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        kept = answer.headers["Cache-Control"]
        assert kept == "no-store" or (route.startswith("/static/") and "immutable" in kept)


@each_route
def test_head_says_what_get_does_and_sends_nothing(client: Client, route: str) -> None:
    """HEAD has the status of GET and no body."""
    whole, head = (client.open(route, method=method, base_url=BASE) for method in ("GET", "HEAD"))
    assert head.status_code == whole.status_code
    assert head.data == b""


def test_the_token_lets_in_once(site: Opened) -> None:
    """Whoever finds the token later, in a history or over a shoulder, is not let in by it."""
    entrance = site.access.entrance.removeprefix(BASE)
    let_in(site)
    assert Client(site.site).get(entrance, base_url=BASE).status_code == 403


def test_looking_at_the_token_does_not_use_it_up(site: Opened) -> None:
    """A browser that asks by HEAD beforehand leaves it for whoever goes there; a wrong one lets nobody in."""
    entrance = site.access.entrance.removeprefix(BASE)
    assert Client(site.site).head(entrance, base_url=BASE).status_code == 403
    assert Client(site.site).get(f"{ENTER}?token=guessed", base_url=BASE).status_code == 403
    assert Client(site.site).get(ENTER, base_url=BASE).status_code == 403
    let_in(site)


def test_the_cookie_is_of_this_port_and_for_no_script(site: Opened) -> None:
    """Two servers on one machine do not take each other's cookie, and no script reads it."""
    client = Client(site.site)
    answer = client.get(site.access.entrance.removeprefix(BASE), base_url=BASE)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"longcase-{PORT}=")
    assert {"HttpOnly", "SameSite=Strict"} <= set(re.split(r"; ", cookie))
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_the_way_in_goes_on_by_itself(site: Opened) -> None:
    """A redirect from a file to the first page would not bring the cookie, so a page goes on."""
    answer = Client(site.site).get(site.access.entrance.removeprefix(BASE), base_url=BASE)
    assert answer.status_code == 200
    assert b'content="0; url=/stalled"' in answer.data
