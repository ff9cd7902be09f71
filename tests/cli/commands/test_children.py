"""Several children in one case: what is recorded of one, and what every page says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases
from tests.cli.terminal import Screen, lines

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projections.story_store import Store

ALL = """
CASE  RISK          CHILD        AGED   STATE      MISSING            GRADED      SPOKEN TO
TM-1  high          the younger  13, 9  missing    16 May 2016 10:11  not graded  -
TM-2  not assessed  -            -      found      15 May 2016 09:00  not graded  overdue
TM-1  high          the elder    13, 9  spoken to  16 May 2016 10:10  not graded  in time
"""
READER = ("--actor", "DI 7")


def told(store: Store) -> Store:
    """Tell of two missing children in one case, of whom one was found, and of one in another."""
    at = store.at
    at("2016-05-15T08:50", cases.report, "TM-2", category="missing")
    at("2016-05-15T09:00", cases.act, "TM-2", "missing-reported")
    at("2016-05-15T11:00", cases.act, "TM-2", "found")
    at("2016-05-16T10:00", cases.report, "TM-1", category="missing", risk="high", children=2, ages=(13, 9))
    for when, kind, child in (
        ("2016-05-16T10:10", "missing-reported", "the elder"),
        ("2016-05-16T10:11", "missing-reported", "the younger"),
        ("2016-05-16T15:00", "found", "The  elder"),
        ("2016-05-17T10:00", "return-interview", "the elder"),
    ):
        at(when, cases.act, "TM-1", kind, child=child)
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 1")
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=told)


def items(screen: Screen, *words: str) -> list[Any]:
    found: list[Any] = screen.typed(*words, "--format", "json").json["items"]
    return found


def missing(screen: Screen) -> list[tuple[str, str | None]]:
    return [(one["reference"], one["child"]) for one in items(screen, "missing", "--still")]


def test_one_found_leaves_the_other_on_the_list(screen: Screen) -> None:
    """A line a child, by name where any has one; how many cases and how many children is said above."""
    shown = screen.typed("missing", "--still", width=92).out
    assert "1 of 2 cases with a child reported missing, 1 missing still" in shown
    assert "TM-1  high  the younger  13, 9  missing  16 May 2016 10:11" in shown
    assert "the elder" not in shown
    every = screen.typed("missing", width=92).out.splitlines()
    assert every[0].startswith("2 cases with a child reported missing, 3 children, 1 missing still")
    assert every[-4:] == lines(ALL)


def test_the_second_that_is_found_waits_for_its_own_interview(screen: Screen) -> None:
    """That of the first was not its own; the clock is told by the child's name, everywhere."""
    assert screen.typed("act", "TM-1", "found", "--child", "the younger", "--at", "2016-05-17T09:00").code == 0
    assert missing(screen) == []
    (case,) = [
        one for one in items(screen, "stalled", "--standard", "return-interview") if one["reference"] == "TM-1"
    ]
    (cause,) = [one for one in case["causes"] if one["standard"] == "return-interview"]
    assert (cause["child"], cause["unnamed"]) == ("the younger", False)
    assert cause["explanation"].startswith("the younger: nobody has spoken to the child since")
    (clock,) = items(screen, "explain", "TM-1", "--standard", "return-interview", "--key", "THE YOUNGER")
    assert (clock["child"], clock["state"], clock["due"]) == (
        "the younger",
        "breached",
        "2016-05-20T09:00:00+01:00",
    )
    assert "return-interview the younger" in screen.typed("show", "TM-1").out
    assert "return-interview the elder" in screen.typed("explain", "TM-1").out


def test_the_name_is_in_what_happened(screen: Screen) -> None:
    """In words, among the details, and in the state; a replay and a diff tell what changed of whom."""
    assert "found, The  elder" not in screen.typed("timeline", "TM-1").out
    assert "found, The elder" in screen.typed("timeline", "TM-1").out
    assert items(screen, "timeline", "TM-1")[-1]["details"]["child"] == "the elder"
    (state,) = items(screen, "show", "TM-1")
    children = state["safeguarding"]["children"]
    assert children["the elder"]["missing_since"] is None
    assert children["the younger"]["missing_since"] == "2016-05-16T10:11:00+01:00"
    assert list(children["the elder"]["steps"]) == ["missing-reported", "found", "return-interview"]
    assert "! the younger: missing since 16 May 2016 10:11" in screen.typed("show", "TM-1", width=200).out
    assert "child the younger missing since" in screen.typed("replay", "TM-1", width=200).out


def test_a_corrected_name_finds_the_other_child(screen: Screen) -> None:
    """As at any instant by what is known now; as known before, the first was found."""
    shown = screen.typed("correct", "TM-1", "5", "child=the younger", "--reason", "mixed up")
    assert shown.code == 0
    assert missing(screen) == []
    screen.typed("retract", "TM-1", "6", "--reason", "mixed up")
    assert missing(screen) == [("TM-1", "the elder")]
    known = items(screen, "missing", "--still", "--known-at", "2016-05-18")
    assert [one["child"] for one in known] == ["the younger"]


def test_a_name_that_is_none_is_refused(screen: Screen) -> None:
    """Recorded or corrected: nothing, and what cannot be seen."""
    assert screen.typed("act", "TM-1", "found", "--child", " ").code == 3
    assert screen.typed("act", "TM-1", "found", "--child", "child\u200b1").code == 3
    assert screen.typed("correct", "TM-1", "5", "child=child\u200b1", "--reason", "r").code == 3


def test_an_action_about_all_of_several_children_says_so(screen: Screen) -> None:
    """And of a name that is new which the others are, as it may be mistyped; nothing where there is no doubt."""
    assert "entry 7 names no child, and is about all of them" in screen.typed("act", "TM-1", "found").err
    shown = screen.typed("act", "TM-1", "found", "--child", "the yuonger").err
    assert "is the first that names 'the yuonger'; others of the case: the elder, the younger" in shown
    assert "child" not in screen.typed("act", "TM-1", "child-seen", "--child", "the elder").err
    assert "child" not in screen.typed("act", "TM-2", "return-interview").err
    assert "about all" not in screen.typed("act", "TM-1", "supervisor-review").err


def test_closing_the_case_is_flagged_and_takes_no_child_off_the_lists(screen: Screen) -> None:
    """Missing, stalled for it, and marked as closed, until the child is found; the flag stays."""
    shown = screen.typed("resolve", "TM-1", "--outcome", "filed")
    assert (shown.code, "closed with a child missing still" in shown.err) == (0, True)
    assert missing(screen) == [("TM-1", "the younger")]
    assert "case closed" in screen.typed("missing", "--still", width=120).out
    (case,) = items(screen, "stalled", "--cause", "child-missing")
    assert (case["reference"], case["open"], case["causes"][0]["child"]) == ("TM-1", False, "the younger")
    assert "the younger: the case was closed, and a child is missing still" in " ".join(
        screen.typed("stalled", "--cause", "child-missing", width=200).out.split()
    )
    screen.typed("act", "TM-1", "found", "--child", "the younger")
    assert missing(screen) == []
    assert items(screen, "stalled", "--cause", "child-missing") == []
    flagged = [one["flags"] for one in items(screen, "audit", "--irregular", "--case", "TM-1")]
    assert ["child-missing"] in flagged


def test_a_case_closed_on_a_child_in_custody_stays_in_detained(screen: Screen) -> None:
    """Each child that is held has its line."""
    for child in ("A", "B"):
        screen.typed("act", "TM-2", "detained", "--child", child, "--outcome", "cell 4")
    screen.typed("act", "TM-2", "released", "--child", "A")
    assert "closed with a child in custody still" in screen.typed("resolve", "TM-2", "--outcome", "filed").err
    (held,) = items(screen, "detained")
    assert (held["child"], held["where"], held["open"]) == ("B", "cell 4", False)
    (case,) = items(screen, "stalled", "--cause", "child-detained")
    assert [one["child"] for one in case["causes"]] == ["B"]
    screen.typed("act", "TM-2", "transferred", "--child", "B")
    assert items(screen, "detained") == items(screen, "stalled", "--cause", "child-detained") == []


def test_the_names_of_a_restricted_case_are_for_its_readers(screen: Screen) -> None:
    """In every list, in CSV and in words; the rows and the counts stay."""
    screen.typed("act", "TM-1", "detained", "--child", "the elder", "--at", "2016-05-18")
    screen.typed("restrict", "TM-1", "--to", "DI 7", "--reason", "r")
    for words in (["missing"], ["detained"], ["stalled"], ["due"], ["audit"], ["stalled", "--by", "cause"]):
        for form in ("table", "json", "csv"):
            assert "elder" not in screen.typed(*words, "--format", form, width=200).out, (words, form)
            assert "younger" not in screen.typed(*words, "--format", form, width=200).out, (words, form)
    assert missing(screen) == [("TM-1", None)]
    assert "the younger" in screen.typed(*READER, "missing", width=200).out
    assert "the elder: " in screen.typed(*READER, "stalled", width=200).out
    assert "a child: the missing report was never graded" in screen.typed("stalled", width=200).out


def test_the_tables_hold_no_name(screen: Screen, tmp_path: Path) -> None:
    """They know a child by the number of the entry that named it first."""
    import sqlite3

    screen.typed("stalled")
    with sqlite3.connect(tmp_path / "s.db") as store:
        names = [
            name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE name LIKE 'c%interval_1'")
        ]
        rows = [str(row) for name in names for row in store.execute(f"SELECT * FROM {name}")]
    assert rows
    assert not [row for row in rows if "elder" in row or "younger" in row]


def test_an_export_comes_back_with_its_names(screen: Screen, tmp_path: Path) -> None:
    """In all three formats, into another store."""
    for form in ("jsonl", "csv", "xes"):
        file = tmp_path / f"out.{form}"
        assert screen.typed("export", "--format", form, "--output", str(file)).code == 0
        other = f"--store={tmp_path / form}.db"
        screen.typed(other, "init")
        assert screen.typed(other, "import", str(file)).code == 0
        found = screen.typed(other, "missing", "--still", "--format", "json").json["items"]
        assert [one["child"] for one in found] == ["the younger"]


def test_a_mapping_says_where_an_import_finds_the_name(screen: Screen, tmp_path: Path) -> None:
    """A row without one is about all; the same file again adds nothing; a name that is none refuses its row."""
    (tmp_path / "m.toml").write_text('child = "who"\nactivity = "what"\ntime = "time"\ncase = "case"\n')
    (tmp_path / "log.csv").write_text(
        "case,what,time,who\n"
        "L-1,missing-reported,2016-05-16T10:00Z,A\n"
        "L-1,missing-reported,2016-05-16T10:01Z, B \n"
        "L-1,found,2016-05-16T11:00Z,a\n"
        "L-1,found,2016-05-16T12:00Z,x\u200by\n",
        "utf-8",
    )
    words = ("import", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "m.toml"))
    shown = screen.typed(*words)
    assert "the child's name" in shown.out + shown.err
    assert ("L-1", "B") in missing(screen)
    assert ("L-1", "A") not in missing(screen)
    head = items(screen, "timeline", "L-1")
    screen.typed(*words)
    assert items(screen, "timeline", "L-1") == head


def test_what_was_recorded_without_names_reads_as_before(screen: Screen) -> None:
    """No column more, and the sentences as they were."""
    shown = screen.typed("missing", "--as-at", "2016-05-15T10:00").out
    assert shown.splitlines()[-2].split() == [
        "CASE",
        "RISK",
        "AGED",
        "STATE",
        "MISSING",
        "GRADED",
        "SPOKEN",
        "TO",
    ]
    why = screen.typed("stalled", "--as-at", "2016-05-19", width=200).out
    assert "  nobody has spoken to the child since (return-interview, 72 hours)" in why
