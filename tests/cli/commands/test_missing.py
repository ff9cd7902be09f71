"""``longcase missing``: who is missing, how graded, found when, spoken to in time or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import cases
from projections.views.missing import FIELDS
from tests.cli.children import children
from tests.cli.terminal import Screen, lines

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projections.story_store import Store

AT_80 = """
2 cases with a child reported missing, 1 missing still, 1 not spoken to in time,
as at now, by what is known now
CASE      RISK          AGED  STATE    MISSING            GRADED       SPOKEN TO
MIS-0002  not assessed  15    missing  13 May 2016 08:10  not graded   -
MIS-0001  high          13    found    10 May 2016 08:10  medium risk  overdue
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=children)


def found(screen: Screen, *words: str) -> list[str]:
    return [item["reference"] for item in screen.typed("missing", *words, "--format", "json").json["items"]]


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """Those still missing first."""
    shown = screen.typed("missing")
    assert shown.out.splitlines() == lines(AT_80)
    left = "not shown in 80 columns: owner, team, found, spoken to at; --format lines has all\n"
    assert (shown.code, shown.err) == (0, left)


@pytest.mark.parametrize(
    ("words", "references"),
    [
        ([], "MIS-0002 MIS-0001"),
        (["--still"], "MIS-0002"),
        (["--risk", "high"], "MIS-0001"),
        (["--still", "--as-at", "2016-05-12T19:00"], "MIS-0001"),
        (["--still", "--as-at", "2016-05-12T20:00"], ""),
        (["--still", "--as-at", "2016-05-13", "--known-at", "2016-05-13"], "MIS-0001 MIS-0002"),
        (["--sort", "reference"], "MIS-0001 MIS-0002"),
        (["--as-at", "2016-05-09"], ""),
    ],
)
def test_what_was_asked_for_is_what_is_found(screen: Screen, words: list[str], references: str) -> None:
    """A return that was recorded two days late is in the world at once, and was not known."""
    assert found(screen, *words) == references.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-at", "2016-05-14"], "due 15 May 2016 20:00"),
        (["--as-at", "2016-05-16"], "overdue"),
    ],
)
def test_whether_anybody_spoke_to_the_child(screen: Screen, words: list[str], said: str) -> None:
    """Due until 72 hours have passed since it was found."""
    assert said in screen.typed("missing", *words, width=160).out


def test_too_late_and_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was late stays so."""

    def tell(store: Store) -> Store:
        children(store)
        store.at("2016-05-20T10:30", cases.act, "MIS-0001", "return-interview")
        store.at("2016-05-20T10:40", cases.act, "MIS-0002", "found")
        store.at("2016-05-20T10:50", cases.act, "MIS-0002", "return-interview")
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)
    shown = screen.typed("missing", width=160).out.splitlines()
    assert [line.rpartition("  ")[2] for line in shown[-2:]] == ["too late", "in time"]


def test_a_program_gets_the_fields_of_the_contract(screen: Screen) -> None:
    """The instants of the last time, and how often there was one."""
    _, item = screen.typed("missing", "--format", "json").json["items"]
    assert tuple(item) == FIELDS
    assert (item["found_at"], item["due"]) == ("2016-05-12T20:00:00+01:00", "2016-05-15T20:00:00+01:00")
    assert (item["in_time"], item["graded"], item["episodes"]) == (False, "medium risk", 1)


def test_a_script_learns_whether_there_are_any(screen: Screen) -> None:
    """Exit code 1 if there are, when it was asked for."""
    assert screen.typed("missing", "--still", "--exit-code").code == 1
    assert screen.typed("missing", "--still", "--risk", "low", "--exit-code").code == 0
