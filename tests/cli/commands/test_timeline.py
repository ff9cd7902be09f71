"""``longcase timeline``: what a person reads, and what a program gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import cases
from projections.views.timeline import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import CASE, Store, warning

if TYPE_CHECKING:
    from pathlib import Path

AT_80 = r"""
IMG-0417  indecent images · very high risk · DC 1417, Hydra · open 98 d
          idle 2 d
as at now, by what is known now

  DAY     TIME     AFTER  N  WHO            WHAT
  2016
  12 Feb  09:12           1  referral desk  reported: an agency's warning about
                                            uploads
          09:40           2  PS 0088        risk assessed: very high
                                            corrected by entry 7, PS 0088:
                                            children live there
  29 Feb  11:00    +17 d  3  PS 0088        allocated to DC 1417, Hydra
                                            ! owner not accredited
   4 Mar  15:20           4  DC 1417        contact attempted: no answer
                                            recorded 9 d late
  14 Mar  10:00    +31 d  5  DC 2206        child seen
                                            retracted by entry 6, PS 0088:
                                            entered on the wrong case
                                            on behalf of DC 1417
  18 May  10:30    +96 d  8  DC 1417        search warrant W1 sought:
                                            magistrates' court
  19 May  10:30    +97 d  9  HMI 3          escalated as E1, a child at
                                            immediate risk: 96 days without a
                                            warrant

  9 entries: 1 recorded late, 1 corrected, 1 retracted, 2 otherwise irregular
  (--all shows corrections, and what stood there before)
"""
AT_140 = r"""
IMG-0417  indecent images · very high risk · DC 1417, Hydra · open 98 d · idle 2 d
as at now, by what is known now

  DAY     TIME     AFTER  N  WHO                   WHAT
  2016
  12 Feb  09:12           1  referral desk         reported: an agency's warning about uploads
          09:40           2  PS 0088 (supervisor)  risk assessed: very high   corrected by entry 7, PS 0088: children live there
                                                   before: risk high
  29 Feb  11:00    +17 d  3  PS 0088 (supervisor)  allocated to DC 1417, Hydra   ! owner not accredited
   4 Mar  15:20           4  DC 1417               contact attempted: no answer   recorded 9 d late
  14 Mar  10:00    +31 d  5  DC 2206               child seen   retracted by entry 6, PS 0088: entered on the wrong case
                                                   on behalf of DC 1417
  15 Mar  10:00           6  PS 0088               entry 5 retracted   ! amends what somebody else recorded
                                                   reason: entered on the wrong case
  20 Mar  10:00           7  PS 0088               entry 2 corrected: risk   reason: children live there
  18 May  10:30    +96 d  8  DC 1417               search warrant W1 sought: magistrates' court
  19 May  10:30    +97 d  9  HMI 3 (inspectorate)  escalated as E1, a child at immediate risk: 96 days without a warrant

  9 entries: 1 recorded late, 1 corrected, 1 retracted, 2 otherwise irregular
"""  # noqa: E501  (as wide as the terminal)


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """Days are grouped, what is wrong stands beside its entry, and no line is wider than the terminal."""
    shown = screen.typed("timeline", CASE)
    assert shown.out.splitlines() == lines(AT_80)
    assert (shown.code, shown.err) == (0, "")


def test_all_of_it_at_140_columns(screen: Screen) -> None:
    """With --all corrections stand there too, with what was there before; roles where there is room."""
    assert screen.typed("timeline", CASE, "--all", width=140).out.splitlines() == lines(AT_140)


@pytest.mark.parametrize("width", [1, 40, 60, 80, 100, 140, 200])
def test_no_line_is_wider_than_a_terminal_of_70_and_more(screen: Screen, width: int) -> None:
    """Below that the words keep 24 cells, so that they can be read."""
    shown = screen.typed("timeline", CASE, "--all", width=width)
    assert max(map(len, shown.out.splitlines())) <= max(width, 70)


def test_what_was_known_at_an_instant(screen: Screen) -> None:
    """The late entry, the correction and the retraction were not known on 1 March."""
    shown = screen.typed("timeline", CASE, "--known-at", "2016-03-01")
    assert "risk assessed: high" in shown.out
    assert "contact attempted" not in shown.out
    assert "by what was known at the end of 1 Mar 2016" in shown.out


def test_the_world_as_at_an_instant(screen: Screen) -> None:
    """The late entry happened by 5 March, as is known now."""
    shown = screen.typed("timeline", CASE, "--as-at", "2016-03-05")
    assert "contact attempted" in shown.out
    assert "warrant" not in shown.out


def test_a_case_that_was_not_reported_by_then(screen: Screen) -> None:
    """Nothing on standard output, and the reason on standard error."""
    shown = screen.typed("timeline", CASE, "--as-at", "2016-02-11")
    assert (shown.code, shown.out) == (0, "")
    assert "had not been reported, as at the end of 11 Feb 2016" in shown.err


def test_a_program_gets_the_contract(screen: Screen) -> None:
    """One envelope, instants with their offset, and always everything."""
    found = screen.typed("timeline", CASE, "--format", "json").json
    assert list(found) == ["as_at", "known_at", "count", "reference", "items"]
    assert found["as_at"] == found["known_at"] == "2016-05-20T12:00:00+01:00"
    assert (found["count"], found["reference"]) == (9, CASE)
    assert [tuple(item) for item in found["items"]] == [(*FIELDS, "reference")] * 9
    late = found["items"][3]
    assert late["occurred_at"] == "2016-03-04T15:20:00+00:00"
    assert late["recorded_at"] == "2016-03-13T15:20:00+00:00"
    assert (late["late_seconds"], late["flags"]) == (777_600, ["late"])


def test_the_other_formats_hold_the_same(screen: Screen) -> None:
    """JSON Lines are the items alone; CSV has the fields as its head."""
    items = screen.typed("timeline", CASE, "--format", "json").json["items"]
    assert screen.typed("timeline", CASE, "--format", "jsonl").rows == items
    head, *rows = screen.typed("timeline", CASE, "--format", "csv").out.splitlines()
    assert head == ",".join((*FIELDS, "reference"))
    assert len(rows) == 9


def test_a_time_that_was_corrected_shows_in_words_and_in_iso(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stood there before is an instant like any other."""

    def tell(store: Store) -> Store:
        from application.commands import amendments
        from tests.projections.story_store import when

        store.at("2016-05-01T09:00", cases.report, CASE, category="other")
        store.at("2016-05-02T09:00", cases.act, CASE, "note")
        store.at("2016-05-03T09:00", amendments.correct, CASE, 2, {}, occurred_at=when("2016-05-01T18:00"))
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)
    assert "before: occurred at 2 May 2016 09:00" in screen.typed("timeline", CASE, "--all").out
    found = screen.typed("timeline", CASE, "--format", "json").json["items"][1]
    assert found["details"]["before"] == {"occurred_at": "2016-05-02T09:00:00+01:00"}


def test_a_case_that_does_not_exist(screen: Screen) -> None:
    """Exit code 3, and where to look."""
    shown = screen.typed("timeline", "NOPE")
    assert (shown.code, shown.out) == (3, "")
    assert shown.err.startswith("longcase: there is no case NOPE\n  hint: longcase cases")


def test_a_clock_that_was_set_back_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Now is never before the last entry was recorded."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, now="2016-02-01T00:00")
    assert screen.typed("timeline", CASE, "--format", "json").json["count"] == 9


def restricted(store: Store) -> Store:
    warning(store)
    store.at("2016-05-20T09:00", cases.restrict, CASE, ["DI 7"])
    return store


@pytest.mark.parametrize("command", [["timeline"], ["show"], ["replay"], ["diff"]])
def test_a_restricted_case_is_for_its_readers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    """All commands that look at one case refuse anybody else, and say how to say who one is."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=restricted)
    words = [*command, CASE, *(["2016-03-01", "now"] if command == ["diff"] else [])]
    refused = screen.typed("--actor", "DC 5", *words)
    assert (refused.code, refused.out) == (3, "")
    assert "is restricted, and DC 5 is not among its readers" in refused.err
    assert screen.typed(*words).code == 3
    assert screen.typed("--actor", "di 7", *words).code == 0
    assert screen.typed("--role", "auditor", *words).code == 0


def test_text_from_outside_is_made_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No control character of a text, a reason or an outcome reaches the terminal."""

    def tell(store: Store) -> Store:
        bad = "a\x1b[31mb\u202ec\x07"
        store.at("2016-05-01T09:00", cases.report, CASE, category="other", summary=bad)
        store.at("2016-05-02T09:00", cases.act, CASE, "note", outcome=bad, text=bad, reason=bad)
        return store

    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)
    later = ["2016-05-01T12:00", "now"]
    for words in (["timeline", CASE], ["show", CASE], ["replay", CASE], ["diff", CASE, *later], ["audit"]):
        shown = screen.typed(*words, width=300)
        assert "\\x1b[31m" in shown.out
        assert not {"\x1b", "\u202e", "\x07"} & set(shown.out)
