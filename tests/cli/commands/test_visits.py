"""``longcase visits``: whose visits are overdue, and of whom no team was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.views.visits import FIELDS
from tests.cli.children import children
from tests.cli.terminal import Screen, lines

if TYPE_CHECKING:
    from pathlib import Path

AT_80 = """
2 registered offenders, 1 visit overdue, 1 of whom no neighbourhood team was
told, as at now, by what is known now
CASE      RISK  OWNER    VISITED      DUE          OVER BY  TEAM BRIEFED
OFF-0001  high  DC 1417   1 Feb 2016   1 May 2016     19 d  never
OFF-0002  low   nobody   never        10 Mar 2017        -  11 Mar 2016
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=children)


def found(screen: Screen, *words: str) -> list[str]:
    return [item["reference"] for item in screen.typed("visits", *words, "--format", "json").json["items"]]


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """The highest risk first."""
    shown = screen.typed("visits")
    assert shown.out.splitlines() == lines(AT_80)
    assert (shown.code, shown.err) == (0, "not shown in 80 columns: team; --format lines has all\n")


@pytest.mark.parametrize(
    ("words", "references"),
    [
        ([], "OFF-0001 OFF-0002"),
        (["--overdue"], "OFF-0001"),
        (["--overdue", "--as-at", "2016-05-01T08:59"], ""),
        (["--overdue", "--as-at", "2016-05-01T09:00"], "OFF-0001"),
        (["--overdue", "--as-at", "2017-06-01"], "OFF-0001 OFF-0002"),
        (["--never-briefed"], "OFF-0001"),
        (["--never-briefed", "--as-at", "2016-03-10"], "OFF-0001 OFF-0002"),
        (["--team", "Hydra"], "OFF-0001"),
        (["--owner", "DC1417", "--risk", "low"], ""),
        (["--sort", "-due"], "OFF-0002 OFF-0001"),
        (["--sort", "visited_at"], "OFF-0001 OFF-0002"),
        (["--known-at", "2016-03-01"], "OFF-0001"),
    ],
)
def test_what_was_asked_for_is_what_is_found(screen: Screen, words: list[str], references: str) -> None:
    """Filters, orders and the two instants, the later of them in the future too."""
    assert found(screen, *words) == references.split()


def test_a_program_gets_the_fields_of_the_contract(screen: Screen) -> None:
    """How long is left is less than nought."""
    first, second = screen.typed("visits", "--format", "json").json["items"]
    assert tuple(first) == FIELDS
    assert (first["due"], first["overdue"]) == ("2016-05-01T09:00:00+01:00", True)
    assert (first["visited_at"], first["limit"], first["visits"]) == ("2016-02-01T09:00:00+00:00", "3mo", 1)
    assert second["overdue_seconds"] < 0


def test_a_script_learns_whether_there_are_any(screen: Screen) -> None:
    """Exit code 1 if there are, when it was asked for."""
    assert screen.typed("visits", "--overdue", "--exit-code").code == 1
    assert screen.typed("visits", "--overdue", "--exit-code", "--risk", "low").code == 0
