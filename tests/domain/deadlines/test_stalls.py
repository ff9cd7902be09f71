"""What a case waits for: typed causes, warnings, the review of a pause, conditions and harm."""

from __future__ import annotations

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import as_of
from domain.deadlines.clocks import run
from domain.deadlines.facts import CONDITION, HARM, OWNED, WAIT, Fact
from domain.deadlines.stalls import end_of, facts
from domain.deadlines.standards import Laws
from domain.instant import FOREVER, parse
from tests.clock import hours
from tests.domain.deadlines.test_clocks import ALLOCATED, act, given
from tests.domain.scene import REFERENCE, Scene
from tests.smallbook import ONE


def holds(scene: Scene, kind: str, as_at: float = 1_000) -> list[Fact]:
    """Return the facts of a kind as at so many hours after the report."""
    found = facts(run(as_of(scene.entries, Axes(hours(as_at))), Laws(ONE)))
    return [one for one in found.values() if one.kind == kind]


def wait(scene: Scene, cause: str, as_at: float = 1_000) -> Fact:
    """Return the one wait of a cause."""
    (found,) = [one for one in holds(scene, WAIT, as_at) if one.name == cause]
    return found


def causes(scene: Scene, as_at: float = 1_000) -> set[str]:
    """Return the causes of all waits."""
    return {one.name for one in holds(scene, WAIT, as_at)}


def cause_of(scene: Scene, standard: str, as_at: float = 1_000) -> str | None:
    """Return the cause of a standard's wait; ``None`` if its clock does not run."""
    return next((one.name for one in holds(scene, WAIT, as_at) if one.standard == standard), None)


TRIED = act("contact-attempted", counts=False)


def test_a_wait_names_its_standard_its_limit_since_when_and_from_when_it_is_too_long() -> None:
    """The explanation is made of this alone."""
    found = wait(given(), "unallocated")
    assert found == Fact(WAIT, "unallocated", "allocate", "", "3h", hours(0), hours(3))


def test_a_case_is_untouched_until_somebody_tries_and_fails() -> None:
    """A failed contact is no work, but it is not nothing."""
    scene = given((1, ALLOCATED), (2, TRIED))
    assert cause_of(scene, "first-action", as_at=1) == "untouched"
    assert cause_of(scene, "first-action") == "attempts-only"


def test_attempts_before_the_case_was_allocated_are_not_its_owners() -> None:
    """Whoever tried, it was not they."""
    assert cause_of(given((0.5, TRIED), (1, ALLOCATED)), "first-action") == "untouched"


def test_what_was_tried_before_work_was_done_counts_no_more() -> None:
    """The wait is over, and the next owner's begins with nothing tried."""
    scene = given((1, ALLOCATED), (2, TRIED), (3, act("interview")), (4, ALLOCATED))
    assert cause_of(scene, "first-action", as_at=3) is None
    assert cause_of(scene, "first-action") == "untouched"


def test_a_standard_of_some_risks_stalls_no_case_of_another() -> None:
    """It runs all the same, and stalls the case as soon as the risk is one of its own."""
    scene = given((1, ev.RiskAssessed(risk="low")), (2, ev.RiskAssessed(risk="very high")))
    assert "step-missing" in causes(scene, as_at=0)
    assert "step-missing" not in causes(scene, as_at=1)
    assert wait(scene, "step-missing", as_at=2).since == hours(0)


def test_a_warning_is_due_before_the_limit_and_holds_until_it_has_run_out() -> None:
    """Ten hours, and a warning four before."""
    found = wait(given((1, ev.WarrantGranted(warrant="W1"))), "warrant-expiring")
    assert (found.key, found.since, found.due, found.until) == ("W1", hours(1), hours(7), hours(11))


def test_a_warning_longer_than_the_limit_is_due_when_the_clock_starts() -> None:
    """Not before there was anything to warn of."""
    assert wait(given((1, act("arrest"))), "warrant-expiring").due == hours(1)


def test_a_clock_that_stands_warns_of_nothing() -> None:
    """It has no end to warn of."""
    scene = given((1, act("arrest")), (1.5, ev.Paused(authorised_by="PS 0088", review_on="2016-03-01")))
    assert "warrant-expiring" not in causes(scene)
    (review,) = [one for one in holds(scene, WAIT) if one.standard == "review"]
    assert review.due == FOREVER


@pytest.mark.parametrize(
    ("review_on", "due"),
    [
        ("2016-02-20", parse("2016-02-21T00:00:00+00:00")),
        ("2016-03-27", parse("2016-03-28T00:00:00+01:00")),
        ("2016-02-01", hours(2)),
        ("2016-02-30", hours(2)),
        (None, hours(2)),
    ],
)
def test_a_pause_is_to_be_reviewed_when_its_day_is_over(review_on: str | None, due: int) -> None:
    """In local time; at once where no day is set, or none that there is, or one that was past already."""
    found = wait(given((2, ev.Paused(authorised_by="PS 0088", review_on=review_on))), "pause-unreviewed")
    assert (found.since, found.due) == (hours(2), due)


def test_a_pause_that_was_reviewed_waits_for_the_later_day_since_the_same_beginning() -> None:
    """A review is no new pause."""
    first, then = (ev.Paused(authorised_by="PS 0088", review_on=day) for day in ("2016-02-20", "2016-03-20"))
    found = wait(given((2, first), (3, then)), "pause-unreviewed")
    assert (found.since, found.due) == (hours(2), parse("2016-03-21T00:00:00+00:00"))


def test_a_day_is_over_with_the_last_day_that_there_is() -> None:
    """The calendar has no day after it."""
    assert end_of("9999-12-31", "Europe/London") == FOREVER


def test_a_resolved_case_waits_for_nothing_and_keeps_its_harm() -> None:
    """Until it is reopened: then it waits as if it had never been closed."""
    scene = given((1, act("further-harm")), (2, ev.Resolved(outcome="o")), (9, ev.Reopened()))
    for kind in (WAIT, OWNED, CONDITION):
        assert holds(scene, kind, as_at=2) == []
    assert [(one.name, one.since) for one in holds(scene, HARM, as_at=2)] == [("further-harm", hours(1))]
    assert wait(scene, "unallocated").due == hours(3)


def test_a_case_that_was_not_reported_yet_waits_for_nothing() -> None:
    """What is believed to have come before the report is about no case yet."""
    scene = Scene(reported=False).given(ALLOCATED, at=-5).given(ev.Reported(reference=REFERENCE), at=0)
    assert facts(run(as_of(scene.entries, Axes(hours(-1))), Laws(ONE))) == {}


def test_a_child_once_missing_is_so_while_the_case_is_open_and_one_detained_until_let_go() -> None:
    """The lists ask the case itself how it went on."""
    scene = given(
        (1, act("missing-reported")),
        (2, act("found")),
        (3, act("missing-reported")),
        (4, act("detained")),
        (5, act("detained")),
        (6, act("released")),
        (7, act("detained")),
        (8, act("transferred")),
    )  # fmt: skip  (a story in two lines)
    conditions = {
        at: [(one.name, one.since) for one in holds(scene, CONDITION, as_at=at)] for at in (3, 5, 6, 7, 8)
    }
    missing = ("missing", hours(1))
    assert conditions == {
        3: [missing],
        5: [missing, ("detained", hours(4))],
        6: [missing],
        7: [missing, ("detained", hours(7))],
        8: [missing],
    }


def test_a_case_says_whose_it_is_since_when_and_what_that_takes() -> None:
    """A reallocation to the same officer is no new beginning."""
    scene = given((1, ALLOCATED), (5, ALLOCATED), category="missing")
    (owned,) = holds(scene, OWNED)
    assert (owned.name, owned.key, owned.since) == ("DC 1417", "specialist", hours(1))
    (owned,) = holds(scene.given(ev.Allocated(officer="DC 2206"), at=6), OWNED)
    assert (owned.name, owned.since) == ("DC 2206", hours(6))
    assert holds(scene.given(ev.Returned(), at=7), OWNED) == []
