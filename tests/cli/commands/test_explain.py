"""``longcase explain``: a clock's limit, its start, every day of it, and its end, to be worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import cases
from projections.views.clocks.explain import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import CASE, OWNER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projections.story_store import Store

FIRST_ACTION = """
IMG-0417  indecent images · very high risk · DC 1417, Hydra · open 29 d
          idle 29 d
as at the end of 12 Mar 2016, by what is known now

first-action  overdue by 4 d: nothing has been done since it was allocated
  standard   first work after the allocation
  source     ...
  rulebook   Longcase default 1, from the beginning
  limit      5 working days
             working hours: mon-fri 09:00-17:00; bank holidays by ...
  zone       a day ends at midnight in Europe/London
  started    29 Feb 2016 11:00, by entry 3: allocated to DC 1417, Hydra
  pauses     none left out
  due        8 Mar 2016 00:00: once 5 working days after the day of the start
             are over
  stopped    not yet
  days       29 Feb 2016    not counted                 day of the start
             1-4 Mar 2016   counted       days 1 to 4
             5-6 Mar 2016   not counted                 weekend
             7 Mar 2016     counted       day 5
"""
REVIEW = """
  days       29 Feb 2016     13 h        13 h in all
             1-26 Mar 2016   26 x 24 h   26 d 13 h in all
             27 Mar 2016     23 h        27 d 12 h in all
             28 Mar 2016     12 h        28 d in all
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


def without_source(shown: str) -> list[str]:
    """Return the lines without what the rulebook's data alone decides."""
    found, skipping = [], False
    for line in shown.splitlines():
        starts = line[:13].strip() != ""
        skipping = line.startswith("  source") or (skipping and not starts)
        if line.startswith("  source"):
            found.append("  source     ...")
        elif "bank holidays by" in line:
            found.append(f"{line.partition('bank holidays by')[0]}bank holidays by ...")
            skipping = True
        elif not skipping:
            found.append(line)
    return found


def test_every_day_of_a_clock_in_working_days(screen: Screen) -> None:
    """What the limit is, what started it, which days counted, which did not and why."""
    shown = screen.typed("explain", CASE, "--standard", "first-action", "--as-at", "2016-03-12")
    assert without_source(shown.out) == lines(FIRST_ACTION)
    assert (shown.code, shown.err) == (0, "")


def test_a_day_on_which_the_clocks_change_has_23_hours(screen: Screen) -> None:
    """So 28 days end at another time of day than they began, and the sum says so."""
    shown = screen.typed("explain", CASE, "--standard", "supervisor-review")
    assert REVIEW in shown.out


def test_all_clocks_the_overdue_first(screen: Screen) -> None:
    """What was met in time has one line; what was met late is told in full."""
    shown = screen.typed("explain", CASE, "--as-at", "2016-03-12").out
    heads = [line.split("  ")[0] for line in shown.splitlines() if line and line[0] != " "]
    assert heads[2:] == [
        "image-case-action",
        "record-crime",
        "dormant",
        "risk-to-each-child-assessed",
        "first-action",
        "supervisor-review",
        "allocate",
        "dormant",
    ]
    assert "allocate  met too late, by 16 d" in shown
    assert shown.splitlines()[-1].startswith("dormant  met in time: 12 Feb 2016 09:40, by entry 2: risk")


def test_by_what_was_known_then(screen: Screen) -> None:
    """Before the correction the risk was high, and the limit seven days."""
    words = ("explain", CASE, "--standard", "image-case-action")
    assert "limit      7 days, at high risk" in screen.typed(*words, "--known-at", "2016-03-10").out
    assert "limit      1 day, at very high risk" in screen.typed(*words, "--as-at", "2016-03-10").out


def test_pauses_stand_in_the_reckoning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that are over from when to when; one that goes on from when."""

    def tell(store: Store) -> Store:
        at = store.at
        at("2016-05-02T09:00", cases.report, CASE, category="other", risk="low")
        at("2016-05-03T09:00", cases.allocate, CASE, OWNER)
        pause = {"reason": "abroad", "authorised_by": "DI 7"}
        at("2016-05-04T09:00", cases.pause, CASE, review_on="2016-05-09", **pause)
        at("2016-05-06T09:00", cases.resume, CASE)
        at("2016-05-09T09:00", cases.pause, CASE, review_on="2016-06-09", **pause)
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)
    shown = screen.typed("explain", CASE, "--standard", "first-action").out
    assert "first-action  stands still since 9 May 2016 09:00, while the case is paused" in shown
    assert "left out: 4 May 2016 09:00 to 6 May 2016 09:00" in shown
    assert "left out: from 9 May 2016 09:00 on" in shown
    assert "due        never, as long as it stands still" in shown
    assert "5 May 2016       not counted           paused" in shown


def test_why_there_is_no_clock(screen: Screen) -> None:
    """A standard that is for others, and one that nothing started."""
    shown = screen.typed("explain", CASE, "--standard", "child-seen").out
    assert "child-seen  does not apply: the category is indecent images" in shown
    shown = screen.typed("explain", CASE, "--standard", "return-interview").out
    assert 'return-interview  not started: no entry says "found"' in shown


def test_a_standard_that_there_is_not(screen: Screen) -> None:
    """The nearest names, and exit code 3."""
    shown = screen.typed("explain", CASE, "--standard", "child-sen")
    assert shown.code == 3
    assert "did you mean: child-seen" in shown.err


def test_by_key(screen: Screen) -> None:
    """An escalation's clock has its name; a key that nothing has is said to be none."""
    shown = screen.typed("explain", CASE, "--key", "E1")
    assert "escalation-answer E1  overdue by" in shown.out
    assert "1 day, where a child is at immediate risk" in shown.out
    assert screen.typed("explain", CASE, "--key", "E9").err == "no such clock\n"


def test_a_program_gets_every_day(screen: Screen) -> None:
    """None of them compressed, with what stopped it and the rulebook it ran under."""
    words = ("explain", CASE, "--standard", "supervisor-review", "--format", "json")
    found = screen.typed(*words).json
    assert found["reference"] == CASE
    (item,) = found["items"]
    assert tuple(item) == (*FIELDS, "reference")
    assert len(item["days"]) == 29
    assert sum(day["counted"] for day in item["days"]) == 28 * 86_400
    assert item["started"]["at"] == "2016-02-29T11:00:00+00:00"
    assert item["due"] == "2016-03-28T12:00:00+01:00"
    assert item["rulebook"] == {"title": "Longcase default 1", "since": None}
    assert item["stopped"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("explain", CASE),
        ("show", CASE),
        ("stalled",),
        ("stalled", "--by", "cause"),
        ("due", "--within", "5wd"),
        ("cases", "--idle-over", "5wd"),
    ],
)
def test_beyond_the_bank_holidays_that_are_known(screen: Screen, words: tuple[str, ...]) -> None:
    """Whatever counts working time says so, on standard error."""
    said = "! bank holidays are known for 1950 to 2075 alone"
    assert said in screen.typed(*words, "--as-at", "2076-01-01").err
    assert "bank holidays" not in screen.typed(*words, "--as-at", "2016-05-20").err


def test_a_week_that_ends_beyond_them(screen: Screen) -> None:
    """What is due by then is asked about as well."""
    words = ("due", "--as-at", "2075-12-28", "--within")
    assert "bank holidays are known" in screen.typed(*words, "5wd").err
    assert "bank holidays" not in screen.typed(*words, "1d").err


def test_the_end_of_time(screen: Screen) -> None:
    """What a case waits for is explained in as many lines as at any other time."""
    found = screen.typed("explain", CASE, "--as-at", "9999-12-31")
    assert found.code == 0
    assert len(found.out.splitlines()) < 400


def test_csv_has_the_fields_as_its_head(screen: Screen) -> None:
    """One row a clock."""
    head, *rows = screen.typed("explain", CASE, "--format", "csv").out.splitlines()
    assert head == ",".join((*FIELDS, "reference"))
    assert len(rows) > 5


def test_a_case_that_was_not_reported_by_then(screen: Screen) -> None:
    """No item, and the reason on standard error."""
    shown = screen.typed("explain", CASE, "--as-at", "2016-02-11", "--format", "json")
    assert (shown.code, shown.json["count"]) == (0, 0)
    assert "had not been reported" in shown.err
    assert screen.typed("explain", CASE, "--as-at", "2016-02-11").out == ""


def test_a_restricted_case_is_for_its_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As every command that tells of one case."""

    def tell(store: Store) -> Store:
        store.at("2016-05-02T09:00", cases.report, CASE, category="other")
        store.at("2016-05-02T10:00", cases.restrict, CASE, ["DI 7"])
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)
    assert screen.typed("explain", CASE).code == 3
    assert screen.typed("--actor", "DI 7", "explain", CASE).code == 0
