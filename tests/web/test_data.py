"""What a page gives to a program is what the command gives, byte for byte, at whatever two instants."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.main import main
from cli.session import stores
from tests.web.sites import BASE, NOW, let_in, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import Client

COMMANDS = {
    "/stalled": ("stalled",),
    "/stalled?risk=high&full=1": ("stalled", "--risk", "high"),
    "/stalled?owner=DC%201417&limit=2": ("stalled", "--owner", "DC 1417", "--limit", "2"),
    "/stalled?cause=dormant&cause=unallocated&sort=-waiting": (
        "stalled",
        "--cause",
        "dormant",
        "--cause",
        "unallocated",
        "--sort",
        "-waiting",
    ),
    "/due": ("due",),
    "/due?within=28d&unallocated=1": ("due", "--within", "28d", "--unallocated"),
    "/cases": ("cases",),
    "/cases?open=yes&idle-over=30d&limit=7": ("cases", "--open", "--idle-over", "30d", "--limit", "7"),
    "/cases?state=open&sort=reference": ("cases", "--state", "open", "--sort", "reference"),
    "/case?ref=IMG-0417": ("timeline", "IMG-0417"),
    "/case?ref=img-0417": ("timeline", "img-0417"),
    "/case/clocks?ref=IMG-0417": ("explain", "IMG-0417"),
    "/case/clocks?ref=IMG-0417&standard=dormant": ("explain", "IMG-0417", "--standard", "dormant"),
    "/case/state?ref=DVW-0150": ("show", "DVW-0150"),
    "/case/entry?ref=IMG-0417&n=1": ("show", "IMG-0417", "1"),
}
"""Questions of pages, and the commands that ask the same."""

SUPERVISOR = ("--actor", "PS 0088", "--role", "supervisor")
FORMATS = ("json", "jsonl", "csv")
FIRST, LAST = date(2016, 1, 1), date(2016, 10, 5)
instants = st.none() | st.dates(FIRST, LAST).map(str)


@pytest.fixture(scope="module")
def looked_at(demo: Path) -> Iterator[Client]:
    with opened(demo) as found:
        yield let_in(found)


@contextmanager
def captured() -> Iterator[io.BytesIO]:
    out, before = io.BytesIO(), sys.stdout
    sys.stdout = io.TextIOWrapper(out, write_through=True)
    try:
        yield out
    finally:
        sys.stdout.flush()
        sys.stdout.detach()
        sys.stdout = before


def commanded(demo: Path, words: tuple[str, ...], form: str, axes: dict[str, str]) -> bytes:
    """Return what a command writes; an error's text goes elsewhere, and nothing is written."""
    options = [word for name, text in axes.items() for word in (f"--{name}", text)]
    with captured() as out:
        main(
            [
                "--actor",
                "PS 0088",
                "--role",
                "supervisor",
                *words,
                *options,
                "--format",
                form,
                "--store",
                str(demo),
            ]
        )
        return out.getvalue()


@pytest.mark.parametrize("question", COMMANDS)
@settings(max_examples=6)
@given(as_at=instants, known_at=instants, form=st.sampled_from(FORMATS))
def test_the_bytes_are_those_of_the_command(
    demo: Path, looked_at: Client, question: str, as_at: str | None, known_at: str | None, form: str
) -> None:
    """Every list and case, as of any two instants, in every format."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "now", lambda: NOW)
        axes = {name: text for name, text in (("as-at", as_at), ("known-at", known_at)) if text is not None}
        expected = commanded(demo, COMMANDS[question], form, axes)
        path, _, query = question.partition("?")
        asked = "&".join([*filter(None, [query]), *(f"{name}={text}" for name, text in axes.items())])
        answer = looked_at.get(f"{path}.{form}?{asked}", base_url=BASE, follow_redirects=True)
    if answer.status_code == 200:
        assert answer.data == expected
    else:
        assert expected == b""


CHANGED = {
    "ref=IMG-0417&from=2016-03-10&as-at=2016-05-20": ("2016-03-10", "2016-05-20"),
    "ref=IMG-0417&from=2016-03-10": ("2016-03-10", "now"),
    "ref=IMG-0417&from=2016-03-10&as-at=2016-05-20&known-at=2016-05-25": (
        *("2016-03-10", "2016-05-20", "--known-at", "2016-05-25"),
    ),
    "ref=IMG-0417&from=2016-03-10&known=1&known-at=2016-05-20": ("2016-03-10", "2016-05-20", "--known"),
    "ref=IMG-0417&from=2016-03-10&known=1": ("2016-03-10", "now", "--known"),
    "ref=IMG-0417&from=2016-03-10&known=1&as-at=2016-03-11&known-at=2016-05-20": (
        *("2016-03-10", "2016-05-20", "--known", "--as-at", "2016-03-11"),
    ),
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("question", CHANGED)
def test_what_changed_is_what_diff_says(demo: Path, looked_at: Client, question: str, form: str) -> None:
    """The moment of the page is the second instant of the command, on the axis that is compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "now", lambda: NOW)
        expected = commanded(demo, ("diff", "IMG-0417", *CHANGED[question]), form, {})
        answer = looked_at.get(f"/case/changes.{form}?{question}", base_url=BASE)
    assert (answer.status_code, answer.data) == (200, expected)
