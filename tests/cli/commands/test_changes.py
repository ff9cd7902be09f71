"""``longcase changes``: what changed over all cases between two pictures, and what was recorded meanwhile."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from presentation.changes.items import FIELDS
from tests.cli.neglect import OTHER, written_up
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import OWNER

if TYPE_CHECKING:
    from pathlib import Path


AT_140 = """
from 20 May 2016 00:00 to 20 May 2016 12:00: 2 newly stalled; 2 no longer stalled; 2 stalled for something else; 1 opened; 1 reopened; 1
closed; 1 changed hands; 1 of another team; 1 risk raised; 1 risk lowered; 7 entries recorded, 2 of them late

newly stalled: 2
  GONE-1  not assessed, nobody
          nobody has been given the case (allocate, 24 hours), too long since 3 Mar 2016
  LATE-1  not assessed, nobody
          nobody has been given the case (allocate, 24 hours), too long since 19 May 2016

no longer stalled: 2
  HARM-1  medium, DC 1417, Hydra
          no work on the case (dormant, 14 days), too long since 4 May 2016
          no supervisor has looked at it (supervisor-review, 28 days), too long since 18 May 2016
  HIGH-1  medium, DC 1417, Hydra
          no work on the case (dormant, 7 days), too long since 19 May 2016

stalled for something else: 2
  IMG-1  very high, DC 1417, Hydra
         new: nobody asked about the risk to each child (risk-to-each-child-assessed, 1 working day), too long since 20 May 2016
  OLD-1  low, DC 2206, Lernia
         ended: no work on the case (dormant, 30 days), too long since 1 Apr 2016

opened: 1
  LATE-1  not assessed, nobody: reported 18 May 2016 10:00; ! that is before this span, and was recorded late

reopened: 1
  GONE-1  not assessed, nobody

closed: 1
  HARM-1  medium, DC 1417, Hydra: closed 20 May 2016 09:40

changed hands: 1
  HIGH-1  medium, DC 1417, Hydra: DC 2206 to DC 1417

of another team: 1
  HIGH-1  medium, DC 1417, Hydra: Lernia to Hydra

risk raised: 1
  FIT-1  high, DC 2206, Lernia: medium to high

risk lowered: 1
  HIGH-1  medium, DC 1417, Hydra: high to medium

recorded: 7
  OLD-1 5   20 May 2016 09:00, DC 2206: interview; ! late: it happened 11 May 2016 15:20
  HIGH-1 5  20 May 2016 09:10, PS 0088: risk assessed: medium
  HIGH-1 6  20 May 2016 09:20, PS 0088: allocated to DC 1417, Hydra
  FIT-1 5   20 May 2016 09:30, PS 0088: entry 2 corrected: risk
  HARM-1 7  20 May 2016 09:40, PS 0088: resolved: no suspect
  GONE-1 3  20 May 2016 09:50, PS 0088: reopened
  LATE-1 1  20 May 2016 10:00, PS 0088: reported: other; ! late: it happened 18 May 2016 10:00
"""  # noqa: E501  (what a terminal of 140 cells shows)

AT_80 = """
from 20 May 2016 00:00 to 20 May 2016 12:00: 2 newly stalled; 2 no longer
stalled; 2 stalled for something else; 1 opened; 1 reopened; 1 closed; 1 changed
hands; 1 of another team; 1 risk raised; 1 risk lowered; 7 entries recorded, 2
of them late

newly stalled: 2
  GONE-1  not assessed, nobody
          nobody has been given the case (allocate, 24 hours), too long since 3
          Mar 2016
  LATE-1  not assessed, nobody
          nobody has been given the case (allocate, 24 hours), too long since 19
          May 2016

no longer stalled: 2
  HARM-1  medium, DC 1417, Hydra
          no work on the case (dormant, 14 days), too long since 4 May 2016
          no supervisor has looked at it (supervisor-review, 28 days), too long
          since 18 May 2016
  HIGH-1  medium, DC 1417, Hydra
          no work on the case (dormant, 7 days), too long since 19 May 2016

stalled for something else: 2
  IMG-1  very high, DC 1417, Hydra
         new: nobody asked about the risk to each child
         (risk-to-each-child-assessed, 1 working day), too long since 20 May
         2016
  OLD-1  low, DC 2206, Lernia
         ended: no work on the case (dormant, 30 days), too long since 1 Apr
         2016

opened: 1
  LATE-1  not assessed, nobody: reported 18 May 2016 10:00; ! that is before
          this span, and was recorded late

reopened: 1
  GONE-1  not assessed, nobody

closed: 1
  HARM-1  medium, DC 1417, Hydra: closed 20 May 2016 09:40

changed hands: 1
  HIGH-1  medium, DC 1417, Hydra: DC 2206 to DC 1417

of another team: 1
  HIGH-1  medium, DC 1417, Hydra: Lernia to Hydra

risk raised: 1
  FIT-1  high, DC 2206, Lernia: medium to high

risk lowered: 1
  HIGH-1  medium, DC 1417, Hydra: high to medium

recorded: 7
  OLD-1 5   20 May 2016 09:00, DC 2206: interview; ! late: it happened 11 May
            2016 15:20
  HIGH-1 5  20 May 2016 09:10, PS 0088: risk assessed: medium
  HIGH-1 6  20 May 2016 09:20, PS 0088: allocated to DC 1417, Hydra
  FIT-1 5   20 May 2016 09:30, PS 0088: entry 2 corrected: risk
  HARM-1 7  20 May 2016 09:40, PS 0088: resolved: no suspect
  GONE-1 3  20 May 2016 09:50, PS 0088: reopened
  LATE-1 1  20 May 2016 10:00, PS 0088: reported: other; ! late: it happened 18
            May 2016 10:00
"""

AT_40 = """
from 20 May 2016 00:00 to 20 May 2016
12:00: 2 newly stalled; 2 no longer
stalled; 2 stalled for something else; 1
opened; 1 reopened; 1 closed; 1 changed
hands; 1 of another team; 1 risk raised;
1 risk lowered; 7 entries recorded, 2 of
them late

newly stalled: 2
  GONE-1  not assessed, nobody
          nobody has been given the case
          (allocate, 24 hours), too long
          since 3 Mar 2016
  LATE-1  not assessed, nobody
          nobody has been given the case
          (allocate, 24 hours), too long
          since 19 May 2016

no longer stalled: 2
  HARM-1  medium, DC 1417, Hydra
          no work on the case (dormant,
          14 days), too long since 4 May
          2016
          no supervisor has looked at it
          (supervisor-review, 28 days),
          too long since 18 May 2016
  HIGH-1  medium, DC 1417, Hydra
          no work on the case (dormant,
          7 days), too long since 19 May
          2016

stalled for something else: 2
  IMG-1  very high, DC 1417, Hydra
         new: nobody asked about the
         risk to each child
         (risk-to-each-child-assessed, 1
         working day), too long since 20
         May 2016
  OLD-1  low, DC 2206, Lernia
         ended: no work on the case
         (dormant, 30 days), too long
         since 1 Apr 2016

opened: 1
  LATE-1  not assessed, nobody: reported
          18 May 2016 10:00; ! that is
          before this span, and was
          recorded late

reopened: 1
  GONE-1  not assessed, nobody

closed: 1
  HARM-1  medium, DC 1417, Hydra: closed
          20 May 2016 09:40

changed hands: 1
  HIGH-1  medium, DC 1417, Hydra: DC
          2206 to DC 1417

of another team: 1
  HIGH-1  medium, DC 1417, Hydra: Lernia
          to Hydra

risk raised: 1
  FIT-1  high, DC 2206, Lernia: medium
         to high

risk lowered: 1
  HIGH-1  medium, DC 1417, Hydra: high
          to medium

recorded: 7
  OLD-1 5   20 May 2016 09:00, DC 2206:
            interview; ! late: it
            happened 11 May 2016 15:20
  HIGH-1 5  20 May 2016 09:10, PS 0088:
            risk assessed: medium
  HIGH-1 6  20 May 2016 09:20, PS 0088:
            allocated to DC 1417, Hydra
  FIT-1 5   20 May 2016 09:30, PS 0088:
            entry 2 corrected: risk
  HARM-1 7  20 May 2016 09:40, PS 0088:
            resolved: no suspect
  GONE-1 3  20 May 2016 09:50, PS 0088:
            reopened
  LATE-1 1  20 May 2016 10:00, PS 0088:
            reported: other; ! late: it
            happened 18 May 2016 10:00
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=written_up)


@pytest.mark.parametrize(("width", "shown"), [(140, AT_140), (80, AT_80), (40, AT_40)])
def test_the_changes_at_every_width(screen: Screen, width: int, shown: str) -> None:
    """What was late is marked; no line is longer than the terminal, and nothing is cut."""
    done = screen.typed("changes", "--since", "2016-05-20", width=width)
    assert done.out.splitlines() == lines(shown)
    assert done.err == "Next: longcase timeline GONE-1\n"
    assert all(len(line) <= width for line in done.out.splitlines())


def items(screen: Screen, *words: str) -> list[dict[str, Any]]:
    done = screen.typed("changes", *words, "--format", "json")
    assert done.err == ""
    assert done.json["count"] == len(done.json["items"])
    return list(done.json["items"])


def told_of(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["change"], one["reference"]) for one in found]


MORNING = ("--since", "2016-05-20")


def test_every_format_has_the_same_items(screen: Screen) -> None:
    """With the fields of the contract; JSON says from which picture to which."""
    found = screen.typed("changes", *MORNING, "--format", "json").json
    assert all(tuple(one) == FIELDS for one in found["items"])
    assert screen.typed("changes", *MORNING, "--format", "jsonl").rows == found["items"]
    table = list(csv.DictReader(io.StringIO(screen.typed("changes", *MORNING, "--format", "csv").out)))
    assert [(one["change"], one["reference"]) for one in table] == told_of(found["items"])
    assert set(found["from"].values()) == {"2016-05-19T23:59:59.999999+01:00"}
    assert found["as_at"] == found["known_at"] == "2016-05-20T12:00:00+01:00"


def test_the_entries_are_those_that_audit_has_of_cases(screen: Screen) -> None:
    """From --since on, until before --until; of a day alone from its start, through its end."""
    for words in (MORNING, ("--since", "2016-05-14", "--until", "2016-05-16"), ("--since", "2016-05-20T09:10")):
        recorded = [word.replace("--", "--recorded-") if word.startswith("--") else word for word in words]
        expected = screen.typed("audit", *recorded, "--format", "json").json["items"]
        listed = [one for one in items(screen, *words) if one["change"] == "recorded"]
        assert [one["position"] for one in listed] == [one["position"] for one in expected]
        names = ("occurred_at", "recorded_at", "late_seconds", "version", "event", "actor", "role")
        assert [[one[name] for name in names] for one in listed] == [[one[n] for n in names] for one in expected]


def test_a_picture_is_as_at_an_instant_by_what_was_known_then(screen: Screen) -> None:
    """What was written down on the 20th was no change of the 18th, when it happened."""
    before = items(screen, "--since", "2016-05-18", "--until", "2016-05-19")
    assert ("opened", "LATE-1") not in told_of(before)
    assert ("opened", "LATE-1") in told_of(items(screen, *MORNING))
    assert not [one for one in before if one["reference"] in {"LATE-1", "OLD-1", "FIT-1"}]


@pytest.mark.parametrize("edge", ["2016-05-20T09:20", "2016-05-20T09:20:00.000001"])
def test_the_span_is_half_open(screen: Screen, edge: str) -> None:
    """What was recorded at the very instant of --since is in it; what was at that of --until is not."""
    inside = edge.endswith("1")
    handed = ("changed-hands", "HIGH-1")
    assert (handed in told_of(items(screen, "--since", "2016-05-20T09:15", "--until", edge))) is inside
    assert (handed in told_of(items(screen, "--since", edge))) is not inside


def test_nothing_beyond_the_instants_asked_about_is_in_a_picture(screen: Screen) -> None:
    """--known-at ends both the span and what is known; a later --until changes nothing."""
    early = items(screen, *MORNING, "--known-at", "2016-05-20T09:15")
    assert [one[1] for one in told_of(early) if one[0] == "recorded"] == ["OLD-1", "HIGH-1"]
    assert items(screen, *MORNING, "--known-at", "2016-05-20T09:15", "--until", "2016-06-01") == early
    assert items(screen, *MORNING, "--until", "2030-01-01") == items(screen, *MORNING)


def test_a_case_that_changed_teams_is_told_to_both(screen: Screen) -> None:
    """To the team that it left, and to the one that has it; to its owners too, and to nobody else."""
    handed = ("changed-hands", "HIGH-1")
    for words in (("--team", "Hydra"), ("--team", "Lernia"), ("--owner", OWNER.lower()), ("--owner", OTHER)):
        assert handed in told_of(items(screen, *MORNING, *words)), words
    assert handed not in told_of(items(screen, *MORNING, "--unallocated"))
    risks = told_of(items(screen, *MORNING, "--risk", "high"))
    assert {("risk-lowered", "HIGH-1"), ("risk-raised", "FIT-1"), ("recorded", "FIT-1")} <= set(risks)
    assert {one[1] for one in risks} == {"HIGH-1", "FIT-1"}
    assert {one["category"] for one in items(screen, *MORNING, "--category", "other")} == {"other"}


def test_only_some_kinds_of_change_are_asked_for(screen: Screen) -> None:
    """By their names; nothing else is listed or counted."""
    assert told_of(items(screen, *MORNING, "--change", "closed", "--change", "opened")) == [
        ("opened", "LATE-1"),
        ("closed", "HARM-1"),
    ]
    assert screen.typed("changes", *MORNING, "--change", "reopened").out.splitlines()[0].endswith(": 1 reopened")


def test_what_there_is_little_of_is_shown_where_not_all_is(screen: Screen) -> None:
    """Each kind has its share of --limit, and says how many there are; --sort puts each kind in order."""
    done = screen.typed("changes", *MORNING, "--limit", "13")
    assert "newly stalled: 1 of 2\n" in done.out
    assert "closed: 1\n" in done.out
    assert "recorded: 2 of 7\n" in done.out
    assert done.err.startswith("7 more (--limit 0 shows all). Next: longcase timeline GONE-1")
    upwards = screen.typed("changes", *MORNING, "--sort", "-reference", "--change", "recorded", width=140).out
    assert [line.split()[0] for line in upwards.splitlines() if line.startswith("  ")][:2] == ["OLD-1", "LATE-1"]
    risks = [one["risk"] for one in items(screen, *MORNING, "--sort", "risk") if one["risk"]]
    assert risks == sorted(risks, key=["very high", "high", "medium", "low"].index)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "nothing says since when"),
        (("--since", "2016-05-21"), "--since 2016-05-21: the instants asked about are not after that"),
        (("--since", "2016-05-19", "--until", "2016-05-18"), "--since 2016-05-19: --until is not after that"),
        (("--since", "13/14/2016"), "--since: '2016-14-13': month must be in 1..12"),
        ((*MORNING, "--team", "Hydre"), "--team: no team in this store is called 'Hydre'"),
        ((*MORNING, "--sort", "began"), "--sort: 'began' cannot be sorted by"),
    ],
)
def test_what_cannot_be_meant_is_refused(screen: Screen, words: tuple[str, ...], why: str) -> None:
    """With what to do."""
    done = screen.typed("changes", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"longcase: {why}")
    assert "hint: " in done.err


def test_an_entry_recorded_before_it_occurred_is_in_one_span(screen: Screen) -> None:
    """By a clock that is four minutes ahead: in the span in which it was recorded, and in no other."""
    whole = told_of(items(screen, "--since", "2016-01-01"))
    at = "2016-05-20T12:03"
    assert screen.typed("act", "OLD-1", "interview", "--at", at, "--actor", OTHER).code == 0
    now = told_of(items(screen, "--since", "2016-01-01"))
    assert len(now) == len(whole) + 1
    assert ("recorded", "OLD-1") in told_of(items(screen, "--since", "2016-05-20T11:00"))


def test_what_happened_after_the_instant_asked_about_is_not_listed(screen: Screen) -> None:
    """--as-at looks at the world of one instant from what was known at two."""
    found = items(screen, *MORNING, "--as-at", "2016-05-12")
    assert told_of(found) == [("other-causes", "OLD-1"), ("recorded", "OLD-1")]
    said = screen.typed("changes", *MORNING, "--as-at", "2016-05-12", width=200).out.splitlines()[0]
    assert said.startswith(
        "as at the end of 12 May 2016, by what came to be known from 20 May 2016 00:00 to 20 May 2016 12:00: "
    )


def test_where_nothing_changed_it_says_so(screen: Screen) -> None:
    """On standard output, since that is the answer."""
    done = screen.typed("changes", "--since", "2016-03-05", "--until", "2016-03-05")
    assert done.out.splitlines()[-1].endswith("nothing changed")
    assert done.code == 0
