"""Clocks: what starts, stops, ends and halts a standard, and what never sets it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import as_of
from domain.cases.fold import fold
from domain.deadlines.clocks import run
from domain.deadlines.standards import Laws
from domain.instant import FOREVER, parse
from tests.clock import hours
from tests.domain.scene import REFERENCE, Scene
from tests.smallbook import ONE, TWO, Editions, standard

if TYPE_CHECKING:
    from domain.deadlines.clock import Clock
    from domain.deadlines.clocks import Clocks
    from domain.event import Event
    from tests.naive_stalls import Versions


def act(kind: str, *, counts: bool = True) -> Event:
    return ev.ActionRecorded(kind=kind, counts=counts)


def given(*told: tuple[float, Event], category: str = "other", crime: str | None = None) -> Scene:
    """Return a case reported at nought, with what happened so many hours after that."""
    report = ev.Reported(reference=REFERENCE, category=category, crime_reference=crime)
    scene = Scene(reported=False).given(report, at=0)
    for at, event in told:
        scene.given(event, at=at)
    return scene


def when(scene: Scene, as_at: float = 1_000, versions: Versions = ONE) -> Clocks:
    """Return the clocks of the case as at so many hours after its report."""
    return run(as_of(scene.entries, Axes(hours(as_at))), Laws(versions))


def running(scene: Scene, standard: str, key: str = "", as_at: float = 1_000, versions: Versions = ONE) -> Clock:
    """Return a clock that runs; fail if it does not."""
    return when(scene, as_at, versions).running[standard, key]


def runs(scene: Scene, standard: str, key: str = "", as_at: float = 1_000, versions: Versions = ONE) -> bool:
    """Say whether a clock runs."""
    return (standard, key) in when(scene, as_at, versions).running


ALLOCATED = ev.Allocated(officer="DC 1417")
BY_A = ev.Allocated(officer="DC 1417", team="a")
PAUSED = ev.Paused(authorised_by="PS 0088", review_on="2016-03-01")


def test_a_clock_starts_with_what_the_standard_names_and_is_due_when_its_limit_has_run_out() -> None:
    """Reported at nought, to be allocated within three hours."""
    clock = running(given(), "allocate")
    assert (clock.started_at, clock.started_by, clock.due) == (hours(0), 1, hours(3))


def test_what_meets_a_standard_stops_its_clock_and_says_so() -> None:
    """In time or not, it is over."""
    clocks = when(given((4, ALLOCATED)))
    (over,) = [one for one in clocks.finished if one.ready.standard.id == "allocate"]
    assert (over.stopped_at, over.stopped_by, over.ended, over.due) == (hours(4), 2, False, hours(3))
    assert ("allocate", "") not in clocks.running


def test_what_makes_a_standard_pointless_ends_its_clock_unmet() -> None:
    """A warrant that is withdrawn need not be executed."""
    scene = given((1, ev.WarrantGranted(warrant="W1")), (2, ev.WarrantWithdrawn(warrant="W1")))
    (over,) = [one for one in when(scene).finished if one.ready.standard.id == "warrant-life"]
    assert (over.stopped_at, over.ended) == (hours(2), True)


def test_a_clock_that_runs_is_not_set_back_by_what_would_start_it() -> None:
    """A reallocation leaves the first action as late as it was."""
    scene = given((1, ALLOCATED), (5, ev.Allocated(officer="DC 2206")))
    assert running(scene, "first-action").started_at == hours(1)


def test_what_stops_one_clock_may_start_the_next() -> None:
    """Each piece of work is the beginning of the next wait."""
    scene = given((1, act("child-seen")), (2, act("note", counts=False)))
    assert running(scene, "dormant").started_at == hours(1)


def test_a_clock_that_the_one_before_it_met_has_the_limit_that_follows() -> None:
    """Detention is reviewed within two hours, and then every three."""
    scene = given((1, act("detained")), (2, act("detention-reviewed")))
    assert running(scene, "detention-review", as_at=1).due == hours(3)
    assert running(scene, "detention-review", as_at=2).due == hours(5)


def test_a_clock_that_begins_afresh_has_the_first_limit_again() -> None:
    """Released and detained once more."""
    scene = given(
        (1, act("detained")), (2, act("detention-reviewed")), (3, act("released")), (4, act("detained"))
    )
    assert not runs(scene, "detention-review", as_at=3)
    assert running(scene, "detention-review").due == hours(6)


def test_a_standard_of_several_starts_waits_for_the_last_of_them() -> None:
    """Accommodation is due once a child is both detained and charged, in whichever order."""
    scene = given((1, act("charge")), (3, act("detained")), category="missing")
    assert not runs(scene, "accommodation", as_at=1)
    assert running(scene, "accommodation").started_at == hours(3)


def test_what_ends_a_standard_of_several_starts_makes_all_of_them_happen_anew() -> None:
    """Charged before a release, detained after it: nothing is due until the next charge."""
    scene = given((1, act("charge")), (2, act("released")), (3, act("detained")), category="missing")
    assert not runs(scene, "accommodation")
    assert runs(scene.given(act("charge"), at=4), "accommodation")


def test_a_standard_of_several_starts_may_first_apply_when_the_last_of_them_happens() -> None:
    """The charge is believed to have come before the report that says what sort of case this is."""
    scene = given((-1, act("charge")), (1, act("detained")), category="missing")
    assert runs(scene, "accommodation")


def test_a_standard_of_a_category_runs_in_no_other() -> None:
    """Images are asked for in cases of the category that the tests call missing."""
    assert runs(given(category="missing"), "images")
    assert not runs(given(category="other"), "images")


def test_what_meets_a_standard_at_once_does_not_start_it() -> None:
    """A report that is a crime from the beginning waits for no crime to be recorded."""
    assert runs(given(), "record-crime")
    assert not runs(given(crime="C 1"), "record-crime")


def test_each_warrant_has_a_clock_of_its_own() -> None:
    """Executing one leaves the other."""
    scene = given(
        (1, ev.WarrantGranted(warrant="W1")),
        (2, ev.WarrantGranted(warrant="W2")),
        (3, ev.WarrantExecuted(warrant="W1")),
    )
    assert not runs(scene, "warrant-life", "W1")
    assert running(scene, "warrant-life", "W2").due == hours(12)


def test_what_names_no_warrant_starts_no_clock_of_one() -> None:
    """The report is activity, and about no warrant."""
    assert [key for name, key in when(given()).running if name == "any-warrant"] == []


def test_a_limit_by_risk_follows_the_risk_in_both_directions() -> None:
    """It counts from the start, whatever the risk was meanwhile."""
    scene = given((1, ev.RiskAssessed(risk="very high")), (2, ev.RiskAssessed(risk="low")), category="missing")
    dues = [running(scene, "images", as_at=at).due for at in (0, 1, 2)]
    assert dues == [hours(3), hours(1), hours(8)]


@pytest.mark.parametrize(("immediate", "due"), [(True, hours(3)), (False, parse("2016-02-17T00:00:00+00:00"))])
def test_an_escalation_has_the_limit_of_its_urgency(immediate: bool, due: int) -> None:
    """Two hours for a child at immediate risk; else a working day, which after a long weekend is Tuesday."""
    scene = given((1, ev.Escalated(escalation="E1", concern="c", immediate=immediate)))
    clock = running(scene, "escalation-answer", "E1")
    assert clock.due == due


def test_an_answer_that_is_rejected_is_owed_again_and_has_been_waited_for_ever_since() -> None:
    """The limit begins with the rejection, the wait with the inspectorate's first word."""
    scene = given(
        (1, ev.Escalated(escalation="E1", concern="c", immediate=True)),
        (2, ev.EscalationAnswered(escalation="E1", text="t")),
        (5, ev.EscalationRejected(escalation="E1")),
    )
    clock = running(scene, "escalation-answer", "E1")
    assert (clock.since, clock.started_at, clock.due) == (hours(1), hours(5), hours(7))


def test_a_rejection_of_what_was_never_escalated_is_owed_an_answer_without_urgency() -> None:
    """The escalation was retracted, or its source never had it; what followed still stands."""
    clock = running(given((5, ev.EscalationRejected(escalation="E1"))), "escalation-answer", "E1")
    assert (clock.since, clock.limit[0]) == (hours(5), "1wd")


def test_a_referral_back_that_turns_urgent_leaves_less_time() -> None:
    """As a risk that rises does."""
    scene = given(
        (1, ev.Escalated(escalation="E1", concern="c")),
        (2, ev.Escalated(escalation="E1", concern="c", immediate=True)),
    )
    assert running(scene, "escalation-answer", "E1").due == hours(3)


def test_a_warrant_and_an_escalation_of_one_name_have_nothing_to_do_with_each_other() -> None:
    """Neither since when one waits nor how urgent it is."""
    scene = given((1, ev.Escalated(escalation="1", concern="c")), (4, ev.WarrantGranted(warrant="1")))
    assert running(scene, "warrant-life", "1").since == hours(4)


def test_a_pause_lets_a_clock_stand_and_is_left_out_of_the_reckoning() -> None:
    """Due after three hours; paused for ten."""
    scene = given((0, act("arrest")), (1, PAUSED), (11, ev.Resumed()))
    assert running(scene, "review", as_at=1).due == FOREVER
    assert running(scene, "review").due == hours(13)


def test_a_pause_that_begins_when_the_limit_has_run_out_changes_nothing() -> None:
    """At that very instant it was breached already."""
    scene = given((0, act("arrest")), (3, PAUSED))
    assert running(scene, "review").due == hours(3)


def test_a_pause_that_begins_a_microsecond_before_lets_it_stand() -> None:
    """The limit had not run out."""
    scene = given((0, act("arrest")), (3 - 1 / 3_600_000_000, PAUSED))
    assert running(scene, "review").due == FOREVER


def test_a_clock_that_starts_in_a_pause_stands_from_its_start() -> None:
    """It goes on with the case."""
    scene = given((1, PAUSED), (2, act("arrest")), (5, ev.Resumed()))
    assert running(scene, "review", as_at=2).due == FOREVER
    assert running(scene, "review").due == hours(8)


def test_the_review_of_a_pause_does_not_begin_it_again() -> None:
    """What stands has stood since the first."""
    scene = given((0, act("arrest")), (1, PAUSED), (2, PAUSED), (4, ev.Resumed()))
    assert running(scene, "review", as_at=2).stands_since == hours(1)
    assert running(scene, "review").due == hours(6)


def test_a_clock_that_a_pause_does_not_halt_runs_on() -> None:
    """Nobody can pause the time in which a case must be allocated."""
    assert running(given((1, PAUSED)), "allocate").due == hours(3)


def test_a_closed_case_goes_on_when_it_is_reopened_as_if_it_had_never_been_closed() -> None:
    """The clock has not been set back, and was not let stand."""
    scene = given((1, ev.Resolved(outcome="o")), (50, ev.Reopened()))
    assert running(scene, "allocate").due == hours(3)


def test_closing_and_reopening_a_case_meets_no_standard() -> None:
    """Else five minutes of paper would set back whatever waits for somebody to do something."""
    scene = given((1, ALLOCATED), (2, ev.Resolved(outcome="o")), (3, ev.Reopened()))
    assert running(scene, "first-action").started_at == hours(1)


def test_a_silence_is_measured_from_the_last_activity_as_idle_is() -> None:
    """Taking a case up again is activity; what closed it ended the silence before, and none runs meanwhile."""
    scene = given((1, ev.Resolved(outcome="o")), (2, act("note")), (50, ev.Reopened()))
    assert running(scene, "dormant", as_at=0.5).started_at == hours(0)
    assert not runs(scene, "dormant", as_at=49)
    assert running(scene, "dormant").started_at == hours(50) == fold(scene.entries).last_activity_at
    over = [clock for clock in when(scene).finished if clock.ready.standard.id == "dormant"]
    assert [(clock.started_at, clock.stopped_at) for clock in over] == [(hours(0), hours(1))]


def test_time_in_which_a_case_was_closed_is_no_time_in_which_work_was_missing() -> None:
    """Two working hours of a team that works at all hours; a pause meanwhile is part of the same halt."""
    scene = given((9, BY_A), (9.5, ev.Resolved(outcome="o")), (32, ev.Reopened()))
    assert running(scene, "first-action", as_at=31).due == FOREVER
    assert running(scene, "first-action").due == hours(33.5)
    scene.given(PAUSED, at=20).given(ev.Resumed(), at=40)
    assert running(scene, "first-action").pauses == [(hours(9.5), hours(40))]


def test_what_had_run_out_when_a_case_was_closed_stays_so() -> None:
    """Closing and reopening a case gains no time."""
    scene = given((9, BY_A), (20, ev.Resolved(outcome="o")), (50, ev.Reopened()))
    assert running(scene, "first-action").due == hours(11)


def test_what_is_allocated_while_the_case_is_closed_waits_for_work_from_its_reopening_on() -> None:
    """It happened, irregular as it is; nobody could work on it before."""
    scene = given((1, ev.Resolved(outcome="o")), (9, ALLOCATED), (24, ev.Reopened()))
    assert running(scene, "first-action", as_at=20).stands_since == hours(9)
    assert running(scene, "first-action").pauses == [(hours(9), hours(24))]


def test_the_inspectorate_waits_on_while_a_case_is_closed() -> None:
    """Even where any work would do."""
    any_work = standard("any", "escalated", "activity", "2h", per="escalation")
    book = Editions([(0, replace(ONE[0][1], standards=(any_work,)))])
    scene = given((1, ev.Escalated(escalation="E1", concern="c")), (2, ev.Resolved(outcome="o")))
    assert running(scene, "any", "E1", versions=book).due == hours(3)


def test_a_clock_keeps_the_rulebook_under_which_it_started() -> None:
    """Three hours under the first edition, five under the second, which takes effect at the third hour."""
    scene = given((2, ALLOCATED), (2.5, ev.Returned()), (3.5, ALLOCATED), (4, ev.Returned()))
    assert running(scene, "allocate", as_at=3.25, versions=TWO).limit[0] == "3h"
    assert running(scene, "allocate", versions=TWO).limit[0] == "5h"


def test_a_clock_is_stopped_by_what_its_own_rulebook_says() -> None:
    """The second edition says that only a child who is seen ends dormancy; the clock runs under the first."""
    scene = given((2, act("interview")), (4, act("charge")), (5, act("interview")))
    clock = running(scene, "dormant", versions=TWO)
    assert clock.started_at == hours(4)


def test_working_time_is_that_of_the_team_that_had_the_case_at_the_start() -> None:
    """Team a works day and night; a case given to another afterwards keeps its hours."""
    scene = given((9, ev.Allocated(officer="DC 1417", team="a")), (10, ev.Allocated(officer="DC 2206")))
    assert running(scene, "first-action").due == hours(11)


def test_a_failed_contact_is_noted_when_it_came_after_the_start() -> None:
    """That which starts a clock is not an attempt to meet it."""
    tried = act("contact-attempted", counts=False)
    assert running(given((1, ALLOCATED), (2, tried)), "first-action").attempted_at == hours(2)
    assert running(given((2, tried)), "try-again").attempted_at is None
    assert running(given((2, tried), (3, tried)), "try-again").attempted_at == hours(3)


def test_an_owner_written_in_another_way_has_had_the_case_since_the_beginning() -> None:
    """The same officer in another team: neither the tables nor the case's state begin anew."""
    scene = given((1, ev.Allocated(officer="DC 1417", team="a")), (2, ev.Allocated(officer="dc1417", team="b")))
    clocks = run(scene.entries, Laws(ONE))
    assert (clocks.outline.owner, clocks.outline.owned_since) == ("dc1417", hours(1))
    assert fold(scene.entries).owned_since == hours(1)
