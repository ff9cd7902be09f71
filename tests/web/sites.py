"""Sites over stores of invented cases, what each page is asked with, and a browser that was let in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from werkzeug.test import Client

from cli.commands.demo import _staged
from domain.instant import parse
from presentation.demonstrations import CASES, ROUNDS
from projections.views.access import Reader
from web.access import Access
from web.site import Site
from web.site_map import HOME, PAGES
from web.store_readers import StoreReaders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT: Final = 8417
BASE: Final = f"http://127.0.0.1:{PORT}"
NOW: Final = parse("2016-09-30T12:00:00Z")
SUPERVISOR: Final = Reader("PS 0088", "supervisor")

EXAMPLES: Final = {
    "/stalled": ("as-at=2016-05-20", "", "risk=high&known-at=2016-05-20", "limit=3&full=1&as-at=2016-05-20"),
    "/due": ("as-at=2016-05-20", "within=28d&as-at=2016-05-20&known-at=2016-05-25"),
    "/cases": ("", "as-at=2016-05-20", "open=yes&idle-over=30d&as-at=2016-05-20", "limit=5"),
    "/case": (
        "ref=IMG-0417&as-at=2016-03-10",
        "ref=IMG-0417&known-at=2016-03-10",
        "ref=IMG-0417&order=newest&all=1",
        "ref=IMG-0417&as-at=2015-01-01",
    ),
    "/case/clocks": (
        "ref=IMG-0417&as-at=2016-05-20",
        "ref=IMG-0417&standard=risk-to-each-child-assessed",
        "ref=IMG-0417&as-at=2015-01-01",
    ),
    "/case/state": ("ref=IMG-0417", "ref=IMG-0417&as-at=2015-01-01"),
    "/case/changes": (
        "ref=DVW-0150&from=2016-06-21&known=1&known-at=2016-06-22",
        "ref=IMG-0417&from=2016-03-10&as-at=2016-05-20",
        "ref=IMG-0417&from=2016-03-10&known=1",
        "ref=IMG-0417",
    ),
    "/case/entry": ("ref=IMG-0417&n=1",),
    "/about": ("",),
    "/accessibility": ("",),
}
"""Questions to each page, in their one spelling."""


def questions() -> list[str]:
    """Return every example of every page, as it stands in the address."""
    return [f"{page.path}?{query}" if query else page.path for page in PAGES for query in EXAMPLES[page.path]]


def data_paths() -> list[str]:
    """Return the path of each page's answer to programs, with the first of its examples."""
    return [f"{page.path}.{form}?{EXAMPLES[page.path][0]}" for page in PAGES for form in page.formats]


class Opened(NamedTuple):
    """A site, and what lets a browser in."""

    site: Site
    access: Access
    kept: list[BaseException]


def made(path: Path, *, rounds: bool = False) -> Path:
    """Make the demonstration at ``path``."""
    _staged(ROUNDS if rounds else CASES, str(path), None)
    return path


@contextmanager
def opened(path: Path, reader: Reader = SUPERVISOR, *, now: int = NOW, port: int = PORT) -> Iterator[Opened]:
    """Lend the site over the store at ``path``, whose clock stands at ``now``."""
    readers, access, kept = StoreReaders(str(path), lambda: now), Access(port), list[BaseException]()

    def keep(error: BaseException) -> str:
        kept.append(error)
        return "the details are in error.txt"

    try:
        yield Opened(Site(readers, reader, access, HOME, keep), access, kept)
    finally:
        readers.close()


def let_in(found: Opened) -> Client:
    """Return a browser that has exchanged the token."""
    client = Client(found.site)
    answer = client.get(found.access.entrance.removeprefix(BASE), base_url=BASE)
    assert answer.status_code == 200
    return client
