"""The files that pages load: small, named by what is in them, and all that a page asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from web.assets import assets, by_hashed_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

LARGEST = {"longcase.css": 12_288, "longcase.js": 6_144}


def test_they_are_small() -> None:
    """The sheet has 12 kB at most, the script 6."""
    assert {name: len(assets()[name].content) <= most for name, most in LARGEST.items()} == dict.fromkeys(
        LARGEST, True
    )


def test_a_page_loads_what_is_served(get: Callable[..., TestResponse]) -> None:
    """Every address that a page loads by itself is one of ours, and is answered to be kept for ever."""
    text = get("/stalled").text
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', text)
    assert len(loaded) == 3
    for path in loaded:
        answer = get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert path.rpartition("/")[2] in by_hashed_name()


def test_a_page_of_fifty_rows_is_small(get: Callable[..., TestResponse]) -> None:
    """Fifty rows have 60 kB at most."""
    assert len(get("/cases").data) <= 60 * 1024


def test_nothing_is_inline(get: Callable[..., TestResponse]) -> None:
    """No style, no script and no handler stands in a page."""
    text = get("/case?ref=IMG-0417&as-at=2016-05-20").text
    assert not re.findall(r"<style|<script(?![^>]*src)|style=|\son\w+=", text.replace('name="on"', ""))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = (
    *(("page", name) for name in ("ink", "quiet", "link", "grave", "warning", "then", "later")),
    *(("panel", name) for name in ("ink", "quiet", "link")),
    *(("then-panel", name) for name in ("ink", "quiet", "link", "then")),
    *(("grave-panel", name) for name in ("ink", "quiet", "grave", "link")),
    ("accent", "on-accent"),
    ("grave", "page"),
    ("then", "page"),
)
EDGES = (("page", "edge"), ("panel", "edge"), ("then-panel", "edge"), ("page", "then"), ("accent", "on-accent"))


def _colours(sheet: str) -> list[dict[str, str]]:
    """Return the colours of the light scheme and of the dark one."""
    blocks = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{([^}]*)\}", sheet)
    ]
    return [{name: _long(colour) for name, colour in block.items()} for block in blocks[:2]]


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def test_every_pair_of_colours_has_its_contrast() -> None:
    """Text stands out by 4.5, what bounds a field by 3, in both schemes."""
    for colours in _colours(assets()["longcase.css"].content.decode()):
        weak = [pair for pair in TEXT if _contrast(*(colours[name] for name in pair)) < 4.5]
        weak += [pair for pair in EDGES if _contrast(*(colours[name] for name in pair)) < 3]
        assert weak == []
