"""``longcase find`` as a person and as a program read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import cases
from presentation.escaping import safe_text
from projections.finding.find import FIELDS
from tests.cli.terminal import Screen
from tests.projections.story_store import CASE, Store, warning

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "a long line \u202eevil\u202c of what Zoë\x1b[31m O\u2019Brien said, and after it very much more " * 6

AT_40 = """\
IMG-0417 entry 8, warrant sought, 18 May
2016 10:30, DC 1417
  court: magistrates' [court]
"""
AT_80 = """\
IMG-0417 entry 8, warrant sought, 18 May 2016 10:30, DC 1417
  court: magistrates' [court]
"""


def tell(store: Store) -> Store:
    warning(store)
    store.at("2016-05-20T09:00", cases.act, CASE, "interview", text=NAMES)
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)


@pytest.mark.parametrize(("width", "expected"), [(40, AT_40), (80, AT_80), (140, AT_80)])
def test_a_person_reads_it(screen: Screen, width: int, expected: str) -> None:
    """Which entry, what, when and by whom; under it the text with the words in brackets."""
    assert screen.typed("find", "court", width=width).out == expected


@pytest.mark.parametrize("width", [40, 80, 140])
def test_a_long_and_evil_text_is_whole_lines_of_safe_text(screen: Screen, width: int) -> None:
    """No line is wider than the terminal, and nothing steers it; the rest is a command away."""
    out = screen.typed("find", "zoe", "o'brien", width=width).out
    assert max(map(len, out.splitlines())) <= width
    assert all(safe_text(line) == line for line in out.splitlines())
    assert "[Zoë]" in out.replace("\n", " ")
    assert "…" in out


def test_a_program_gets_the_contract(screen: Screen) -> None:
    """An item a text, with what was not looked in beside the items; CSV has the fields as its head."""
    found = screen.typed("find", "zoe", "--format", "json").json
    assert (found["count"], found["withheld"]) == (1, 0)
    (item,) = found["items"]
    assert tuple(item) == FIELDS
    first, last = item["marks"][0]
    assert item["context"][first:last] == "Zoë"
    assert screen.typed("find", "zoe", "--format", "csv").out.splitlines()[0] == ",".join(FIELDS)
    assert [row["position"] for row in screen.typed("find", "a", "--format", "jsonl").rows] == sorted(
        row["position"] for row in screen.typed("find", "a", "--format", "jsonl", "--sort", "-position").rows
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["..."], 2, "there is no word to look for"),
        (['"said'], 2, "a quotation mark is missing"),
        (["said", "--in", "sumary"], 2, "did you mean: summary"),
        (["said", "--sort", "actor"], 2, "cannot be sorted by"),
        (["said", "--case", "IMG-0471"], 3, "there is no case IMG-0471"),
        (["zyzzyva"], 0, "no entry has this word"),
        (["said", "zyzzyva"], 0, "no entry has all of these words"),
    ],
)
def test_what_is_refused_or_not_found(screen: Screen, words: list[str], code: int, said: str) -> None:
    """In words, with nothing on standard output."""
    shown = screen.typed("find", *words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err


def test_a_limit(screen: Screen) -> None:
    """So many texts, and a word that there are more."""
    shown = screen.typed("find", "a", "--limit", "1")
    assert shown.out.count("entry") == 1
    assert shown.err == "--limit 1: there are more texts; --limit 0 shows all\n"
