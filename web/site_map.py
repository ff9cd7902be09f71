"""Which pages there are, and under which paths: a page is added here, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from werkzeug.routing import Map, Rule

from web.pages import (
    about,
    accessibility,
    case,
    case_changes,
    case_clocks,
    case_entry,
    case_state,
    cases,
    due,
    stalled,
)

if TYPE_CHECKING:
    from web.page import WebPage

PAGES: Final[tuple[WebPage, ...]] = (
    stalled.PAGE,
    due.PAGE,
    cases.PAGE,
    case.PAGE,
    case_clocks.PAGE,
    case_state.PAGE,
    case_changes.PAGE,
    case_entry.PAGE,
    about.PAGE,
    accessibility.PAGE,
)
"""All pages, in the order of the navigation."""

HOME: Final = "/stalled"
"""Where the site begins."""


class Found(NamedTuple):
    """A page, and the format in which it is wanted; ``None`` is HTML."""

    page: WebPage
    form: str | None


def _rules() -> list[Rule]:
    """Return a rule for each path of each page; its endpoint says which page, and in which format."""
    whole = [Rule(page.path, endpoint=Found(page, None)) for page in PAGES]
    return whole + [
        Rule(f"{page.path}.{form}", endpoint=Found(page, form)) for page in PAGES for form in page.formats
    ]


MAP: Final = Map(_rules(), merge_slashes=False)


def find(path: str) -> Found:
    """Return what a path names; raise ``werkzeug.exceptions.NotFound`` if it names nothing."""
    found: Found = MAP.bind("127.0.0.1").match(path)[0]
    return found
