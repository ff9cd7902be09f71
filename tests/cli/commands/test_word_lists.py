"""``longcase words``: every word that is typed or shown, with its meaning and what it does to clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.vocabulary import shipped
from domain.rulebook.model import CAUSES
from presentation.word_lists import FIELDS, LISTS
from tests.cli.terminal import Screen, lines
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

AT_40 = """
relations between cases, for link REF
OTHER --as RELATION
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


def rows(screen: Screen, *words: str) -> list[Any]:
    return screen.typed("words", *words, "--format", "jsonl").rows


def test_every_word_is_there_with_its_meaning(screen: Screen) -> None:
    """All kinds, categories and relations of the vocabulary, all causes, all flags of the auditor's page."""
    found = {name: [one for one in rows(screen) if one["list"] == name] for name in LISTS}
    words = {name: {one["word"] for one in group} for name, group in found.items()}
    vocabulary = shipped()
    assert words["kinds"] == vocabulary.kinds.keys()
    assert words["categories"] == vocabulary.categories.keys()
    assert words["relations"] == vocabulary.relations.keys()
    assert words["causes"] == set(CAUSES)
    page = (
        (ROOT / "docs" / "auditors.md").read_text("utf-8").partition("| flag | means |")[2].partition("\n\n")[0]
    )
    cells = [cell.strip(" `") for row in page.splitlines()[2:] for cell in row.split("|")[1].split(",")]
    assert words["flags"] == {cell.removesuffix(": ...") for cell in cells}
    assert all(one["means"] for name in LISTS if name != "outcomes" for one in found[name])
    assert {tuple(one) for group in found.values() for one in group} == {FIELDS}


def test_a_kind_says_what_it_does_by_the_rulebook(screen: Screen) -> None:
    """The standards that name the action, and if it is work, those that wait for any."""
    found = {one["word"]: one for one in rows(screen, "kinds")}
    standards = screen.typed("rulebook", "show", "--format", "jsonl").rows
    for word, one in found.items():
        named = {f"action:{word}", *(["activity"] if one["counts"] else [])}
        for part in ("starts", "stops", "ends"):
            expected = [each["id"] for each in standards if named & set(each[part])]
            assert one[part] == expected
    assert found["note"]["stops"] == []
    assert "missing-graded" in found["found"]["stops"]


def test_outcomes_are_those_of_closed_cases(store: Path, longcase: Callable[..., Ran], clock: Any) -> None:
    """With how many cases, as at the instant asked about; not of a case that may not be read."""
    for number, outcome in enumerate(("charged", "no crime", "charged")):
        longcase("report", f"X-{number}", "--category", "other")
        clock.now += 1_000_000
        longcase("resolve", f"X-{number}", "--outcome", outcome, "--actor", "PS 0089")
        clock.now += 1_000_000
    found = longcase("words", "outcomes", "--format", "csv").out.splitlines()[1:]
    assert found == ["outcomes,charged,,,[],[],[],[],,,2", "outcomes,no crime,,,[],[],[],[],,,1"]
    longcase("restrict", "X-1", "--reason", "r", "--to", "DI 7")
    clock.now += 1_000_000
    assert len(longcase("--actor", "DC 1", "words", "outcomes", "--format", "csv").out.splitlines()) == 2
    early = longcase("words", "outcomes", "--as-at", "2016-05-19")
    assert early.out + early.err == "no words\n"


@pytest.mark.parametrize("width", [40, 80, 140])
def test_nothing_is_cut_and_no_line_is_too_long(screen: Screen, width: int) -> None:
    """Every meaning is whole, wrapped between words, at any width."""
    shown = screen.typed("words", width=width)
    assert max(map(len, shown.out.splitlines())) <= width
    told = " ".join(shown.out.split())
    assert all(one["means"] in told for one in rows(screen) if one["means"])


def test_a_person_reads_it_in_few_columns(screen: Screen) -> None:
    """Where it is narrow, the meaning stands below the word."""
    shown = screen.typed("words", "relations", width=40).out.splitlines()
    assert shown[:2] == lines(AT_40)
    assert shown[2].startswith("  ")
    assert shown[3].startswith("    ")
