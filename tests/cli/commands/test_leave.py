"""``officer absent`` and ``officer leave``: what who goes has, who stands in, what is left with nobody."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from application.commands import cases, officers
from cli.session import stores
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import OWNER, SERGEANT, when

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.terminal import Shown
    from tests.projections.story_store import Store

DEPUTY = "DC 2206"
HEAD = """
DC 1417 entry 2: absent, position 21
away through 27 May 2016; the deputy is DC 2206
DC 1417 has 3 open cases: LV-1, LV-2, LV-3
of these are paused: LV-3
3 overdue there, and 0 due by 28 May 2016 00:00
to hand over, with --preview to try it: longcase allocate --from 'DC 1417' OFFICER --reason TEXT
"""
AT_140 = """
DUE                 LEFT  CASE  RISK  OWNER    WHAT                                                                   TYPE
18 May 2016 09:00   -2 d  LV-1  high  DC 1417  no work on the case (dormant, 7 days)                                  longcase act LV-1 KIND
19 May 2016 00:00   -1 d  LV-1  high  DC 1417  nothing has been done since it was allocated (first-action, 5 working  longcase act LV-1 KIND
                                               days)
"""  # noqa: E501  (what a terminal of 140 cells shows)
AT_80 = """
18 May 2016 09:00, 2 d over: LV-1, high, DC 1417
  no work on the case (dormant, 7 days)
  longcase act LV-1 KIND
19 May 2016 00:00, 1 d over: LV-1, high, DC 1417
  nothing has been done since it was allocated (first-action, 5 working days)
  longcase act LV-1 KIND
"""
AT_40 = """
18 May 2016 09:00, 2 d over: LV-1, high,
DC 1417
  no work on the case (dormant, 7 days)
  longcase act LV-1 KIND
19 May 2016 00:00, 1 d over: LV-1, high,
DC 1417
  nothing has been done since it was
  allocated (first-action, 5 working
  days)
"""


def going(store: Store) -> Store:
    """Tell of an officer with three open cases, one of them paused, and of colleagues, of whom one has left."""
    at = store.at
    store.enrol(OWNER, DEPUTY, SERGEANT, "DC 3001")
    for number, risk in enumerate(("high", "low", "medium", "low"), start=1):
        at(f"2016-05-1{number}T09:00", cases.report, f"LV-{number}", category="other", risk=risk)
        at(f"2016-05-1{number}T10:00", cases.allocate, f"LV-{number}", OWNER)
    at("2016-05-16T10:00", cases.pause, "LV-3", review_on="2016-06-30", reason="abroad")
    at("2016-05-16T12:00", cases.resolve, "LV-4", outcome="no further action")
    at("2016-05-16T13:00", cases.request_closure, "LV-2", "no further action", actor=OWNER)
    at("2016-05-17T12:00", officers.leave, "DC 3001")
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=going)


def away(screen: Screen, *words: str, width: int = 80) -> Shown:
    """Record the leave of the owner, who has a deputy."""
    given = ("--until", "2016-05-27", "--deputy", "dc2206", "--actor", "HR 1", *words)
    return screen.typed("officer", "absent", OWNER, *given, width=width)


@pytest.mark.parametrize(("width", "expected"), [(140, AT_140), (80, AT_80), (40, AT_40)])
def test_what_they_have_and_what_falls_due_meanwhile_is_said(screen: Screen, width: int, expected: str) -> None:
    """Whoever arranges the leave sees what must not wait; that they are away is no news."""
    shown = away(screen, width=width)
    head, below = lines(HEAD), lines(expected)
    assert shown.out.splitlines()[: len(head) + len(below)] == head + below
    assert (shown.code, shown.err) == (0, "")


def test_a_program_reads_the_same(screen: Screen) -> None:
    """The end, the deputy, the cases and what is due, under the names of the contract."""
    found = away(screen, "--format", "json").json
    assert (found["until"], found["deputy"]) == ("2016-05-28T00:00:00+01:00", DEPUTY)
    assert found["holds"][0] == {"reference": "LV-1", "category": "other", "risk": "high", "team": None}
    assert ([one["reference"] for one in found["holds"]], found["paused"]) == (["LV-1", "LV-2", "LV-3"], ["LV-3"])
    due = [(one["reference"], one["standard"], one["command"]) for one in found["falls_due"]]
    assert due[0] == ("LV-1", "dormant", "longcase act LV-1 KIND")
    assert found["deputy_for"] == []


def test_who_leaves_leaves_cases_with_nobody_and_the_command_hands_them_over(screen: Screen) -> None:
    """Typed as it stands, with somebody to take them."""
    shown = screen.typed("officer", "leave", OWNER, "--actor", "HR 1")
    assert shown.out.splitlines()[1:4] == [
        "DC 1417 leaves 3 open cases: LV-1, LV-2, LV-3",
        "of these are paused: LV-3",
        "3 overdue there, and 0 due by 27 May 2016 12:00",
    ]
    (told,) = [line for line in shown.out.splitlines() if line.startswith("to hand over, ")]
    typed = told.partition(": longcase ")[2]
    words = shlex.split(typed.replace("OFFICER", f"'{DEPUTY}'").replace("TEXT", "leaver"))
    assert screen.typed(*words, "--actor", SERGEANT).code == 0
    again = screen.typed("officer", "leave", DEPUTY, "--actor", "HR 1", "--format", "json").json
    assert [one["reference"] for one in again["holds"]] == ["LV-1", "LV-2", "LV-3"]
    assert "until" not in again
    assert screen.typed("officer", "leave", OWNER, "--actor", "HR 1").err.startswith(
        "longcase: the officer left on 20 May 2016\n"
    )


def test_who_has_nothing_leaves_nothing(screen: Screen) -> None:
    """And that is said, lest silence be taken for it."""
    shown = screen.typed("officer", "leave", DEPUTY, "--actor", "HR 1")
    assert shown.out.splitlines()[1:] == ["DC 2206 has no open case"]


@pytest.mark.parametrize(
    ("deputy", "why"),
    [
        ("dc 1417", "nobody is their own deputy"),
        ("DC 3001", "DC 3001 left on 17 May 2016, and can be nobody's deputy"),
        ("DC 9", "DC 9 is not enrolled, and can be nobody's deputy"),
    ],
)
def test_who_cannot_stand_in_is_refused(screen: Screen, deputy: str, why: str) -> None:
    """Nothing is recorded."""
    done = screen.typed("officer", "absent", OWNER, "--deputy", deputy, "--actor", "HR 1")
    assert (done.code, done.out, done.err.splitlines()[0]) == (3, "", f"longcase: {why}")


def test_a_deputy_who_is_away_is_flagged(screen: Screen) -> None:
    """It can be arranged before they are back."""
    screen.typed("officer", "absent", DEPUTY, "--until", "2016-05-21", "--actor", "HR 1")
    assert away(screen).err == "! entry 2: the deputy was absent\n"
    found = screen.typed("audit", "--flag", "deputy-absent", "--format", "json").json
    assert [one["summary"] for one in found["items"]] == ["absent, deputy DC 2206"]


@pytest.mark.parametrize("command", ["next", "waiting"])
def test_a_deputy_is_told_whose_list_is_theirs_too(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Beside their own, which stays their own; on both axes, and no longer than it lasts."""
    away(screen)
    asked = f"longcase {command} --owner 'DC 1417'"
    told = f"DC 2206 is deputy for DC 1417 through 27 May 2016: {asked}"
    assert told in screen.typed(command, "--owner", "dc2206").err.splitlines()
    assert screen.typed(command, "--owner", "dc2206", "--format", "json").err == ""
    assert told not in screen.typed(command, "--owner", DEPUTY, "--known-at", "2016-05-20T11:00").err
    monkeypatch.setattr(stores, "now", lambda: when("2016-05-28T00:00"))
    assert told not in screen.typed(command, "--owner", DEPUTY).err
    shown = screen.typed(command, "--owner", DEPUTY, "--as-at", "2016-05-27").err
    assert f"{told} --as-at 2016-05-27" in shown.splitlines()


def test_the_register_shows_both_until_the_absence_is_over(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day of return is nobody's to record: the cases have their owner again, by every list."""
    away(screen)
    shown = screen.typed("officers", width=160).out
    assert "absent since 20 May 2016 through 27 May 2016, deputy DC 2206" in shown
    assert "deputy for DC 1417 through 27 May 2016" in shown
    unavailable = ("stalled", "--cause", "owner-unavailable", "--format", "json")
    assert screen.typed(*unavailable).json["count"] == 3
    monkeypatch.setattr(stores, "now", lambda: when("2016-05-28T00:00"))
    assert screen.typed(*unavailable).json["count"] == 0
    assert screen.typed("officers", "--away", "--format", "json").json["items"][0]["officer"] == "DC 3001"
    back = screen.typed("officer", "back", OWNER, "--actor", "HR 1")
    assert back.err.startswith("longcase: the officer is not absent\n")
