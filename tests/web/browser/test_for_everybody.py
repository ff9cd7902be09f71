"""Whether pages can be used by everybody: axe finds nothing, whatever colours and width; and it can find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.sites import EXAMPLES
from web.parameters import LIMIT
from web.site_map import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = Axe()
RULES: Final = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
LOOKS: Final[tuple[dict[str, Any], ...]] = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "active"},
)
WIDTHS: Final = (320, 1280)
ERRORS: Final = ("/nowhere", "/stalled?as-at=never", "/case?ref=NONE-1")
SHORT: Final = {page.path: "limit=6&" for page in PAGES if LIMIT in page.parameters}
"""Lists show a few rows: each further one has the same markup, and takes as long to look at."""

CASES: Final = [f"{path}?{SHORT.get(path, '')}{queries[0]}" for path, queries in EXAMPLES.items()]
NOW: Final = ("/stalled?limit=6", "/cases?limit=6")
ROUNDS: Final = (
    "/stalled?limit=6&as-at=2016-11-25",
    "/cases?limit=6",
    "/case?ref=NCP-0156&as-at=2016-11-25",
    "/case/state?ref=NCP-0156",
)


def violations(page: Page) -> list[str]:
    found = AXE.run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def everywhere(page: Page) -> list[str]:
    """Return what axe finds in each of the looks, at each of the widths."""
    found = []
    for look in LOOKS:
        page.emulate_media(**look)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 720})
            found += [f"{width} {look}: {one}" for one in violations(page)]
            found += [f"{width}: scrolls sideways"] if _scrolls(page) else []
    return found


def _scrolls(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("question", [*CASES, *NOW, *ERRORS])
def test_nothing_is_found_on_pages_of_cases(look: Any, question: str) -> None:
    """In light, dark and forced colours, at 320 and 1280 pixels; nothing is said or asked for elsewhere."""
    with look() as looking:
        looking.go(question)
        assert everywhere(looking.page) == []
        said = [one for one in looking.complaints if "the server responded with a status of" not in one]
        assert said == []


@pytest.mark.parametrize("question", ROUNDS)
def test_nothing_is_found_on_pages_of_rounds(look: Any, rounds_place: Any, question: str) -> None:
    """The same of the store of the inspections."""
    with look(rounds_place) as looking:
        looking.go(question)
        assert everywhere(looking.page) == []
        assert looking.complaints == []


FAULTS: Final = {
    "label": "document.querySelector('label[for=moment]').remove();"
    " document.querySelector('#moment').removeAttribute('aria-describedby');"
    " document.querySelector('#moment').removeAttribute('placeholder')",
    "color-contrast": "document.querySelector('h1').style.color = '#bbb'",
    "html-has-lang": "document.documentElement.removeAttribute('lang')",
    "document-title": "document.title = ''",
    "aria-valid-attr-value": "document.querySelector('#moment').setAttribute('aria-invalid', 'perhaps')",
    "link-name": "document.querySelector('tbody a').textContent = ''",
    "heading-order": "document.querySelector('main').append(document.createElement('h5'))",
    "landmark-one-main": "document.querySelector('main').outerHTML = '<div></div>'",
    "list": "document.querySelector('nav ul').append(document.createElement('p'))",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_planted_fault_is_found(look: Any, rule: str) -> None:
    """A run that finds nothing has looked: of each kind a fault that is planted is found."""
    with look(bypass_csp=True) as looking:
        looking.go("/stalled?as-at=2016-05-20")
        looking.page.evaluate(f"() => {{ {FAULTS[rule]} }}")
        assert any(one.startswith(f"{rule}:") for one in violations(looking.page)), violations(looking.page)


SPACED: Final = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
)


@pytest.mark.parametrize("question", CASES)
def test_nothing_is_lost_with_more_room_between_letters(look: Any, question: str) -> None:
    """Text that a reader spaces out, at 320 pixels, is cut nowhere and does not scroll sideways."""
    with look(bypass_csp=True, viewport={"width": 320, "height": 256}) as looking:
        looking.go(question)
        looking.page.add_style_tag(content=SPACED)
        assert not _scrolls(looking.page)


SMALL: Final = """() => [...document.querySelectorAll("a[href], button, input, select, summary")]
    .filter(one => one.checkVisibility() && !one.closest(".hidden") && !one.closest(".skip"))
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width > 1 && (box.height < 24 || box.width < 24))
    .filter(([one]) => !one.closest("p, dd, footer, label"))
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize("question", CASES)
@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_pressed_is_large_enough(look: Any, question: str, width: int) -> None:
    """Whatever is pressed is 24 by 24 pixels at least, but for links within a sentence."""
    with look(viewport={"width": width, "height": 720}) as looking:
        looking.go(question)
        assert looking.page.evaluate(SMALL) == []
