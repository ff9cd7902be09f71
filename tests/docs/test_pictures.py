"""The pictures of README and the manual are those that the demonstration gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.write_pictures import DRAWN, FOLDER, draw
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    draw(folder)
    return folder


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_up_to_date(drawn: Path, name: str) -> None:
    """``python -m scripts.write_pictures`` draws them anew."""
    assert (FOLDER / name).read_text("utf-8") == (drawn / name).read_text("utf-8")


def test_every_picture_is_shown_and_no_other_is_there() -> None:
    """A picture that no page shows would be looked after by nobody."""
    pages = "".join(page.read_text("utf-8") for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    assert {page.name for page in FOLDER.iterdir()} == set(DRAWN)
    assert [name for name in DRAWN if f"pictures/{name})" not in pages] == []
