"""A real browser that was let in to a real server, and what it complained of meanwhile."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from playwright.sync_api import sync_playwright

from tests.web.sites import made, opened
from witness.server import Address, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page, StorageState

BROWSERS: Final = ("chromium-headless-shell", "chromium", "google-chrome")
INSTALL: Final = "apt-get install -y --no-install-recommends chromium-headless-shell"
NOBODY_LOOKED: Final = f"the pages were looked at by no browser, since none is installed: {INSTALL}"


class Place(NamedTuple):
    """A site that is served, and the cookie of a browser that was let in."""

    base: str
    entrance: str
    state: StorageState


class Looking(NamedTuple):
    """A page of the browser, and what it said, ran and asked for elsewhere."""

    page: Page
    base: str
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(NOBODY_LOOKED)
        pytest.skip(NOBODY_LOOKED)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found)
        yield started
        started.close()


@contextmanager
def serving(path: Path, browser: Browser) -> Iterator[Place]:
    with opened(path, port=0) as found, served(found.site, Address("127.0.0.1", 0)) as where:
        found.access.port = where.port
        context = browser.new_context()
        entrance = found.access.entrance
        context.new_page().goto(entrance)
        state = context.storage_state()
        context.close()
        yield Place(f"http://127.0.0.1:{where.port}", entrance, state)


@pytest.fixture(scope="session")
def cases_place(browser: Browser, demo: Path) -> Iterator[Place]:
    with serving(demo, browser) as place:
        yield place


@pytest.fixture(scope="session")
def rounds_place(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    path = made(tmp_path_factory.mktemp("rounds") / "longcase-inspections.db", rounds=True)
    with serving(path, browser) as place:
        yield place


@pytest.fixture
def look(browser: Browser, cases_place: Place) -> Any:
    @contextmanager
    def opener(place: Place = cases_place, **options: Any) -> Iterator[Looking]:
        settings = {"locale": "en-GB", "timezone_id": "Europe/London", "storage_state": place.state} | options
        context = browser.new_context(**settings)
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: _refuse(dialog, complaints))
        page.on("request", lambda request: _elsewhere(request.url, place, complaints))
        try:
            yield Looking(page, place.base, complaints)
        finally:
            context.close()

    return opener


def _refuse(dialog: Dialog, complaints: list[str]) -> None:
    complaints.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def _elsewhere(url: str, place: Place, complaints: list[str]) -> None:
    if not url.startswith(f"{place.base}/"):
        complaints.append(f"request: {url}")
