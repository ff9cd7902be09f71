"""The documentation site is made from the pages as they stand, and every link in it leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_LINK = re.compile(r'(?:href|src)="([^"#?:]+)[^":]*"')
_FETCHED = re.compile(r'<(?:script|img|link)\b[^>]*(?:src|href)="(?:https?:)?//')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-n",
        "-W",
        "--keep-going",
        "-q",
        "-c",
        "docs/site",
        ".",
        str(made),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return made


def test_every_page_and_every_decision_is_in_it(site: Path) -> None:
    """Whatever stands in docs/, and the pages beside it."""
    pages = {page.relative_to(ROOT) for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    assert len(pages) > 100
    assert [page for page in sorted(pages) if not (site / page.with_suffix(".html")).exists()] == []


def test_every_file_that_a_page_names_is_there_and_none_is_fetched_from_elsewhere(site: Path) -> None:
    """Links within the site; it is read without a network."""
    pages = sorted(site.rglob("*.html"))
    lost = [
        f"{page.relative_to(site)}: {link}"
        for page in pages
        for link in _LINK.findall(page.read_text("utf-8"))
        if not (page.parent / unquote(link)).exists()
    ]
    assert lost == []
    assert [page for page in pages if _FETCHED.search(page.read_text("utf-8"))] == []


def test_it_can_be_searched(site: Path) -> None:
    """The index of words is there, and has those of the commands."""
    assert "escal" in (site / "searchindex.js").read_text("utf-8")
