"""``longcase next``: what is overdue and what falls due, the soonest first, and what to type; as a calendar."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from domain.instant import parse
from presentation.agenda import FIELDS
from tests.cli.neglect import OTHER, neglected
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import OWNER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT_140 = """
11 overdue and 1 due within 2d, as at now, by what is known now
DUE                 LEFT  CASE    RISK          OWNER    WHAT                                          TYPE
29 Mar 2016 11:00  -52 d  OLD-1   low           DC 2206  no supervisor has looked at it                longcase act OLD-1 supervisor-review
                                                         (supervisor-review, 28 days)
1 Apr 2016 11:00   -49 d  OLD-1   low           DC 2206  no work on the case (dormant, 30 days)        longcase act OLD-1 KIND
4 May 2016 10:00   -16 d  HARM-1  medium        DC 1417  no work on the case (dormant, 14 days)        longcase act HARM-1 KIND
11 May 2016 09:00   -9 d  NEW-1   not assessed  nobody   nobody has been given the case (allocate, 24  longcase allocate NEW-1 OFFICER
                                                         hours)
17 May 2016 09:00   -3 d  NEW-1   not assessed  nobody   no work on the case (dormant, 7 days)         longcase act NEW-1 KIND
17 May 2016 10:00   -3 d  VH-2    very high     DC 2206  no work on the case (dormant, 3 days)         longcase act VH-2 KIND
"""  # noqa: E501  (what a terminal of 140 cells shows)

AT_80 = """
11 overdue and 1 due within 2d, as at now, by what is known now
29 Mar 2016 11:00, 52 d over: OLD-1, low, DC 2206
  no supervisor has looked at it (supervisor-review, 28 days)
  longcase act OLD-1 supervisor-review
1 Apr 2016 11:00, 49 d over: OLD-1, low, DC 2206
  no work on the case (dormant, 30 days)
  longcase act OLD-1 KIND
4 May 2016 10:00, 16 d over: HARM-1, medium, DC 1417
  no work on the case (dormant, 14 days)
  longcase act HARM-1 KIND
11 May 2016 09:00, 9 d over: NEW-1, not assessed, nobody
  nobody has been given the case (allocate, 24 hours)
  longcase allocate NEW-1 OFFICER
17 May 2016 09:00, 3 d over: NEW-1, not assessed, nobody
  no work on the case (dormant, 7 days)
  longcase act NEW-1 KIND
17 May 2016 10:00, 3 d over: VH-2, very high, DC 2206
  no work on the case (dormant, 3 days)
  longcase act VH-2 KIND
"""

AT_40 = """
11 overdue and 1 due within 2d, as at
now, by what is known now
29 Mar 2016 11:00, 52 d over: OLD-1,
low, DC 2206
  no supervisor has looked at it
  (supervisor-review, 28 days)
  longcase act OLD-1 supervisor-review
1 Apr 2016 11:00, 49 d over: OLD-1, low,
DC 2206
  no work on the case (dormant, 30 days)
  longcase act OLD-1 KIND
4 May 2016 10:00, 16 d over: HARM-1,
medium, DC 1417
  no work on the case (dormant, 14 days)
  longcase act HARM-1 KIND
11 May 2016 09:00, 9 d over: NEW-1, not
assessed, nobody
  nobody has been given the case
  (allocate, 24 hours)
  longcase allocate NEW-1 OFFICER
17 May 2016 09:00, 3 d over: NEW-1, not
assessed, nobody
  no work on the case (dormant, 7 days)
  longcase act NEW-1 KIND
17 May 2016 10:00, 3 d over: VH-2, very
high, DC 2206
  no work on the case (dormant, 3 days)
  longcase act VH-2 KIND
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=neglected)


@pytest.mark.parametrize(("width", "shown"), [(140, AT_140), (80, AT_80), (40, AT_40)])
def test_the_list_at_every_width(screen: Screen, width: int, shown: str) -> None:
    """No line is longer than the terminal, and no word is parted."""
    done = screen.typed("next", "--within", "2d", "--limit", "6", width=width)
    assert done.out.splitlines() == lines(shown)
    assert done.err == "6 more (--limit 0 shows all). Next: longcase explain OLD-1\n"
    assert all(len(line) <= width for line in done.out.splitlines())


def items(screen: Screen, *words: str) -> list[dict[str, Any]]:
    done = screen.typed("next", *words, "--format", "json")
    assert done.err == ""
    assert done.json["count"] == len(done.json["items"])
    return list(done.json["items"])


def test_it_is_what_stalled_and_due_list_and_nothing_else(screen: Screen) -> None:
    """As at any instant, and as known at any."""
    for axes in ((), ("--as-at", "2016-05-15"), ("--known-at", "2016-05-01T10:00"), ("--as-at", "2016-07-01")):
        listed = [
            (one["reference"], cause["cause"], cause["standard"], cause["due"], cause["overdue_seconds"])
            for words in (("stalled",), ("due", "--within", "20d"))
            for one in screen.typed(*words, *axes, "--format", "json").json["items"]
            for cause in one["causes"]
        ]
        found = [
            (one["reference"], one["cause"], one["standard"], one["due"], one["overdue_seconds"])
            for one in items(screen, "--within", "20d", *axes)
        ]
        assert sorted(found) == sorted(listed)
        assert [one[3] for one in found] == sorted((one[3] for one in found), key=parse)


def test_the_columns_of_csv_are_the_fields_of_the_contract(screen: Screen) -> None:
    """And JSON Lines are the same items."""
    rows = list(csv.DictReader(io.StringIO(screen.typed("next", "--format", "csv").out)))
    assert list(rows[0]) == list(FIELDS)
    shown = screen.typed("next", "--format", "jsonl").rows
    assert shown == items(screen)
    assert [one["reference"] for one in rows] == [one["reference"] for one in shown]


def test_me_is_whoever_acts(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the option before the command or by the environment, in every command that lists by owner."""
    for command in ("next", "stalled", "due", "cases"):
        wanted = screen.typed(command, "--owner", OTHER, "--format", "jsonl").rows
        assert wanted or command == "due"
        assert screen.typed("--actor", OTHER, command, "--owner", "me", "--format", "jsonl").rows == wanted
    monkeypatch.setenv("LONGCASE_ACTOR", OWNER)
    assert {one["owner"] for one in items(screen, "--owner", "me")} == {OWNER}
    both = {one["owner"] for one in items(screen, "--owner", "me", "--owner", OTHER)}
    assert both == {OWNER, OTHER}
    by = screen.typed("audit", "--by", "me", "--format", "jsonl")
    assert (by.code, by.out) == (2, "")
    assert "nobody acted in this store who is called 'DC 1417'" in by.err
    monkeypatch.setenv("LONGCASE_ACTOR", "INSP 7")
    assert {one["actor"] for one in screen.typed("audit", "--by", "me", "--format", "jsonl").rows} == {"INSP 7"}


def test_me_is_refused_where_nothing_says_who_acts(screen: Screen) -> None:
    """With what to do about it; and me in other letters is an officer as any other."""
    refused = screen.typed("next", "--owner", "me")
    assert refused.code == 2
    assert refused.err.startswith("longcase: me is whoever acts, and nothing says who that is\n")
    assert "longcase --actor ID next ..." in refused.err
    assert "nobody in this store is called 'ME'" in screen.typed("next", "--owner", "ME").err


def test_the_list_can_be_put_in_another_order(screen: Screen) -> None:
    """By risk, the highest first; what is equal stays in the order of time."""
    risks = [one["risk"] for one in items(screen, "--sort", "risk")]
    assert list(dict.fromkeys(risks)) == ["very high", "high", None, "medium", "low"]
    assert [one["due"] for one in items(screen, "--sort", "-due")] == [one["due"] for one in items(screen)][::-1]
    refused = screen.typed("next", "--sort", "colour")
    assert refused.code == 2
    assert "sort by one of due, since, reference, risk, owner, team" in refused.err


def test_the_exit_code_tells_whether_there_is_anything(screen: Screen) -> None:
    """And an empty list says so."""
    assert screen.typed("next", "--exit-code").code == 1
    none = screen.typed("next", "--exit-code", "--as-at", "2016-02-01")
    assert (none.code, none.err) == (0, "")
    assert none.out.startswith("0 overdue and 0 due within 7d, as at the end of 1 Feb 2016")


def calendar(screen: Screen, *words: str) -> Any:
    return Calendar.from_ical(screen.typed("next", *words, "--format", "ics").out)


def test_a_calendar_has_an_event_for_each_thing(screen: Screen) -> None:
    """At the instant from when on it is too long, whatever the format: all of them."""
    events = calendar(screen).walk("VEVENT")
    shown = items(screen)
    assert [one["DTSTART"].dt.timestamp() * 1_000_000 for one in events] == [parse(one["due"]) for one in shown]
    assert [str(one["SUMMARY"]).partition(":")[0] for one in events] == [one["reference"] for one in shown]
    assert len({str(one["UID"]) for one in events}) == len(events)


def test_an_event_is_the_same_whenever_it_is_written_again(screen: Screen) -> None:
    """Later, and for whomever; another store has others."""
    now = {str(one["UID"]): str(one["SUMMARY"]) for one in calendar(screen).walk("VEVENT")}
    then = {
        str(one["UID"]): str(one["SUMMARY"]) for one in calendar(screen, "--as-at", "2016-05-19").walk("VEVENT")
    }
    text = {str(one["UID"]) for one in calendar(screen, "--with-text").walk("VEVENT")}
    assert text == set(now)
    common = now.keys() & then.keys()
    assert len(common) > 8
    assert {now[uid] for uid in common} == {then[uid] for uid in common}


def test_a_calendar_names_nobody_unless_that_is_asked_for(screen: Screen) -> None:
    """Neither officers nor risks; with names, both."""
    plain = screen.typed("next", "--format", "ics").out.replace("\r\n ", "")
    assert OWNER not in plain
    assert OTHER not in plain
    assert "very high" not in plain
    told = screen.typed("next", "--format", "ics", "--with-text").out.replace("\r\n ", "")
    assert f"very high\\, {OWNER}" in told
    refused = screen.typed("next", "--with-text")
    assert (refused.code, refused.err) == (2, "longcase: --with-text is for --format ics\n")


FILLED = {"OFFICER": OTHER, "KIND": "interview", "TEXT": "said"}


@pytest.mark.usefixtures("store")
def test_what_is_typed_does_what_was_wanted(longcase: Callable[..., Any], clock: Any) -> None:
    """In cases of every category, each command given once: then the same is not wanted again."""
    clock.set("2016-05-16T09:00:00Z")
    longcase("officer", "enrol", OTHER)
    for work in ("child-protection", "offender-management"):
        longcase("officer", "accredit", OTHER, work)
    categories = ("indecent-images", "child-abuse", "online-grooming", "offender-management", "missing")
    for number, category in enumerate(categories):
        longcase("report", f"C-{number}", "--category", category, "--risk", "very high")
        longcase("escalate", f"C-{number}", "--concern", "c", "--actor", "HMI 3", "--role", "inspectorate")
    done = set[str]()
    for hour in range(10, 14):
        clock.set(f"2016-05-16T{hour}:00:00Z")
        for one in wanted(longcase):
            words = [FILLED.get(word, word) for word in shlex.split(one["command"])]
            if words[1:3] == ["warrant", "execute"]:
                words = [FILLED.get(word, word) for word in shlex.split(one["alternatives"][0])]
            typed = longcase(*words[1:])
            assert typed.code == 0, typed.err
            done.add(f"{one['reference']} {one['standard']} {one['since']}")
            left = {f"{two['reference']} {two['standard']} {two['since']}" for two in wanted(longcase)}
            assert not done & left
    assert len({one.split()[1] for one in done}) > 12


def wanted(longcase: Callable[..., Any]) -> list[dict[str, Any]]:
    return list(json.loads(longcase("next", "--within", "12mo", "--format", "json").out)["items"])
