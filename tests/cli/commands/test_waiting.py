"""``longcase waiting`` and ``cases --state``: what waits for somebody's decision, and the cases in some state."""

from __future__ import annotations

import csv
import io
import shlex
from typing import TYPE_CHECKING

import pytest

from application.commands import cases, oversight
from presentation.waiting import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import INSPECTOR, OWNER, SERGEANT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projections.story_store import Store

AT_140 = """
6 decisions waited for, as at now, by what is known now
SINCE              WAITING  CASE   RISK  OWNER    ASKED BY  WHAT                                     TYPE
5 May 2016 09:00      15 d  NEW-1  high  nobody   PS 0088   nobody has been given the case           longcase allocate NEW-1 OFFICER
10 May 2016 09:00     10 d  ASK-1  high  DC 1417  DC 1417   closure was asked for: no further        longcase resolve ASK-1
                                                            action                                   or longcase refuse-closure ASK-1
                                                                                                     --grounds TEXT
10 May 2016 11:00     10 d  ANS-1  high  DC 1417  HMI 3     escalation E2 is unanswered              longcase answer ANS-1 E2 --text TEXT
11 May 2016 10:00      9 d  ANS-1  high  DC 1417  DC 1417   the answer to escalation E1 was neither  longcase accept ANS-1 E1
                                                            accepted nor rejected                    or longcase reject ANS-1 E1 --reason
                                                                                                     TEXT
11 May 2016 11:00      9 d  PAU-1  high  DC 1417  PS 0088   paused through 1 Jun 2016                longcase resume PAU-1
                                                                                                     or longcase pause PAU-1 --review-on DAY
                                                                                                     --reason TEXT
12 May 2016 10:00      8 d  RET-1  high  nobody   DC 1417   given back, and nobody has it            longcase allocate RET-1 OFFICER
"""  # noqa: E501  (what a terminal of 140 cells shows)

AT_80 = """
6 decisions waited for, as at now, by what is known now
5 May 2016 09:00, waiting 15 d, asked by PS 0088: NEW-1, high, nobody
  nobody has been given the case
  longcase allocate NEW-1 OFFICER
10 May 2016 09:00, waiting 10 d, asked by DC 1417: ASK-1, high, DC 1417
  closure was asked for: no further action
  longcase resolve ASK-1
  or longcase refuse-closure ASK-1 --grounds TEXT
10 May 2016 11:00, waiting 10 d, asked by HMI 3: ANS-1, high, DC 1417
  escalation E2 is unanswered
  longcase answer ANS-1 E2 --text TEXT
11 May 2016 10:00, waiting 9 d, asked by DC 1417: ANS-1, high, DC 1417
  the answer to escalation E1 was neither accepted nor rejected
  longcase accept ANS-1 E1
  or longcase reject ANS-1 E1 --reason TEXT
11 May 2016 11:00, waiting 9 d, asked by PS 0088: PAU-1, high, DC 1417
  paused through 1 Jun 2016
  longcase resume PAU-1
  or longcase pause PAU-1 --review-on DAY --reason TEXT
12 May 2016 10:00, waiting 8 d, asked by DC 1417: RET-1, high, nobody
  given back, and nobody has it
  longcase allocate RET-1 OFFICER
"""

AT_40 = """
6 decisions waited for, as at now, by
what is known now
5 May 2016 09:00, waiting 15 d, asked by
PS 0088: NEW-1, high, nobody
  nobody has been given the case
  longcase allocate NEW-1 OFFICER
10 May 2016 09:00, waiting 10 d, asked
by DC 1417: ASK-1, high, DC 1417
  closure was asked for: no further
  action
  longcase resolve ASK-1
  or longcase refuse-closure ASK-1
  --grounds TEXT
10 May 2016 11:00, waiting 10 d, asked
by HMI 3: ANS-1, high, DC 1417
  escalation E2 is unanswered
  longcase answer ANS-1 E2 --text TEXT
11 May 2016 10:00, waiting 9 d, asked by
DC 1417: ANS-1, high, DC 1417
  the answer to escalation E1 was
  neither accepted nor rejected
  longcase accept ANS-1 E1
  or longcase reject ANS-1 E1 --reason
  TEXT
11 May 2016 11:00, waiting 9 d, asked by
PS 0088: PAU-1, high, DC 1417
  paused through 1 Jun 2016
  longcase resume PAU-1
  or longcase pause PAU-1 --review-on
  DAY --reason TEXT
12 May 2016 10:00, waiting 8 d, asked by
DC 1417: RET-1, high, nobody
  given back, and nobody has it
  longcase allocate RET-1 OFFICER
"""

HMI = {"actor": INSPECTOR, "role": "inspectorate"}


def undecided(store: Store) -> Store:
    """Tell of six cases, in each of which something waits for a decision, but in DONE-1."""
    at = store.at
    store.enrol(OWNER, SERGEANT)
    for number, name in enumerate(("ASK-1", "ANS-1", "PAU-1", "RET-1", "NEW-1", "DONE-1")):
        at(f"2016-05-0{number + 1}T09:00", cases.report, name, category="other", risk="high")
        if name != "NEW-1":
            at(f"2016-05-0{number + 1}T10:00", cases.allocate, name, OWNER)
    at("2016-05-10T09:00", cases.request_closure, "ASK-1", "no further action", actor=OWNER)
    at("2016-05-10T10:00", oversight.escalate, "ANS-1", "the sister", **HMI)
    at("2016-05-10T11:00", oversight.escalate, "ANS-1", "the brother", **HMI)
    at("2016-05-11T10:00", oversight.answer, "ANS-1", "E1", "seen", actor=OWNER)
    at("2016-05-11T11:00", cases.pause, "PAU-1", review_on="2016-06-01", reason="abroad")
    at("2016-05-12T10:00", cases.return_case, "RET-1", reason="overloaded", actor=OWNER)
    at("2016-05-12T11:00", cases.request_closure, "DONE-1", "charged", actor=OWNER)
    at("2016-05-13T11:00", cases.resolve, "DONE-1", outcome="charged")
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=undecided)


@pytest.mark.parametrize(("width", "shown"), [(140, AT_140), (80, AT_80), (40, AT_40)])
def test_the_list_at_every_width(screen: Screen, width: int, shown: str) -> None:
    """What has waited for longest first; no line is longer than the terminal."""
    done = screen.typed("waiting", width=width)
    assert (done.out.splitlines(), done.err) == (lines(shown), "")
    assert all(len(line) <= width for line in done.out.splitlines())


def found(screen: Screen, *words: str) -> list[tuple[str, str]]:
    """Return which cases wait for what, in the order of the list."""
    return [(one["reference"], one["waits_for"]) for one in screen.typed(*words, "--format", "jsonl").rows]


def test_each_decision_is_somebodys(screen: Screen) -> None:
    """The supervisor's, the inspectorate's and the owner's are all that there are."""
    by = {who: found(screen, "waiting", "--for", who) for who in ("supervisor", "inspectorate", "owner")}
    assert by["supervisor"] == [
        ("NEW-1", "unallocated"),
        ("ASK-1", "closure-requested"),
        ("PAU-1", "paused"),
        ("RET-1", "returned"),
    ]
    assert by["inspectorate"] == [("ANS-1", "answer-given")]
    assert by["owner"] == [("ANS-1", "concern-raised")]
    assert sorted(found(screen, "waiting")) == sorted(one for each in by.values() for one in each)


def test_the_first_are_the_same_however_few_are_asked_for(screen: Screen) -> None:
    """And how many there are is said of all, two escalations of one case too, though no more cases are read."""
    screen.typed("reject", "ANS-1", "E1", "--reason", "when?", "--actor", INSPECTOR, "--role", "inspectorate")
    every = found(screen, "waiting")
    assert every.count(("ANS-1", "concern-raised")) == 2
    for limit in range(1, len(every) + 1):
        assert found(screen, "waiting", "--limit", str(limit)) == every[:limit]
        shown = screen.typed("waiting", "--limit", str(limit))
        assert shown.out.startswith("6 decisions waited for, ")
        left = len(every) - limit
        assert shown.err == (f"{left} more (--limit 0 shows all)\n" if left else "")
    assert screen.typed("waiting", "--for", "owner", "--limit", "1").out.startswith("2 decisions")


def test_it_says_who_asked_and_since_when(screen: Screen) -> None:
    """As at any instant, and by what was known at any."""
    asked = {
        one["waits_for"]: (one["since"], one["asked_by"])
        for one in screen.typed("waiting", "--format", "jsonl").rows
    }
    assert asked["closure-requested"] == ("2016-05-10T09:00:00+01:00", OWNER)
    assert asked["answer-given"] == ("2016-05-11T10:00:00+01:00", OWNER)
    assert asked["concern-raised"] == ("2016-05-10T11:00:00+01:00", INSPECTOR)
    assert asked["returned"] == ("2016-05-12T10:00:00+01:00", OWNER)
    then = [("DONE-1", "closure-requested")]
    for axis in ("--as-at", "--known-at"):
        assert [one for one in found(screen, "waiting", axis, "2016-05-13T10:00") if one[0] == "DONE-1"] == then
    assert not [one for one in found(screen, "waiting") if one[0] == "DONE-1"]


def test_what_is_typed_decides(screen: Screen) -> None:
    """The first command of each item, by whoever may: then nothing waits but what the decision leaves to do."""
    who = {"supervisor": ("--actor", SERGEANT), "owner": ("--actor", OWNER)}
    for one in screen.typed("waiting", "--format", "jsonl").rows:
        by = who.get(one["decides"], ("--actor", INSPECTOR, "--role", "inspectorate"))
        words = [{"OFFICER": OWNER, "TEXT": "seen"}.get(word, word) for word in shlex.split(one["command"])]
        done = screen.typed(*words[1:], *by)
        assert done.code == 0, done.err
    assert found(screen, "waiting") == [("ANS-1", "answer-given")]


def test_a_case_drawn_in_an_open_round_waits_for_a_grade(screen: Screen) -> None:
    """Until it is graded in that round, or the round is closed."""
    hmi = ("--actor", INSPECTOR, "--role", "inspectorate")
    opened = screen.typed(
        "inspection", "open", "autumn", "--body", "the inspectorate", "--force", "the force", *hmi
    )
    assert opened.code == 0, opened.err
    assert screen.typed("inspection", "sample", "autumn", "--size", "2", *hmi).code == 0
    drawn = screen.typed("waiting", "--for", "inspectorate", "--format", "jsonl").rows
    missing = [one for one in drawn if one["waits_for"] == "grade-missing"]
    assert [one["inspection"] for one in missing] == ["autumn", "autumn"]
    words = [{"GRADE": "good"}.get(word, word) for word in shlex.split(missing[0]["command"])]
    assert screen.typed(*words[1:], *hmi).code == 0
    left = [one for one in found(screen, "waiting") if one[1] == "grade-missing"]
    assert left == [(missing[1]["reference"], "grade-missing")]
    assert (
        found(screen, "waiting", "--team", "Hydra") == [] or screen.typed("waiting", "--team", "Hydra").code == 2
    )
    assert screen.typed("inspection", "close", "autumn", *hmi).code == 0
    assert not [one for one in found(screen, "waiting") if one[1] == "grade-missing"]


def test_the_columns_of_csv_are_the_fields_of_the_contract(screen: Screen) -> None:
    """And JSON has an envelope with as many items as it says."""
    rows = list(csv.DictReader(io.StringIO(screen.typed("waiting", "--format", "csv").out)))
    assert list(rows[0]) == list(FIELDS)
    told = screen.typed("waiting", "--format", "json").json
    assert told["count"] == len(told["items"]) == len(rows)


def test_the_exit_code_tells_whether_anything_waits(screen: Screen) -> None:
    """And an owner can be named, me among them."""
    assert screen.typed("waiting", "--exit-code").code == 1
    assert screen.typed("waiting", "--exit-code", "--as-at", "2016-02-01").code == 0
    mine = found(screen, "--actor", OWNER, "waiting", "--owner", "me")
    assert mine == [
        ("ASK-1", "closure-requested"),
        ("ANS-1", "concern-raised"),
        ("ANS-1", "answer-given"),
        ("PAU-1", "paused"),
    ]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("closure-requested", "ASK-1"),
        ("answer-given", "ANS-1"),
        ("escalated", "ANS-1"),
        ("paused", "PAU-1"),
        ("returned", "RET-1"),
        ("unallocated", "NEW-1"),
        ("restricted", ""),
        ("paused, returned,closure-requested", "ASK-1 PAU-1 RET-1"),
    ],
)
def test_cases_are_listed_by_their_state(screen: Screen, states: str, expected: str) -> None:
    """One of several is enough."""
    shown = screen.typed("cases", "--state", states, "--sort", "reference", "--format", "jsonl").rows
    assert " ".join(one["reference"] for one in shown) == expected
    before = screen.typed("cases", "--state", states, "--as-at", "2016-05-06", "--format", "jsonl").rows
    assert [one["reference"] for one in before] == (["NEW-1"] if states == "unallocated" else [])


def test_a_restricted_case_is_found_by_that_state(screen: Screen) -> None:
    """And a state that there is not is refused."""
    screen.typed("restrict", "PAU-1", "--to", SERGEANT, "--actor", SERGEANT, "--reason", "a child of an officer")
    assert [
        one["reference"] for one in screen.typed("cases", "--state", "restricted", "--format", "jsonl").rows
    ] == ["PAU-1"]
    refused = screen.typed("cases", "--state", "pausd")
    assert refused.code == 2
    assert refused.err.startswith(
        "longcase: --state: 'pausd' is no state of a case\n  hint: did you mean: paused\n"
    )
