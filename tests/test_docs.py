"""What the documentation shows is what happens: every block is run, every file read, every link followed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from application.vocabulary import shipped
from cli import opening
from cli.main import main
from domain.instant import parse
from tests.docs.pages import ROOT, pages, parts
from tests.docs.session import Session, commands, fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.docs.pages import Part

TOLD = [page for page in pages() if "adr" not in page.parts]


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def run(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    def longcase(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(args)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    yield longcase
    shipped.cache_clear()


class Reading:
    """Follows a page from its top, doing what it says."""

    def __init__(self, session: Session, patch: pytest.MonkeyPatch) -> None:
        self.session, self.patch = session, patch
        self.file = ""

    def take(self, part: Part) -> None:
        if not part.block:
            self.note(part)
        elif self.file:
            (self.session.work / self.file).write_text(part.text, "utf-8")
            self.file = ""
        elif part.kind == "console":
            self.run(part)

    def note(self, part: Part) -> None:
        if part.kind == "clock":
            now = parse(part.text)
            self.patch.setattr(opening, "now", lambda: now)
        elif part.kind == "file":
            self.file = part.text

    def run(self, part: Part) -> None:
        for command, expected in commands(part.text):
            shown = self.session.type(command)
            place = f"line {part.line}: $ {command}"
            assert fits(expected, shown), f"{place}\n--- expected\n{expected}\n--- shown\n{shown}"


@pytest.mark.parametrize("page", TOLD, ids=named)
def test_every_command_gives_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    """A page's commands, typed in order into an empty folder, give the output that stands below them."""
    reading = Reading(Session(tmp_path, monkeypatch, run), monkeypatch)
    for part in parts(page):
        reading.take(part)
    assert not reading.file, "a file was announced and is not there"
