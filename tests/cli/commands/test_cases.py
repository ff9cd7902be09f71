"""``longcase cases``: the headline, what is asked for, what is cut, and the same in every format."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from application.commands import cases, officers
from projections.queries.cases import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import OWNER, SERGEANT, Store

if TYPE_CHECKING:
    from pathlib import Path

AT_80 = """
4 cases, as at now, by what is known now
CASE      RISK       OWNER     AGE    IDLE  LAST ACTIVE        LAST ACTIVITY
DVW-0150             nobody   80 d    80 d   1 Mar 2016 10:00  reported
IMG-0417  very high  DC 1417  98 d    67 d  14 Mar 2016 10:00  child-seen
NEW-0001  low        nobody   10 d    10 d  10 May 2016 10:00  risk-assessed
MIS-0002             nobody    2 d  closed   4 Mar 2016 10:00  resolved
"""


def several(store: Store) -> Store:
    """Tell of four cases: one quiet, one owned, one new, one closed."""
    at = store.at
    at("2016-01-04T09:00", officers.enrol, OWNER, team="Hydra", actor="HR 1", role="registrar")
    store.enrol(SERGEANT)
    at("2016-02-12T09:12", cases.report, "IMG-0417", category="indecent-images", risk="very high")
    at("2016-02-29T11:00", cases.allocate, "IMG-0417", OWNER)
    at("2016-03-01T10:00", cases.report, "DVW-0150", category="domestic-abuse")
    at("2016-03-02T10:00", cases.report, "MIS-0002", category="missing")
    at("2016-03-04T10:00", cases.resolve, "MIS-0002", outcome="found")
    at("2016-03-14T10:00", cases.act, "IMG-0417", "child-seen")
    at("2016-05-10T10:00", cases.report, "NEW-0001", category="other", risk="low")
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=several)


def found(screen: Screen, *words: str) -> list[str]:
    return [item["reference"] for item in screen.typed("cases", *words, "--format", "json").json["items"]]


def headline(screen: Screen, *words: str) -> str:
    return screen.typed("cases", *words, width=140).out.splitlines()[0]


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """The longest idle first, the closed last."""
    shown = screen.typed("cases")
    assert shown.out.splitlines() == lines(AT_80)
    left = "not shown in 80 columns: category, team, reported; --format lines has all\n"
    assert (shown.code, shown.err) == (0, left)


def test_a_wide_terminal_shows_category_team_and_report(screen: Screen) -> None:
    """What an item holds and a narrow one has no room for."""
    shown = screen.typed("cases", width=140).out
    for text in ("indecent-images", "Hydra", "12 Feb 2016 09:12"):
        assert text in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "4 cases, as at now, by what is known now"),
        (["--open"], "3 open cases, as at now, by what is known now"),
        (["--closed"], "1 closed case, as at now, by what is known now"),
        (["--risk", "low"], "1 case, as at now, by what is known now"),
        (["--category", "offender-management"], "0 cases, as at now, by what is known now"),
        (["--idle-over", "30d"], "2 open cases idle for longer than 30d, as at now, by what is known now"),
        (["--idle-over", "70d"], "1 open case idle for longer than 70d, as at now, by what is known now"),
        (
            ["--idle-over", "2w", "--closed"],
            "1 closed case idle for longer than 2w, as at now, by what is known now",
        ),
        (["--as-at", "2016-03-02"], "3 cases, as at the end of 2 Mar 2016, by what is known now"),
        (
            ["--known-at", "2016-03-01"],
            "2 cases, as at the end of 1 Mar 2016, by what was known at the end of 1 Mar 2016",
        ),
        (["--limit", "1"], "4 cases, as at now, by what is known now"),
    ],
)
def test_the_headline_counts_what_was_asked_for(screen: Screen, words: list[str], said: str) -> None:
    """One case is a case; open and idle stand there where they were meant; a limit changes no count."""
    assert headline(screen, *words) == said


@pytest.mark.parametrize(
    ("words", "references"),
    [
        (["--category", "missing", "--category", "other"], "NEW-0001 MIS-0002"),
        (["--risk", "very high"], "IMG-0417"),
        (["--team", "Hydra"], "IMG-0417"),
        (["--owner", "dc1417"], "IMG-0417"),
        (["--unallocated"], "DVW-0150 NEW-0001 MIS-0002"),
        (["--unallocated", "--open"], "DVW-0150 NEW-0001"),
        (["--idle-over", "36h"], "DVW-0150 IMG-0417 NEW-0001"),
        (["--idle-over", "2mo"], "DVW-0150 IMG-0417"),
        (["--idle-over", "30d", "--closed"], "MIS-0002"),
        (["--sort", "reference"], "DVW-0150 IMG-0417 MIS-0002 NEW-0001"),
        (["--sort", "-age_seconds"], "IMG-0417 DVW-0150 NEW-0001 MIS-0002"),
        (["--limit", "1"], "DVW-0150"),
        (["--as-at", "2016-03-03", "--idle-over", "2d"], "IMG-0417 DVW-0150"),
        (["--as-at", "2016-03-05T00:00", "--known-at", "2016-03-03", "--open"], "IMG-0417 DVW-0150 MIS-0002"),
    ],
)
def test_what_was_asked_for_is_what_is_found(screen: Screen, words: list[str], references: str) -> None:
    """Filters, orders and the two instants."""
    assert found(screen, *words) == references.split()


def test_idle_for_exactly_so_long_is_not_for_longer(screen: Screen) -> None:
    """A microsecond more is."""
    exactly = ["--category", "other", "--idle-over", "1d", "--as-at"]
    assert found(screen, *exactly, "2016-05-11T10:00") == []
    assert found(screen, *exactly, "2016-05-11T10:00:00.000001") == ["NEW-0001"]


def test_an_exit_code_for_scripts(screen: Screen) -> None:
    """1 if there are any, 0 if there are none, whatever the limit; without the option always 0."""
    assert screen.typed("cases", "--exit-code", "--idle-over", "30d").code == 1
    assert screen.typed("cases", "--exit-code", "--idle-over", "90d").code == 0
    assert screen.typed("cases", "--exit-code", "--idle-over", "30d", "--format", "jsonl").code == 1
    assert screen.typed("cases", "--idle-over", "30d").code == 0


def test_the_envelope_of_json(screen: Screen) -> None:
    """Instants with their offset, lengths in seconds, what is not there as null."""
    told = screen.typed("cases", "--format", "json").json
    assert list(told) == ["as_at", "known_at", "count", "items"]
    assert (told["as_at"], told["count"]) == ("2016-05-20T12:00:00+01:00", 4)
    assert [tuple(item) for item in told["items"]] == [FIELDS] * 4
    closed = told["items"][-1]
    assert closed == {
        "reference": "MIS-0002",
        "category": "missing",
        "risk": None,
        "ownership": "unallocated",
        "owner": None,
        "team": None,
        "reported_at": "2016-03-02T10:00:00+00:00",
        "closed_at": "2016-03-04T10:00:00+00:00",
        "open": False,
        "age_seconds": 172_800,
        "last_activity": "resolved",
        "last_activity_at": "2016-03-04T10:00:00+00:00",
        "idle_seconds": None,
    }


def test_json_lines_and_csv_hold_the_same(screen: Screen) -> None:
    """Items alone, one a line; and a head with the contract's fields."""
    items = screen.typed("cases", "--format", "json").json["items"]
    assert screen.typed("cases", "--format", "jsonl").rows == items
    head, *rows = csv.reader(io.StringIO(screen.typed("cases", "--format", "csv").out))
    assert tuple(head) == FIELDS
    assert [dict(zip(head, row, strict=True))["reference"] for row in rows] == [one["reference"] for one in items]
    assert dict(zip(head, rows[-1], strict=True))["idle_seconds"] == ""


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_nothing_found_is_no_error(screen: Screen, form: str) -> None:
    """In every format."""
    shown = screen.typed("cases", "--category", "offender-management", "--format", form)
    assert shown.code == 0
    assert shown.err == ("no cases\n" if form == "table" else "")


def test_a_table_that_was_cut_says_so_and_the_other_formats_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fifty cases are enough for a screen, not for a program."""

    def sixty(store: Store) -> Store:
        for number in range(60):
            store.at("2016-05-01T09:00", cases.report, f"C-{number:02}", category="other")
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=sixty)
    shown = screen.typed("cases", width=140)
    assert shown.out.startswith("60 cases, ")
    assert len(shown.out.splitlines()) == 2 + 50
    assert shown.err == "50 of 60 cases are shown; --limit 0 shows all\n"
    assert screen.typed("cases", "--limit", "0", width=140).err == ""
    assert screen.typed("cases", "--limit", "60", width=140).err == ""
    assert "7 of 60 cases" in screen.typed("cases", "--limit", "7").err
    assert len(screen.typed("cases", "--format", "jsonl").rows) == 60
    assert screen.typed("cases", "--format", "json", "--limit", "7").json["count"] == 7


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sort", "name"], "--sort: 'name' cannot be sorted by"),
        (["--idle-over", "5wh30"], "'5wh30' is not a length of time"),
        (["--idle-over", "soon"], "'soon' is not a length of time"),
        (["--idle-over", ""], "'' is not a length of time"),
        (["--idle-over", "9999999d"], "outside the years"),
        (["--risk", "enormous"], "enormous"),
        (["--as-at", "yesterday-ish"], "yesterday-ish"),
        (["--limit", "-1"], "-1"),
    ],
)
def test_what_cannot_be_understood_is_a_usage_problem(screen: Screen, words: list[str], said: str) -> None:
    """Exit code 2, nothing on standard output."""
    shown = screen.typed("cases", *words)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


@pytest.mark.parametrize("width", [70, 80, 100, 110, 120, 140, 200])
def test_no_line_is_wider_than_the_terminal(screen: Screen, width: int) -> None:
    """The last column is the one that may be cut."""
    shown = screen.typed("cases", "--idle-over", "30d", "--known-at", "2016-05-19", width=width)
    assert max(map(len, shown.out.splitlines())) <= width
