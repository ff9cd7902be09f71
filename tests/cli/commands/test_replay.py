"""``longcase replay``: entry by entry, and step by step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
import pytest

from cli.commands import replay as module
from presentation.formats import write_json
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import CASE

if TYPE_CHECKING:
    from pathlib import Path

AT_80 = r"""
IMG-0417  indecent images · very high risk · DC 1417, Hydra · open 22 d
          idle 22 d
as at the end of 5 Mar 2016, by what is known now

  DAY     TIME     AFTER  N  WHO            WHAT
  2016
  12 Feb  09:12           1  referral desk  reported: an agency's warning about
                                            uploads
          reference         IMG-0417
          category          indecent-images
          summary           an agency's warning about uploads
          reported at       12 Feb 2016 09:12
          last activity     reported
          last activity at  12 Feb 2016 09:12
          ownership state   unallocated
          closure state     open
          record state      normal
  12 Feb  09:40           2  PS 0088        risk assessed: very high
                                            corrected by entry 7
                                            before: risk high
          risk              very high
          last activity     reported -> risk-assessed
          last activity at  12 Feb 2016 09:12 -> 12 Feb 2016 09:40
  29 Feb  11:00    +17 d  3  PS 0088        allocated to DC 1417, Hydra
                                            ! owner not accredited
          ownership state  unallocated -> allocated
          ownership owner  DC 1417
          ownership team   Hydra
          ownership since  29 Feb 2016 11:00
   4 Mar  15:20           4  DC 1417        contact attempted: no answer
                                            recorded 9 d late
          step contact-attempted count    1
          step contact-attempted last at  4 Mar 2016 15:20
          step contact-attempted outcome  no answer
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """Each entry, and under it what it changed."""
    shown = screen.typed("replay", CASE, "--as-at", "2016-03-05")
    assert shown.out.splitlines() == lines(AT_80)


def test_an_entry_that_changed_nothing_says_so(screen: Screen) -> None:
    """A retracted entry is no gap."""
    assert screen.typed("replay", CASE).out.count("(the state stays as it was)") == 3


def test_a_program_gets_one_item_an_entry(screen: Screen) -> None:
    """The entry, the state after it, and what it changed."""
    found = screen.typed("replay", CASE, "--format", "json").json
    assert found["count"] == 9
    item = found["items"][2]
    assert list(item) == ["entry", "state", "changed", "reference"]
    assert item["state"]["ownership"]["since"] == "2016-02-29T11:00:00+00:00"
    assert {"field": "ownership.since", "before": None, "after": "2016-02-29T11:00:00+00:00"} in item["changed"]
    assert len(screen.typed("replay", CASE, "--format", "jsonl").rows) == 9
    assert screen.typed("replay", CASE, "--format", "csv").out.splitlines()[0] == "entry,state,changed,reference"


@pytest.mark.parametrize("words", [["--step"], ["--step", "--format", "json"]])
def test_step_needs_a_person_at_a_terminal(screen: Screen, words: list[str]) -> None:
    """Without one nobody could press a key: a mistake, not a wait for ever."""
    shown = screen.typed("replay", CASE, *words)
    assert (shown.code, shown.out) == (2, "")
    assert "--step waits for a key" in shown.err


@pytest.mark.parametrize(("keys", "shown"), [("", 9), ("q", 1), ("xxQ", 3), ("x\x1b", 2)])
def test_step_waits_for_a_key_after_each_entry(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, keys: str, shown: int
) -> None:
    """Any key goes on, q and escape stop, and nothing is waited for after the last."""
    pressed = list(keys or "x" * 8)
    monkeypatch.setattr(module, "_at_a_terminal", lambda: True)
    monkeypatch.setattr(click, "getchar", lambda: pressed.pop(0))
    out = screen.typed("replay", CASE, "--step").out
    assert len(re.findall(r"^  .{6}  \d\d:\d\d  ", out, re.MULTILINE)) == shown
    assert pressed == []


def test_a_case_that_was_not_reported_by_then(screen: Screen) -> None:
    """Nothing on standard output, and the reason on standard error."""
    shown = screen.typed("replay", CASE, "--as-at", "2016-02-11")
    assert (shown.code, shown.out) == (0, "")
    assert "had not been reported" in shown.err


def test_the_end_of_input_stops_the_steps(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-D is as good as q."""

    def nothing_more() -> str:
        raise EOFError

    monkeypatch.setattr("cli.commands.replay.is_terminal", lambda _stream: True)
    monkeypatch.setattr(click, "getchar", nothing_more)
    done = screen.typed("replay", CASE, "--step")
    assert done.code == 0
    assert "-- 1 of " in done.err
    assert "-- 2 of " not in done.err


@pytest.mark.parametrize("arguments", [[], ["--as-at", "2016-03-10"]])
def test_json_that_is_written_as_it_comes_is_the_json_of_every_list(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Byte for byte: a program sees no difference, and no more than one step is held at a time."""
    streamed = screen.typed("replay", CASE, "--format", "json", *arguments).out

    def whole(items: Any, as_of: Any, out: Any, *, count: int, extra: Any) -> int:
        return write_json(items, as_of, out, indent=False, extra=extra)

    monkeypatch.setattr("presentation.formats.stream_json", whole)
    assert screen.typed("replay", CASE, "--format", "json", *arguments).out == streamed
