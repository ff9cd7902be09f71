"""``longcase officers`` and the register's commands: who holds what, who may not, who is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases, officers
from projections.views.officers import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import Store, when

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORK = "child-protection"
AT_100 = """
4 officers, 3 of them unfit for cases that they hold, as at now, by what is known now
OFFICER  TEAM   CASES  ACCREDITED FOR                      REMARKS
DC 2     Hydra      2  child-protection                    absent since 18 Jan 2016; 1 given while
                                                           away: CHB-5
DC 3     Lyra       1  nothing                             1 without child-protection: CHB-3
DC 9                1  nothing                             not in the register; 1 without
                                                           child-protection: CHB-4
DC 1     Hydra      1  child-protection until 31 Dec 2016

child-protection: 2 hold it, 1 of them away; the rulebook does not say how many are needed
offender-management: 0 hold it; the rulebook does not say how many are needed
"""


def with_officers(store: Store) -> Store:
    """Tell of four officers: one able, one away, one not accredited, one whom nobody enrolled."""
    at = store.at
    for name, team in (("DC 1", "Hydra"), ("DC 2", "Hydra"), ("DC 3", "Lyra")):
        at("2016-01-04T09:00", officers.enrol, name, team=team)
    at("2016-01-04T10:00", officers.accredit, "DC 1", WORK, until=when("2017-01-01T00:00"))
    at("2016-01-04T10:00", officers.accredit, "DC 2", WORK)
    for number, owner in enumerate(("DC 1", "DC 2", "DC 3", "DC 9"), start=1):
        at("2016-01-11T09:00", cases.report, f"CHB-{number}", category="child-abuse")
        at("2016-01-11T10:00", cases.allocate, f"CHB-{number}", owner)
    at("2016-01-25T09:00", officers.absent, "DC 2", occurred="2016-01-18T08:00")
    at("2016-02-01T09:00", cases.report, "CHB-5", category="child-abuse")
    at("2016-02-01T10:00", cases.allocate, "CHB-5", "DC 2")
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=with_officers)


def found(screen: Screen, *words: str) -> list[str]:
    return [item["officer"] for item in screen.typed("officers", *words, "--format", "json").json["items"]]


def test_a_person_reads_it(screen: Screen) -> None:
    """Those who hold cases without being fit for them first; below, the specialists."""
    shown = screen.typed("officers", width=100)
    assert shown.out.splitlines() == lines(AT_100)
    assert (shown.code, shown.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--team", "Hydra"], ["DC 2", "DC 1"]),
        (["--officer", "dc9", "--officer", "DC 1"], ["DC 9", "DC 1"]),
        (["--accreditation", WORK], ["DC 2", "DC 1"]),
        (["--away"], ["DC 2"]),
        (["--unfit"], ["DC 2", "DC 3", "DC 9"]),
        (["--away", "--as-at", "2016-01-20"], ["DC 2"]),
        (["--away", "--known-at", "2016-01-20"], []),
        (["--sort", "-officer", "--limit", "2"], ["DC 9", "DC 3"]),
        (["--sort", "-cases", "--limit", "1"], ["DC 2"]),
        (["--sort", "absent_since"], ["DC 2", "DC 3", "DC 9", "DC 1"]),
    ],
)
def test_it_answers_what_is_asked(screen: Screen, words: list[str], expected: list[str]) -> None:
    """On both axes, and in another order."""
    assert found(screen, *words) == expected


def test_a_program_gets_the_specialists_beside_the_items(screen: Screen) -> None:
    """Whatever the filter, everybody is counted."""
    answer = screen.typed("officers", "--officer", "DC 2", "--format", "json").json
    (item,) = answer["items"]
    assert tuple(item) == FIELDS
    assert item["given_while_away"] == ["CHB-5"]
    assert item["absent_since"] == "2016-01-18T08:00:00+00:00"
    counted = {one["accreditation"]: (one["held"], one["present"]) for one in answer["specialists"]}
    assert counted == {WORK: (2, 1), "offender-management": (0, 0)}


def test_a_script_is_told_whether_there_are_any(screen: Screen) -> None:
    """Exit code 1 where the list is not empty."""
    assert screen.typed("officers", "--unfit", "--exit-code").code == 1
    assert screen.typed("officers", "--unfit", "--exit-code", "--as-at", "2016-01-05").code == 0
    assert screen.typed("officers", "--sort", "shoe-size").code == 2


def test_an_accreditation_has_a_beginning_and_an_end(store: Path, longcase: Callable[..., Any]) -> None:
    """One that began in the past occurred then, or when the officer came."""
    longcase("officer", "enrol", "DC 1", "--at", "2016-02-01")
    refusals = [
        longcase("officer", "accredit", "DC 1", "tutor", "--from", day, *more)
        for day, more in (
            ("2016-03-01", ()),
            ("2014-01-01", ()),
            ("2016-06-01", ("--until", "2016-12-31")),
            ("2016-06-01", ("--until", "2016-05-31")),
        )
    ]
    assert [one.code for one in refusals] == [0, 0, 0, 3]
    assert "an accreditation must end after it begins" in refusals[3].err
    entries = longcase("audit", "--format", "jsonl").out
    assert '"occurred_at":"2016-03-01T00:00:00+00:00"' in entries
    assert entries.count('"occurred_at":"2016-02-01T00:00:00+00:00"') == 2


def test_the_same_accreditation_twice_is_one(store: Path, longcase: Callable[..., Any]) -> None:
    """Also where it began in the past."""
    longcase("officer", "enrol", "DC 1", "--at", "2016-02-01")
    words = ("officer", "accredit", "DC 1", "tutor", "--from", "2016-03-01", "--command-id", "a" * 32)
    first, second = longcase(*words), longcase(*words)
    assert (first.code, second.code) == (0, 0)
    assert "nothing was added" in second.out
