"""What people do with the pages: by keyboard alone, without script, with the slider, on paper; and coming in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from application.commands import cases, oversight, warrants
from tests.projections.story_store import INSPECTOR, on_disk
from tests.web.browser.conftest import serving
from tests.web.sites import opened
from web.parameters import url
from witness.server import Address, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.projections.story_store import Store
    from tests.web.browser.conftest import Place

WIDE: Final = {"width": 1280, "height": 720}
NARROW: Final = {"width": 320, "height": 720}
MOST_KEYS: Final = 25
HIDDEN: Final = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
    if (one === document.body) return "";
    const seen = box.bottom > 0 && box.top < innerHeight && box.width > 1;
    const style = getComputedStyle(one);
    return seen && style.outlineStyle !== "none" ? "" : one.outerHTML.slice(0, 120); }"""


class Keys:
    """A keyboard that counts, and sees that the focus can be seen after each key."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def enter(self) -> None:
        """Press Enter, which leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.count += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1
        assert self.page.evaluate(HIDDEN) == ""

    def to(self, selector: str, key: str = "Tab") -> None:
        """Press a key until what a selector names has the focus."""
        while not self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
            self.press(key)
            assert self.count <= MOST_KEYS, selector

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += 1


def test_whom_to_ring_is_found_by_keyboard(look: Any) -> None:
    """From the first page: the list of 20 May, by the field for the instant."""
    with look() as looking:
        looking.go("/")
        keys = Keys(looking.page)
        keys.to("#moment")
        keys.type("2016-05-20")
        keys.enter()
        expect(looking.page.locator("h1")).to_contain_text("15 of 43 open cases are stalled")
        keys.to(".skip")
        keys.enter()
        keys.to("tbody a")
        expect(looking.page.locator("tbody tr").first).to_contain_text("DC 1417")


def test_what_was_known_of_a_case_is_found_by_keyboard(look: Any) -> None:
    """The case as it was known on 10 March, from the list of all."""
    with look() as looking:
        looking.go("/")
        keys = Keys(looking.page)
        keys.to("a[href^='/cases']")
        keys.enter()
        looking.page.wait_for_url("**/cases")
        keys.to("#ref")
        keys.type("IMG-0417")
        keys.enter()
        expect(looking.page.locator("h1")).to_contain_text("IMG-0417")
        looking.page.locator("#moment").focus()
        keys.type("2016-03-10")
        keys.press("Tab")
        keys.press("ArrowRight")
        keys.enter()
        looking.page.wait_for_url("**known-at=2016-03-10")
        expect(looking.page.locator(".lead")).to_contain_text("high risk")


def test_a_row_has_one_stop(look: Any) -> None:
    """Whoever goes through a list with the keyboard stops once at each case."""
    with look() as looking:
        looking.go("/cases")
        assert looking.page.locator("tbody a").count() == looking.page.locator("tbody tr").count()


def test_the_same_without_script(look: Any) -> None:
    """With the script switched off, at 320 pixels: form, steps, case, hindsight, filters."""
    with look(java_script_enabled=False, viewport=NARROW) as looking:
        page = looking.page
        looking.go("/stalled")
        page.get_by_label("As at", exact=True).fill("2016-05-20")
        page.get_by_role("button", name="Show").click()
        assert page.url.endswith("/stalled?as-at=2016-05-20")
        expect(page.locator("h1")).to_contain_text("15 of 43 open cases are stalled")
        assert page.locator("#day").count() == 0
        page.get_by_role("link", name="1 d", exact=False).first.click()
        assert page.url.endswith("/stalled?as-at=2016-05-19")
        page.get_by_text("Narrow", exact=True).first.click()
        page.get_by_label("risk").select_option("very high")
        page.get_by_role("button", name="Narrow").click()
        assert page.url.endswith("/stalled?risk=very%20high&as-at=2016-05-19")
        page.get_by_role("link", name="IMG-0417").click()
        expect(page.locator("h1")).to_contain_text("IMG-0417")
        assert parse_qs(urlsplit(page.url).query)["as-at"] == ["2016-05-19"]
        page.get_by_role("link", name="State").click()
        expect(page.locator("dl")).to_contain_text("allocated to DC 1417")


def test_the_slider_goes_through_time(look: Any) -> None:
    """Each key shows its day at once, and the page a moment later; address, focus and words follow."""
    with look(viewport=WIDE) as looking:
        page = looking.page
        looking.go("/stalled?as-at=2016-05-20")
        slider = page.locator("#day")
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        expect(slider).to_have_attribute("aria-valuetext", "17 May 2016, day 135 of 241")
        page.wait_for_url("**/stalled?as-at=2016-05-17")
        expect(page.locator("h1")).to_contain_text("as at the end of 17 May 2016")
        expect(page.locator("#status")).to_contain_text("as at the end of 17 May 2016")
        assert page.locator("#moment").input_value() == "2016-05-17"
        assert page.evaluate("document.activeElement.id") == "day"
        page.keyboard.press("PageDown")
        page.wait_for_url("**/stalled?as-at=2016-04-17")
        page.go_back()
        expect(page.locator("h1")).to_contain_text("as at the end of 20 May 2016")
        assert looking.complaints == []


def test_the_slider_keeps_to_what_was_known(look: Any) -> None:
    """By what was known then, it moves the instant of knowledge."""
    with look(viewport=WIDE) as looking:
        looking.go("/case?ref=IMG-0417&known-at=2016-03-14")
        looking.page.locator("#day").focus()
        looking.page.keyboard.press("ArrowLeft")
        looking.page.keyboard.press("ArrowLeft")
        looking.page.wait_for_url("**/case?ref=IMG-0417&known-at=2016-03-12")
        expect(looking.page.locator(".knowledge")).to_contain_text("1 entry that was recorded since is left out")


def test_one_request_at_a_time_and_the_last_is_shown(look: Any) -> None:
    """An arrow that is held asks for one page at a time, and ends on the one where it was let go."""
    with look(viewport=WIDE) as looking:
        page, under_way, most = looking.page, set[Any](), 0
        looking.go("/stalled?as-at=2016-05-20")

        def began(request: Any) -> None:
            nonlocal most
            if request.resource_type == "fetch":
                under_way.add(request)
                most = max(most, len(under_way))

        def ended(request: Any) -> None:
            under_way.discard(request)

        page.on("request", began)
        page.on("requestfinished", ended)
        page.on("requestfailed", ended)
        page.locator("#day").focus()
        for place in range(60):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(200 if place % 6 == 0 else 20)
        page.wait_for_url("**/stalled?as-at=2016-07-19")
        expect(page.locator("h1")).to_contain_text("as at the end of 19 Jul 2016")
        assert most == 1


def test_a_printed_page_says_when(look: Any) -> None:
    """On paper both instants stand, the zone and the position, and nothing that is pressed."""
    with look() as looking:
        page = looking.page
        looking.go("/case?ref=IMG-0417&as-at=2016-03-10")
        page.emulate_media(media="print")
        expect(page.locator(".strip")).to_contain_text("as at the end of 10 Mar 2016, by what is known now")
        expect(page.locator("footer")).to_contain_text("times are those of Europe/London")
        expect(page.locator("footer")).to_contain_text("up to entry")
        for control in ("header.site", "#time form", ".ways", ".within", ".formats"):
            expect(page.locator(control)).to_be_hidden()
        assert page.pdf().startswith(b"%PDF")


def test_a_browser_is_let_in_by_the_file(browser: Browser, demo: Path, tmp_path: Path) -> None:
    """From a file on the disk, by the token, to the first page; and no second browser by the same token."""
    with serving(demo, browser) as place:
        other = browser.new_page()
        other.goto(place.entrance)
        expect(other.locator("h1")).to_have_text("This may not be looked at")
        other.context.close()


def test_the_way_from_the_file_ends_at_the_list(browser: Browser, demo: Path, tmp_path: Path) -> None:
    """The whole way in, as longcase web opens it."""
    with opened(demo, port=0) as found, served(found.site, Address("127.0.0.1", 0)) as where:
        found.access.port = where.port
        file = tmp_path / "open.html"
        file.write_text(f'<meta http-equiv="refresh" content="0; url={found.access.entrance}">')
        page = browser.new_page()
        page.goto(file.as_uri())
        page.wait_for_url("**/stalled")
        expect(page.locator("h1")).to_contain_text("open cases are stalled")
        page.reload()
        expect(page.locator("h1")).to_contain_text("open cases are stalled")
        page.context.close()


PAYLOADS: Final = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "' autofocus onfocus=alert(4) x='",
    "javascript:alert(5)",
    "</title><script>alert(6)</script>",
    "{{ 7 * 7 }}{% print(8) %}",
    "\u202egnp.exe\u2066<b>",
    "a/b/../../c?d=e&f#g%00%2e",
    "<style>*{display:none}</style>",
    "&lt;script&gt;alert(9)&lt;/script&gt;",
    "<a href=//evil.example>x</a>",
)


def _name(text: str) -> str:
    """Return a text as a name: without what prints nothing, which no name may hold."""
    return "".join(one for one in text if one.isprintable())


def _told(store: Store) -> Store:
    """Put a text into every field that takes any."""
    for text in PAYLOADS:
        ref = name = _name(text)
        at = partial(store.at, "2016-05-20T10:00", role=name, reason=text)
        words = {"summary": text, "source": text, "crime_reference": text}
        at(cases.report, ref, category="other", actor=name, on_behalf_of=name, **words)
        at(cases.assess, ref, "high", subject=text, tool=text, actor=name)
        at(cases.allocate, ref, name, team=name, actor=name)
        at(cases.act, ref, "contact-attempted", outcome=text, text=text, child=name, actor=name)
        at(warrants.seek, ref, warrant=name, kind=text, court=text, grounds=text, actor=name)
        inspected = partial(at, oversight.escalate, actor=INSPECTOR)
        inspected(ref, text, escalation=name, role="inspectorate")
        at(cases.pause, ref, review_on="2016-05-21", actor=name)
    return store


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with serving(on_disk(tmp_path_factory.mktemp("hostile") / "store.db", _told), browser) as place:
        yield place


@pytest.mark.parametrize("bypass", [False, True])
def test_nothing_that_a_text_says_is_run(look: Any, hostile: Place, bypass: bool) -> None:
    """References, names and texts that would run if they were markup: also with the policy switched off."""
    with look(hostile, bypass_csp=bypass) as looking:
        for path in ("/stalled?full=1", "/cases", "/due?within=9mo"):
            looking.go(path)
            assert (
                looking.page.evaluate(
                    "document.querySelectorAll('main img, main svg, main style, main b').length"
                )
                == 0
            )
        for text in PAYLOADS:
            for path, more in (("/case", ()), ("/case/state", ()), ("/case/entry", (("n", "1"),))):
                looking.go(url(path, (("ref", _name(text).strip()), *more)))
                expect(looking.page.locator("h1")).to_be_visible()
        looking.page.wait_for_timeout(200)
        assert looking.complaints == []
