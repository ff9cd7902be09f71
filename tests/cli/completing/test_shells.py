"""Completion in the shells themselves: what is typed, and what the program is given in the end."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

import pytest

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from cli.main import main
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.cli.completing.shells import Shell, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELLS: Final = ("bash", "zsh", "fish")
ODD: Final = (
    *("DC 2714", "O'Neill", "IMG:0417", "IMG:0418", "-X12", 'a"b', "x$HOME", "Fäll 1", "p/q"),
    *("back\\slash", "semi;colon", "tilde~1", "wow!1", "#hash", "*star", "(paren", "fin"),
)
STORE: Final = "odd store.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store of oddly named cases, in a file with a blank in its name."""
    create(str(tmp_path / STORE), {"zone": "Europe/London"}).close()
    recorder = SQLiteRecorder.open(str(tmp_path / STORE))
    app = Longcase(recorder)
    for reference in ODD:
        cases.report(app, reference, Envelope("PS 1", "sergeant"), category="missing")
    recorder.close()
    assert main(["--store", str(tmp_path / STORE), "cases", "--limit", "1"]) == 0
    return tmp_path


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, folder: Path) -> Iterator[Shell]:
    """A shell at work in the folder."""
    if missing(request.param):
        pytest.skip(f"{request.param} is not installed here")
    with Shell(request.param, folder) as at_work:
        yield at_work


TYPED: Final = {
    "show DC\t": "DC 2714",
    "show DC\\ 2\t": "DC 2714",
    'show "DC\t': "DC 2714",
    "show O\t": "O'Neill",
    "show 'O\t": "O'Neill",
    "show IMG\t7\t": "IMG:0417",
    "show IMG:04\t8": "IMG:0418",
    'show "IMG:04\t8"': "IMG:0418",
    "show a\t": 'a"b',
    "show 'a\t": 'a"b',
    'show "x\t': "x$HOME",
    "show x\t": "x$HOME",
    "show Fä\t": "Fäll 1",
    "show p\t": "p/q",
    "show back\t": "back\\slash",
    "show semi\t": "semi;colon",
    "show tilde\t": "tilde~1",
    'show "wow\t': "wow!1",
    "show wow\t": "wow!1",
    "show \\#\t": "#hash",
    "show \\(\t": "(paren",
    "show -- -\t": "-X12",
}


def test_a_reference_however_it_is_written(shell: Shell) -> None:
    """Blanks, quotation marks, colons and hyphens come out as the one argument that is the reference."""
    given = {keys: shell.given(f"longcase --store '{STORE}' {keys}") for keys in TYPED}
    assert {keys: words[-1] for keys, words in given.items()} == TYPED
    assert {len(words) for words in given.values()} == {4, 5}


def test_words_that_are_not_references(shell: Shell) -> None:
    """Kinds, categories and what an option takes behind an equals sign are completed; so are commands."""
    before = f"longcase --store='{STORE}' "
    assert shell.given(f"{before}act DC\\ 2714 child-se\t")[1:] == ["act", "DC 2714", "child-seen"]
    assert shell.given(f"{before}cases --category mis\t")[-1] == "missing"
    assert shell.given(f"{before}find --case=D\t x")[1:] == ["find", "--case=DC 2714", "x"]
    assert shell.given("longcase tim\t") == ["timeline"]


def test_a_store_that_cannot_be_read_is_not_spoken_of(shell: Shell) -> None:
    """Nothing is said in the midst of the line: neither of no store, nor of a file that is none."""
    for place in ("/nowhere/at/all.db", "/etc/hostname", "'postgresql://nobody@127.0.0.1:1/nothing'"):
        keys = f"longcase --store {place} show D\t"
        said = shell.press(keys)
        assert "hint" not in said
        assert "longcase:" not in said
        assert shell.given("") == ["--store", place.strip("'"), "show", "D"]


def test_a_store_in_the_environment(folder: Path) -> None:
    """zsh and fish see what is set before the program on its line; all see what was exported."""
    for name in (one for one in SHELLS if not missing(one)):
        with Shell(name, folder, LONGCASE_STORE=str(folder / STORE)) as exported:
            assert exported.given("longcase show DC\t") == ["show", "DC 2714"]
    for name in (one for one in SHELLS[1:] if not missing(one)):
        with Shell(name, folder) as alone:
            assert alone.given(f"LONGCASE_STORE='{STORE}' longcase show DC\t") == ["show", "DC 2714"]


def test_a_file_is_completed_by_the_shell(shell: Shell) -> None:
    """Where a file is wanted, the shell completes its name."""
    assert shell.given("longcase --store odd\t cases") == ["--store", STORE, "cases"]


def test_nothing_is_written(shell: Shell, folder: Path) -> None:
    """Neither the store, nor a file beside it, is another afterwards; while somebody writes, nobody waits."""
    before = {one.name: one.read_bytes() for one in folder.glob("odd*")}
    assert shell.given(f"longcase --store '{STORE}' show DC\t")[-1] == "DC 2714"
    assert {one.name: one.read_bytes() for one in folder.glob("odd*")} == before
    writer = sqlite3.connect(folder / STORE, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert shell.given(f"longcase --store '{STORE}' show DC\t")[-1] == "DC 2714"
    writer.execute("ROLLBACK")
    writer.close()
