"""``longcase detained``: the children who are in custody, and what was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.views.detained import FIELDS
from tests.cli.children import children
from tests.cli.terminal import Screen, lines

if TYPE_CHECKING:
    from pathlib import Path

AT_80 = """
2 cases with a child in custody, in 1 of them other accommodation was not asked
for, as at now, by what is known now
CASE      OWNER    DETAINED           HELD  ACCOMMODATION  OVERDUE
CUS-0002  nobody   20 May 2016 09:05   2 h  asked for
CUS-0001  DC 1417  19 May 2016 22:05  13 h  not asked for  child-accommodation,
                                                           detention-review
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=children)


def found(screen: Screen, *words: str) -> list[str]:
    return [item["reference"] for item in screen.typed("detained", *words, "--format", "json").json["items"]]


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """Whether another bed was asked for stands there in words."""
    shown = screen.typed("detained")
    assert shown.out.splitlines() == lines(AT_80)
    left = "not shown in 80 columns: aged, team, where, charged, reviewed; --format lines has all\n"
    assert (shown.code, shown.err) == (0, left)


def test_a_wide_terminal_says_where_and_when(screen: Screen) -> None:
    """Charged, reviewed, and every standard that is broken."""
    shown = screen.typed("detained", width=160).out
    for text in ("cell 4", "20 May 2016 02:00", "child-accommodation, detention-review"):
        assert text in shown


def test_a_restricted_case_keeps_its_text(screen: Screen) -> None:
    """It stays in the list; where the child is, and its age, are for those who may read it."""
    assert "cell 7" not in screen.typed("detained", width=160).out
    shown = screen.typed("--actor", "DI 7", "detained", width=160).out
    assert "cell 7" in shown
    assert "17" in shown


@pytest.mark.parametrize(
    ("words", "references"),
    [
        ([], "CUS-0002 CUS-0001"),
        (["--risk", "high"], "CUS-0002"),
        (["--owner", "dc1417"], "CUS-0001"),
        (["--team", "Hydra"], "CUS-0001"),
        (["--unallocated"], "CUS-0002"),
        (["--sort", "-held_seconds"], "CUS-0001 CUS-0002"),
        (["--limit", "1"], "CUS-0002"),
        (["--as-at", "2016-05-19"], "CUS-0001"),
        (["--as-at", "2016-05-19T22:00"], ""),
        (["--known-at", "2016-05-20T09:04"], "CUS-0001"),
    ],
)
def test_what_was_asked_for_is_what_is_found(screen: Screen, words: list[str], references: str) -> None:
    """Filters, orders and the two instants."""
    assert found(screen, *words) == references.split()


def test_a_program_gets_the_fields_of_the_contract(screen: Screen) -> None:
    """Instants with their offset; the standards that are broken by their ids."""
    _, item = screen.typed("detained", "--format", "json").json["items"]
    assert tuple(item) == FIELDS
    assert item["detained_at"] == "2016-05-19T22:05:00+01:00"
    assert item["breached"] == ["child-accommodation", "detention-review"]
    head = screen.typed("detained", "--format", "csv").out.splitlines()[0]
    assert head == ",".join(FIELDS)


def test_a_script_learns_whether_there_are_any(screen: Screen) -> None:
    """Exit code 1 if there are, when it was asked for."""
    assert screen.typed("detained", "--exit-code").code == 1
    assert screen.typed("detained", "--exit-code", "--as-at", "2016-05-01").code == 0


def test_a_field_that_there_is_not_is_named(screen: Screen) -> None:
    """With those that there are."""
    shown = screen.typed("detained", "--sort", "colour")
    assert shown.code == 2
    assert "'colour' cannot be sorted by" in shown.err
