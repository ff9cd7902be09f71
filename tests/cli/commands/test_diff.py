"""``longcase diff``: what changed between two instants, of the world or of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.views.diff import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import CASE

if TYPE_CHECKING:
    from pathlib import Path

WORLD = r"""
IMG-0417  from the end of 28 Feb 2016 to the end of 10 Mar 2016, by what is
          known now

  entries
  + 29 Feb 2016 11:00     3  PS 0088: allocated to DC 1417, Hydra
  +  4 Mar 2016 15:20     4  DC 1417: contact attempted: no answer

  state
          ownership state                 unallocated -> allocated
          ownership owner                 DC 1417
          ownership team                  Hydra
          ownership since                 29 Feb 2016 11:00
          step contact-attempted count    1
          step contact-attempted last at  4 Mar 2016 15:20
          step contact-attempted outcome  no answer

  clocks
  - allocate           met too late, 29 Feb 2016 11:00
  + first-action       started 29 Feb 2016 11:00, due 8 Mar 2016 00:00 (5
                       working days)
  ! first-action       overdue from 8 Mar 2016 00:00
  + supervisor-review  started 29 Feb 2016 11:00, due 28 Mar 2016 12:00 (28
                       days)
"""
KNOWLEDGE = r"""
IMG-0417  from what was known at 14 Mar 2016 12:00 to what was known at the end
          of 20 Mar 2016

  entries
  ~ 12 Feb 2016 09:40     2  PS 0088: risk assessed: very high
                             risk: high -> very high
                             corrected by: none -> 7
                             flags: none -> corrected
  ~ 14 Mar 2016 10:00     5  DC 2206: child seen
                             retracted by: none -> 6
                             flags: none -> retracted
  + 15 Mar 2016 10:00     6  PS 0088: entry 5 retracted
  + 20 Mar 2016 10:00     7  PS 0088: entry 2 corrected: risk

  state
          risk                     high -> very high
          last activity            child-seen -> risk-assessed
          last activity at         14 Mar 2016 10:00 -> 12 Feb 2016 09:40
          step child-seen count    1 -> none
          step child-seen last at  14 Mar 2016 10:00 -> none

  clocks
  ~ image-case-action            due 19 Feb 2016 09:12 (7 days) -> 13 Feb 2016
                                 09:12 (1 day)
  ~ risk-to-each-child-assessed  due 20 Feb 2016 00:00 (5 working days) -> 16
                                 Feb 2016 00:00 (1 working day)
  ~ dormant                      due 19 Feb 2016 09:40 (7 days) -> 15 Feb 2016
                                 09:40 (3 days)
  ~ dormant                      goes on after all, due 15 Feb 2016 09:40 (3
                                 days)
  ~ first-action                 goes on after all, due 8 Mar 2016 00:00 (5
                                 working days)
  - dormant                      never was: it had started 14 Mar 2016 10:00
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


def test_between_two_instants_of_the_world(screen: Screen) -> None:
    """What happened, by what is known now, and what it did to the state."""
    shown = screen.typed("diff", CASE, "2016-02-28", "2016-03-10")
    assert shown.out.splitlines() == lines(WORLD)
    assert (shown.code, shown.err) == (0, "")


def test_between_two_instants_of_knowledge(screen: Screen) -> None:
    """What was learnt: corrections, retractions and what they did to the state."""
    shown = screen.typed("diff", CASE, "2016-03-14T12:00", "2016-03-20", "--known")
    assert shown.out.splitlines() == lines(KNOWLEDGE)


def test_what_was_learnt_about_one_instant(screen: Screen) -> None:
    """With --as-at only what bears on that instant of the world."""
    words = ("2016-03-10", "2016-05-19", "--known", "--as-at", "2016-03-10")
    shown = screen.typed("diff", CASE, *words)
    assert "about the end of 10 Mar 2016" in " ".join(shown.out.split())
    assert "contact attempted" in shown.out
    assert "warrant" not in shown.out


def test_as_was_known_at_an_instant(screen: Screen) -> None:
    """Between two instants of the world by an earlier knowledge, the late entry is not there."""
    shown = screen.typed("diff", CASE, "2016-02-28", "2016-03-10", "--known-at", "2016-03-10")
    assert "by what was known at the end of 10 Mar 2016" in " ".join(shown.out.split())
    assert "contact attempted" not in shown.out


def test_a_program_gets_entries_and_fields(screen: Screen) -> None:
    """Instants under before and after are texts with an offset, like all others."""
    found = screen.typed("diff", CASE, "2016-02-28", "2016-03-10", "--format", "json").json
    assert found["as_at"] == "2016-03-10T23:59:59.999999+00:00"
    assert found["from"]["as_at"] == "2016-02-28T23:59:59.999999+00:00"
    assert [tuple(item) for item in found["items"]] == [(*FIELDS, "reference")] * found["count"]
    since = next(item for item in found["items"] if item["field"] == "ownership.since")
    assert (since["before"], since["after"]) == (None, "2016-02-29T11:00:00+00:00")
    assert found["items"][0]["entry"]["occurred_at"] == "2016-02-29T11:00:00+00:00"


def test_csv_has_the_fields_as_its_head(screen: Screen) -> None:
    """One row a difference."""
    head, *rows = screen.typed("diff", CASE, "2016-02-28", "2016-03-10", "--format", "csv").out.splitlines()
    assert head == ",".join((*FIELDS, "reference"))
    assert len(rows) == 13


def test_nothing_changed(screen: Screen) -> None:
    """The heading says what was compared, and standard error that it is the same."""
    shown = screen.typed("diff", CASE, "2016-03-08", "2016-03-10")
    assert shown.err == "nothing changed\n"
    assert shown.code == 0


def test_time_alone_breaches_a_clock(screen: Screen) -> None:
    """Nothing happened between the two instants but that a limit ran out."""
    (item,) = screen.typed("diff", CASE, "2016-03-05", "2016-03-10", "--format", "json").json["items"]
    assert (item["kind"], item["change"], item["field"], item["version"]) == (
        "clock",
        "breached",
        "first-action",
        3,
    )
    assert (item["before"]["state"], item["after"]["state"]) == ("running", "breached")
    assert item["after"]["due"] == "2016-03-08T00:00:00+00:00"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--as-at", "2016-03-01"], "leave --as-at out"),
        (["--known", "--known-at", "2016-03-01"], "leave --known-at out"),
    ],
)
def test_an_axis_is_given_once(screen: Screen, words: list[str], why: str) -> None:
    """T1 and T2 are that axis, so an option for it is a mistake."""
    shown = screen.typed("diff", CASE, "2016-03-01", "2016-03-10", *words)
    assert shown.code == 2
    assert why in shown.err


def test_a_faulty_instant_is_named(screen: Screen) -> None:
    """The message says which of the two it was."""
    shown = screen.typed("diff", CASE, "2016-03-01", "soon")
    assert shown.code == 2
    assert "T2: 'soon' is not an instant" in shown.err
