"""``longcase clocks`` and ``stalled --flat``: tidy tables, a row for each thing; whose it is in every row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases, oversight
from projections.views.live_case import CLOCK, LiveCase
from tests.cli.children import children
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import INSPECTOR, OWNER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.projections.story_store import Store

AT_40 = """
clocks, as at now, by what is known now
case: CUS-0001; risk: not assessed
  owner: DC 1417; team: Hydra
  standard: child-accommodation
  about: -; state: breached
  due: 20 May 2016 03:00; over by: 9 h

case: CUS-0001; risk: not assessed
  owner: DC 1417; team: Hydra
  standard: detention-review; about: -
  state: breached
  due: 20 May 2016 04:05; over by: 7 h
only the first 2 clocks are shown; --limit 0 shows all
"""
AT_80 = """
breached clocks of allocate or offender-visit, as at now, by what is known now
CASE      STANDARD        STATE     DUE                OVER BY
MIS-0001  allocate        breached  11 May 2016 08:00      9 d
MIS-0002  allocate        breached  14 May 2016 08:00      6 d
OFF-0001  offender-visit  breached   1 May 2016 09:00     19 d
OFF-0002  allocate        breached  11 Mar 2016 09:00     70 d
not shown in 80 columns: risk, owner, team, about, stopped; --format lines has all
"""
AT_140 = """
breached clocks, as at now, by what is known now
CASE      RISK  OWNER    TEAM   STANDARD               ABOUT  STATE     DUE                STOPPED  OVER BY
OFF-0001  high  DC 1417  Hydra  neighbourhood-briefed  -      breached  16 Jan 2016 00:00             125 d
OFF-0001  high  DC 1417  Hydra  supervisor-review      -      breached   7 Feb 2016 09:10             103 d
OFF-0001  high  DC 1417  Hydra  dormant                -      breached   8 Feb 2016 09:00             102 d
OFF-0001  high  DC 1417  Hydra  offender-visit         -      breached   1 May 2016 09:00              19 d
"""
AXES = [
    (),
    ("--as-at", "2016-05-13"),
    ("--known-at", "2016-05-13T12:00"),
    ("--as-at", "2016-05-13", "--known-at", "2016-05-15"),
]


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=children)


def rows(screen: Screen, *words: str) -> list[Any]:
    return screen.typed(*words, "--format", "jsonl").rows


@pytest.mark.parametrize("axes", AXES, ids=" ".join)
def test_the_clocks_of_all_cases_are_those_that_explain_has(screen: Screen, axes: tuple[str, ...]) -> None:
    """A case has the clocks that explain gives it, in its order, and cases come by their references."""
    role = ("--actor", "DI 7")
    cases = rows(screen, *role, "cases", *axes)
    expected = [
        clock | {name: case[name] for name in ("category", "risk", "owner", "team", "open")}
        for case in sorted(cases, key=lambda one: one["reference"])
        for clock in rows(screen, *role, "explain", case["reference"], *axes)
    ]
    found = rows(screen, *role, "clocks", *axes)
    shared = [name for name in CLOCK if name not in {"started_at", "stopped_at", "in_time", "withheld"}]
    assert [[one[name] for name in shared] for one in found] == [
        [one[name] for name in shared] for one in expected
    ]
    assert [one["started_at"] for one in found] == [one["started"]["at"] for one in expected]
    stops = [(one["stopped"] or {"at": None, "in_time": None}) for one in expected]
    assert [(one["stopped_at"], one["in_time"]) for one in found] == [
        (one["at"], one["in_time"]) for one in stops
    ]


def test_rows_are_narrowed(screen: Screen) -> None:
    """By standard, by state, and by what is true of the case; orders are those of the fields."""
    every = rows(screen, "clocks")
    for words, name, wanted in (
        (("--state", "met-late"), "state", {"met late"}),
        (("--standard", "allocate", "--standard", "dormant"), "standard", {"allocate", "dormant"}),
        (("--risk", "high"), "risk", {"high"}),
    ):
        assert rows(screen, "clocks", *words) == [one for one in every if one[name] in wanted] != []
    dues = [one["due"] for one in rows(screen, "clocks", "--sort", "-due") if one["due"]]
    assert len(set(dues)) > 1
    assert rows(screen, "clocks", "--limit", "3") == every[:3]


def with_closed(store: Store) -> Store:
    """Tell the story, and of two cases that were closed, in one of which the inspectorate waits for an answer."""
    at = children(store).at
    for reference in ("CLO-0001", "CLO-0002"):
        at("2016-05-20T10:01", cases.report, reference, category="other", risk="low")
        at("2016-05-20T10:02", cases.allocate, reference, OWNER)
    at("2016-05-20T10:03", oversight.escalate, "CLO-0001", "no visit", actor=INSPECTOR, role="inspectorate")
    for reference in ("CLO-0001", "CLO-0002"):
        at("2016-05-20T10:05", cases.resolve, reference, outcome="no further action")
    return store


@pytest.mark.parametrize("state", ["breached", "running", "standing"])
def test_of_closed_cases_only_those_are_read_in_which_a_clock_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: str
) -> None:
    """What is found is what all the clocks have, and a case that nobody waits for any more is not looked at."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=with_closed)
    for axes in (
        (),
        ("--as-at", "2016-05-20T10:04"),
        ("--as-at", "2016-05-28"),
        ("--known-at", "2016-05-20T10:05"),
    ):
        every = rows(screen, "clocks", *axes)
        read: list[str] = []
        real = LiveCase.clock_rows

        def noted(case: LiveCase, *given: Any) -> Iterator[Any]:
            read.append(case.case.reference or "")  # noqa: B023  (asked within the same turn)
            return real(case, *given)  # noqa: B023  (as above)

        with monkeypatch.context() as patch:
            patch.setattr(LiveCase, "clock_rows", noted)
            found = rows(screen, "clocks", "--state", state, *axes)
        assert found == [one for one in every if one["state"] == state]
        closed = {one["reference"] for one in every if not one["open"]}
        assert read, "no case was read"
        assert ("CLO-0002" in read) == ("CLO-0002" not in closed)
        assert "CLO-0001" in read


def test_a_standard_that_there_is_not_is_refused(screen: Screen) -> None:
    """No row must not pass for good news."""
    shown = screen.typed("clocks", "--standard", "alocate")
    assert (shown.code, shown.out) == (3, "")


def test_names_of_a_restricted_case_are_left_out(screen: Screen) -> None:
    """The row is there and says that something was left out."""
    assert [one["reference"] for one in rows(screen, "clocks") if one["withheld"]] == ["CUS-0002"] * len(
        rows(screen, "--actor", "DI 7", "explain", "CUS-0002")
    )


@pytest.mark.parametrize("command", ["stalled", "due"])
def test_a_row_a_cause_is_what_the_list_of_cases_holds(screen: Screen, command: str) -> None:
    """The causes of the cases in their order, each with its case, and with --limit the first of them."""
    cases = rows(screen, command)
    whose = ("reference", "category", "risk", "owner", "team", "age_seconds", "open")
    flat = [{name: case[name] for name in whose} | cause for case in cases for cause in case["causes"]]
    assert rows(screen, command, "--flat") == flat
    assert rows(screen, command, "--flat", "--limit", "2") == flat[:2]
    table = screen.typed(command, "--flat", width=300).out.splitlines()[2:]
    assert [line.split()[0] for line in table] == [one["reference"] for one in flat]


def test_causes_one_by_one_are_not_counted(screen: Screen) -> None:
    """What counts cases has no row a cause."""
    assert screen.typed("stalled", "--flat", "--by", "team").code == 2


@pytest.mark.parametrize(
    "words", [["timeline"], ["show", "2"], ["replay"], ["explain"], ["diff", "2016-01-01", "2016-05-20"]]
)
def test_every_row_of_a_case_says_whose_it_is(screen: Screen, words: list[str]) -> None:
    """The reference as it was reported stands in every row, last in CSV."""
    command, *rest = words
    found = rows(screen, command, " MIS-0001", *rest)
    assert found
    assert {one["reference"] for one in found} == {"MIS-0001"}
    table = csv.reader(io.StringIO(screen.typed(command, "MIS-0001", *rest, "--format", "csv").out))
    assert {row[-1] for row in table} == {"reference", "MIS-0001"}


@pytest.mark.parametrize(
    ("width", "words", "expected"),
    [
        (40, ["--limit", "2"], AT_40),
        (80, ["--state", "breached", "--standard", "allocate", "--standard", "offender-visit"], AT_80),
        (140, ["--risk", "high", "--owner", "DC1417", "--state", "breached"], AT_140),
    ],
)
def test_a_person_reads_it(screen: Screen, width: int, words: list[str], expected: str) -> None:
    """What is over the limit, in as many columns as there is room for."""
    shown = screen.typed("clocks", *words, width=width)
    assert [*shown.out.splitlines(), *shown.err.splitlines()] == lines(expected)
