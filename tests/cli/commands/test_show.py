"""``longcase show``: the whole state of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import cases, links, oversight
from projections.views.state import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import CASE, INSPECTOR, OWNER, Store

if TYPE_CHECKING:
    from pathlib import Path

AT_80 = r"""
IMG-0417  indecent images · very high risk · DC 1417, Hydra · open 98 d
          idle 2 d
as at now, by what is known now

  reported       12 Feb 2016 09:12
                 an agency's warning about uploads
  last activity  warrant sought, 18 May 2016 10:30, 2 d ago
  ownership      allocated to DC 1417, Hydra, since 29 Feb 2016 11:00
  owners         nobody: 12 Feb 2016 09:12 to 29 Feb 2016 11:00, 17 d, 1 action
                 DC 1417: since 29 Feb 2016 11:00, 81 d, 1 action (the last 2 d
                 ago), 1 failed to make contact
  investigation  search warrant W1: sought, 18 May 2016 10:30, magistrates'
                 court
  safeguarding   contact attempted: 4 Mar 2016 15:20, no answer
  oversight      escalation E1: open, 19 May 2016 10:30, a child at immediate
                 risk: 96 days without a warrant
  closure        open
  record         normal
  clocks         ! image-case-action: 97 d overdue, since 13 Feb 2016 09:12
                 ! record-crime: 97 d overdue, since 13 Feb 2016 09:12
                 ! risk-to-each-child-assessed: 94 d overdue, since 16 Feb 2016
                 00:00
                 ! supervisor-review: 53 d overdue, since 28 Mar 2016 12:00
                 ! escalation-answer E1: 1 h overdue, since 20 May 2016 10:30
                 dormant: 22 h left, due 21 May 2016 10:30
  flags          ! entry 2: corrected
                 ! entry 3: owner not accredited
                 ! entry 4: recorded late
                 ! entry 5: retracted
                 ! entry 6: amends what somebody else recorded
"""
BARE = r"""
IMG-0417  other · risk not assessed · nobody's · open 19 d · idle 19 d
as at now, by what is known now

  reported       1 May 2016 09:00
  last activity  reported, 1 May 2016 09:00, 19 d ago
  ownership      unallocated: nobody has the case
  investigation  no warrant
  safeguarding   no step was recorded
  oversight      never escalated, never graded
  closure        open
  record         normal
  clocks         ! allocate: 18 d overdue, since 2 May 2016 09:00
                 ! dormant: 12 d overdue, since 8 May 2016 09:00
"""
FULL = r"""
IMG-0417  other · high risk · nobody's · open 19 d · idle 4 d · paused
          restricted
as at now, by what is known now

  reported       1 May 2016 09:00, by a school
                 2 children
                 recorded as crime C/1
  last activity  victim updated, 16 May 2016 09:00, 4 d ago
  ownership      returned: nobody has the case
  owners         nobody: 1 May 2016 09:00 to 2 May 2016 09:00, 1 d, 1 action
                 DC 1417: 2 May 2016 09:00 to 3 May 2016 09:00, 1 d, no actions
                 nobody: since 3 May 2016 09:00, 17 d, 4 actions (the last 4 d
                 ago)
  investigation  no warrant
                 was paused from 4 May 2016 09:00 to 5 May 2016 09:00;
                 authorised by PS 0088: a holiday
                 paused since 11 May 2016 09:00, reviewed once, to be looked at
                 again on 2016-06-15; authorised by DI 7: the witness is still
                 abroad
  safeguarding   child seen: 3 times, last 8 May 2016 09:00
                 victim updated: 16 May 2016 09:00
  oversight      graded inadequate by the inspectorate on response, 12 May 2016
                 09:00
  closure        asked for by DC 1417: no crime
  record         restricted to DI 7, the owner, the inspectorate and auditors
  clocks         ! allocate: 16 d overdue, since 4 May 2016 09:00
                 supervisor-review: 9 d left, due 30 May 2016 09:00
                 dormant: never due, it stands still since 16 May 2016 09:00
  links          CSE-0083: sibling
  flags          ! entry 3: owner not in the register
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


def bare(store: Store) -> Store:
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    return store


def full(store: Store) -> Store:
    at = store.at
    at(
        "2016-05-01T09:00",
        cases.report,
        CASE,
        category="other",
        risk="high",
        source="a school",
        children=2,
        crime_reference="C/1",
    )
    at("2016-05-01T10:00", cases.report, "CSE-0083", category="other")
    at("2016-05-02T09:00", cases.allocate, CASE, OWNER)
    at("2016-05-03T09:00", cases.return_case, CASE)
    at("2016-05-04T09:00", cases.pause, CASE, review_on="2016-05-09", reason="a holiday")
    at("2016-05-05T09:00", cases.resume, CASE)
    for day in ("06", "07", "08"):
        at(f"2016-05-{day}T09:00", cases.act, CASE, "child-seen")
    at("2016-05-10T09:00", links.link, CASE, "CSE-0083", "sibling")
    pause = {"review_on": "2016-06-01", "authorised_by": "DI 7", "reason": "the witness is abroad"}
    at("2016-05-11T09:00", cases.pause, CASE, **pause)
    again = pause | {"review_on": "2016-06-15", "reason": "the witness is still abroad"}
    at("2016-05-12T08:00", cases.pause, CASE, **again)
    by = {"actor": INSPECTOR, "role": "inspectorate", "grader": "inspectorate"}
    at("2016-05-12T09:00", cases.grade, CASE, "inadequate", topic="response", **by)
    at("2016-05-13T09:00", cases.request_closure, CASE, "no crime", actor=OWNER)
    at("2016-05-14T09:00", cases.restrict, CASE, ["DI 7"])
    at("2016-05-16T09:00", cases.act, CASE, "victim-updated")
    return store


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """One paragraph for each of the parallel states, and what is irregular at the end."""
    shown = screen.typed("show", CASE)
    assert shown.out.splitlines() == lines(AT_80)
    assert (shown.code, shown.err) == (0, "")


def test_what_was_never_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No owner, no warrant, no step: each is a sentence, not a gap."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=bare)
    assert screen.typed("show", CASE).out.splitlines() == lines(BARE)


def test_everything_that_a_case_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pause, grades, links, a request for closure and a restriction side by side."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=full)
    shown = screen.typed("--actor", "DI 7", "show", CASE)
    assert shown.out.splitlines() == lines(FULL)


def test_a_resolved_case_says_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In its heading, with the answer to an escalation among the rest."""

    def tell(store: Store) -> Store:
        bare(store)
        by = {"actor": INSPECTOR, "role": "inspectorate"}
        store.at("2016-05-02T09:00", oversight.escalate, CASE, "nobody asked", **by)
        store.at("2016-05-03T09:00", oversight.answer, CASE, "E1", "asked")
        store.at("2016-05-05T09:00", cases.resolve, CASE, outcome="no crime")
        return store

    shown = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell).typed("show", CASE)
    assert "resolved after 4 d: no crime" in shown.out
    assert "escalation E1: answered, 3 May 2016 09:00: nobody asked" in shown.out
    assert "idle" not in shown.out


def test_a_program_gets_the_state_by_name(screen: Screen) -> None:
    """One item, with the parallel states as objects and every instant with its offset."""
    found = screen.typed("show", CASE, "--format", "json").json
    assert found["count"] == 1
    (item,) = found["items"]
    assert tuple(item) == FIELDS
    assert item["ownership"]["since"] == "2016-02-29T11:00:00+00:00"
    assert item["investigation"]["warrants"]["W1"]["sought_at"] == "2016-05-18T10:30:00+01:00"
    assert item["oversight"]["escalations"]["E1"]["immediate"] is True
    assert item["age_seconds"] == 8_473_680


def test_csv_has_one_row(screen: Screen) -> None:
    """The parallel states are JSON in their cells."""
    head, row = screen.typed("show", CASE, "--format", "csv").out.splitlines()
    assert head == ",".join(FIELDS)
    assert row.startswith("IMG-0417,indecent-images,very high,")


def test_a_case_that_was_not_reported_by_then(screen: Screen) -> None:
    """No item, and the reason on standard error."""
    shown = screen.typed("show", CASE, "--as-at", "2016-02-11", "--format", "json")
    assert (shown.code, shown.json["count"]) == (0, 0)
    assert "had not been reported" in shown.err


def test_past_pauses_and_owners_are_kept_for_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with from when, until when, on whose authority."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=full)
    (item,) = screen.typed("--actor", "DI 7", "show", CASE, "--format", "json").json["items"]
    assert item["investigation"]["pauses"] == [
        {
            "reason": "a holiday",
            "authorised_by": "PS 0088",
            "review_on": "2016-05-09",
            "since": "2016-05-04T09:00:00+01:00",
            "until": "2016-05-05T09:00:00+01:00",
            "reviewed": 0,
        }
    ]
    assert item["investigation"]["paused"]["reviewed"] == 1
    assert [one["owner"] for one in item["owners"]] == [None, OWNER, None]
    assert item["owners"][1] == {
        "owner": OWNER,
        "team": None,
        "since": "2016-05-02T09:00:00+01:00",
        "until": "2016-05-03T09:00:00+01:00",
        "actions": 0,
        "attempts": 0,
        "held_seconds": 86_400,
        "idle_seconds": 86_400,
    }


def test_open_clocks_are_among_the_state_for_programs(screen: Screen) -> None:
    """The longest overdue first; how long is left is less than nought."""
    (item,) = screen.typed("show", CASE, "--format", "json").json["items"]
    assert [clock["standard"] for clock in item["clocks"]][:2] == ["image-case-action", "record-crime"]
    assert item["clocks"][0] == {
        "standard": "image-case-action",
        "key": None,
        "child": None,
        "unnamed": False,
        "state": "breached",
        "since": "2016-02-12T09:12:00+00:00",
        "due": "2016-02-13T09:12:00+00:00",
        "stands_since": None,
        "limit": "1d",
        "overdue_seconds": 8_387_280,
    }
    assert [clock["key"] for clock in item["clocks"]][4:] == ["E1", None]
    assert item["clocks"][-1]["overdue_seconds"] == -81_000


def test_a_resolved_case_has_no_open_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it missed is for explain to tell."""

    def tell(store: Store) -> Store:
        bare(store)
        store.at("2016-05-05T09:00", cases.resolve, CASE, outcome="no crime")
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)
    (item,) = screen.typed("show", CASE, "--format", "json").json["items"]
    assert item["clocks"] == []
    assert "clocks" not in screen.typed("show", CASE).out
