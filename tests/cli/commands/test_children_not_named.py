"""Children whom nobody names: two reports without a name are of two children, on every page, as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases
from tests.cli.terminal import Screen, lines

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projections.story_store import Store

SECOND = "entry 4 (not named)"
LISTED = """
CASE  RISK  CHILD                AGED   STATE      MISSING            GRADED      SPOKEN TO
NN-1  high  entry 4 (not named)  12, 8  missing    17 May 2016 09:11  not graded  -
NN-1  high  not named            12, 8  spoken to  17 May 2016 09:10  not graded  in time
"""


def told(store: Store) -> Store:
    """Report a case of two children."""
    store.at("2016-05-17T09:00", cases.report, "NN-1", category="missing", risk="high", children=2, ages=(12, 8))
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 1")
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=told)


def act(screen: Screen, kind: str, at: str, *more: str) -> str:
    """Record an action and return what was said of it, but that it is late."""
    shown = screen.typed("act", "NN-1", kind, "--at", at, *more, width=200)
    assert shown.code == 0
    return "\n".join(one for one in shown.err.splitlines() if "child" in one)


def items(screen: Screen, *words: str) -> list[Any]:
    found: list[Any] = screen.typed(*words, "--format", "json").json["items"]
    return found


def missing(screen: Screen, *words: str) -> list[str | None]:
    return [one["child"] for one in items(screen, "missing", "--still", *words)]


def standards(screen: Screen) -> set[tuple[str, str | None, bool]]:
    """Return what the case waits for too long, each with for whom."""
    found = [cause for case in items(screen, "stalled") for cause in case["causes"]]
    return {(cause["standard"], cause["child"], cause["unnamed"]) for cause in found if cause["standard"]}


def both_reported(screen: Screen) -> None:
    act(screen, "missing-reported", "2016-05-17T09:10", "--text", "the elder")
    act(screen, "missing-reported", "2016-05-17T09:11", "--text", "the younger")


def test_one_found_and_spoken_to_leaves_the_other_missing(screen: Screen) -> None:
    """As typed, with no name anywhere: the second is on the list, not found, and graded by nobody."""
    both_reported(screen)
    act(screen, "found", "2016-05-17T15:00", "--text", "the elder")
    assert missing(screen, "--as-at", "2016-05-18") == [SECOND]
    act(screen, "return-interview", "2016-05-18T10:00", "--text", "the elder")
    assert missing(screen) == [SECOND]
    assert screen.typed("missing", width=92).out.splitlines()[-3:] == lines(LISTED)
    second, first = items(screen, "missing")
    assert (second["found_at"], second["spoken_to_at"], second["due"]) == (None, None, None)
    assert (first["child"], first["unnamed"], second["unnamed"]) == (None, True, False)
    assert ("missing-graded", SECOND, False) in standards(screen)


def test_the_second_that_is_found_waits_for_its_own_interview(screen: Screen) -> None:
    """The interview of the first, before or after, is not its own; one more without a name is."""
    both_reported(screen)
    act(screen, "found", "2016-05-17T10:00")
    act(screen, "found", "2016-05-17T11:00")
    act(screen, "return-interview", "2016-05-17T12:00")
    assert missing(screen) == []
    assert ("return-interview", SECOND, False) in standards(screen)
    assert ("return-interview", None, True) not in standards(screen)
    act(screen, "return-interview", "2016-05-20T10:30")
    assert [one["state"] for one in items(screen, "missing")] == ["spoken to", "spoken to"]
    assert [one["in_time"] for one in items(screen, "missing")] == [True, True]


def test_it_is_said_for_what_each_was_taken(screen: Screen) -> None:
    """Another child, one child alone by the entry that reported it; of all, and by a name, as ever."""
    assert act(screen, "missing-reported", "2016-05-17T09:10") == ""
    another = "names no child, and is taken to report another child: entry 4 (not named)"
    assert another in act(screen, "missing-reported", "2016-05-17T09:11")
    first = "names no child, and is taken to be about one child alone, whom entry 3 reported"
    for kind in ("missing-graded", "found", "return-interview"):
        assert f"{first} (correct REF" in act(screen, kind, "2016-05-17T12:00")
    assert f"is taken to be about one child alone: {SECOND}" in act(screen, "found", "2016-05-17T13:00")
    assert act(screen, "found", "2016-05-17T09:10:30", "--child", SECOND) == ""
    assert "if it is one of those not named, correct" in act(screen, "child-seen", "2016-05-18", "--child", "Z")
    assert act(screen, "child-seen", "2016-05-18") == ""


def test_what_is_recorded_late_is_said_of_whom_it_is_about_by_its_own_time(screen: Screen) -> None:
    """A child found before the second was reported was all that there were."""
    both_reported(screen)
    assert "is about all of them" in act(screen, "found", "2016-05-17T09:10:30")
    assert missing(screen) == [None]


def test_a_label_is_given_as_a_name_is(screen: Screen) -> None:
    """To an action, to a question about its clocks, and in what is shown; capitals and blanks do not count."""
    both_reported(screen)
    act(screen, "found", "2016-05-17T15:00", "--child", "ENTRY  4 (not Named)")
    assert missing(screen) == [None]
    (clock,) = items(screen, "explain", "NN-1", "--standard", "return-interview", "--key", SECOND)
    assert (clock["child"], clock["state"]) == (SECOND, "running")
    assert f"return-interview {SECOND}" in screen.typed("show", "NN-1", width=120).out
    (state,) = items(screen, "show", "NN-1")
    assert list(state["safeguarding"]["children"][SECOND]["steps"]) == ["missing-reported", "found"]


def test_a_retraction_and_a_correction_say_how_many_there_are(screen: Screen) -> None:
    """As known before, the answer is the former one."""
    both_reported(screen)
    act(screen, "found", "2016-05-17T15:00")
    screen.typed("retract", "NN-1", "4", "--reason", "the same child")
    assert missing(screen) == []
    screen.typed("correct", "NN-1", "5", "child=the elder", "--reason", "named")
    assert missing(screen) == [None]
    screen.typed("correct", "NN-1", "3", "child=the elder", "--reason", "named")
    assert missing(screen) == []


def test_two_who_are_detained_without_a_name_are_released_one_by_one(screen: Screen) -> None:
    """And a case that is closed on the second waits for it."""
    act(screen, "detained", "2016-05-17T10:00", "--outcome", "cell 1")
    assert "another child: entry 4 (not named)" in act(
        screen, "detained", "2016-05-17T10:05", "--outcome", "cell 2"
    )
    assert "whom entry 3 reported" in act(screen, "released", "2016-05-17T12:00")
    (held,) = items(screen, "detained")
    assert (held["child"], held["where"]) == (SECOND, "cell 2")
    assert "closed with a child in custody" in screen.typed("resolve", "NN-1", "--outcome", "filed").err
    (case,) = items(screen, "stalled", "--cause", "child-detained")
    assert [one["child"] for one in case["causes"]] == [SECOND]
    act(screen, "released", "2016-05-17T13:00")
    assert items(screen, "detained") == items(screen, "stalled", "--cause", "child-detained") == []


def test_one_report_of_two_children_is_about_both(screen: Screen) -> None:
    """As ever: one that is found without a name ends it, and no page has a column more."""
    act(screen, "missing-reported", "2016-05-17T09:10")
    assert "CHILD" not in screen.typed("missing", width=120).out
    assert "is about all of them" in act(screen, "found", "2016-05-17T15:00")
    assert missing(screen) == []
