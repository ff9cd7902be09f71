"""How clocks are explained: what started them, every day, what stopped them, under which rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from domain.axes import Axes
from domain.cases import events as ev
from domain.duration import parse_limit
from domain.errors import NotFound
from domain.instant import DAY, EARLIEST, FOREVER, SECOND, parse
from domain.rulebook.versions import RulebookVersions
from projections.views.case_view import CaseView
from projections.views.clocks.clock_states import STATES
from projections.views.clocks.explain import FIELDS, NEVER_STARTED, clock_items, explain
from tests.clock import days, hours
from tests.domain.scene import OWNER, Scene, entry
from tests.projections.live_view import act
from tests.smallbook import BOOK, LATER, ONE, TWO
from tests.strategies import histories

if TYPE_CHECKING:
    from projections.views.timeline import Item

HOUR = 3_600
PAUSE = ev.Paused(authorised_by="DI 7", review_on="2016-03-01")


def clocks(scene: Scene, as_at: float, standard: str | None = None, **more: Any) -> list[Item]:
    rulebooks = RulebookVersions(more.pop("versions", ONE))
    known = more.pop("known", None)
    axes = Axes(hours(as_at), FOREVER if known is None else hours(known))
    return clock_items(explain(CaseView(scene.entries, axes), rulebooks), standard, **more)


def clock(scene: Scene, as_at: float, standard: str, **more: Any) -> Item:
    (found,) = clocks(scene, as_at, standard, **more)
    return found


def allocated() -> Scene:
    return Scene().given(ev.Allocated(officer=OWNER), at=2)


def test_a_clock_that_runs() -> None:
    """Which entry started it, its limit, and what is left."""
    found = clock(Scene(), 1, "allocate")
    assert tuple(found) == FIELDS
    assert (found["state"], found["limit"], found["limit_in_words"]) == ("running", "3h", "3 hours")
    assert found["started"] == {
        "entry": 1,
        "event": "case.reported",
        "summary": "reported: indecent images",
        "at": hours(0),
    }
    assert (found["due"], found["overdue_seconds"], found["stopped"]) == (hours(3), -2 * HOUR, None)
    assert (found["source"], found["confidence"]) == ("tests", "proposed")


@pytest.mark.parametrize(
    ("allocated_at", "as_at", "state", "overdue"),
    [
        (9, 3, "breached", 0),
        (9, 5, "breached", 2 * HOUR),
        (3, 9, "met", 0),
        (5, 9, "met late", 2 * HOUR),
    ],
)
def test_in_time_or_late(allocated_at: float, as_at: float, state: str, overdue: int) -> None:
    """At the instant on which it is due it is breached; what comes at that instant is in time."""
    scene = Scene().given(ev.Allocated(officer=OWNER), at=allocated_at)
    found = clock(scene, as_at, "allocate")
    assert (found["state"], found["overdue_seconds"]) == (state, overdue)
    if state != "breached":
        assert found["stopped"]["entry"] == 2
        assert found["stopped"]["in_time"] is (state == "met")


def test_every_day_of_elapsed_time_is_counted() -> None:
    """Night and day, from the start to when it is due; the first and the last in part."""
    found = clock(Scene(), 30, "record-crime")
    assert found["counted_in"] == "seconds"
    assert found["days"] == [
        {"day": "2016-02-12", "counted": 53_280, "why": None},
        {"day": "2016-02-13", "counted": 33_120, "why": None},
    ]
    assert (found["hours"], found["team"], found["holidays_from"]) == ([], None, None)


def test_each_day_that_does_not_count_says_why() -> None:
    """The day of the start, the weekend, a bank holiday by its name."""
    found = clock(Scene(), 30, "child-seen")
    assert [(day["day"], day["counted"], day["why"]) for day in found["days"]] == [
        ("2016-02-12", 0, "day of the start"),
        ("2016-02-13", 0, "weekend"),
        ("2016-02-14", 0, "weekend"),
        ("2016-02-15", 0, "a day off"),
        ("2016-02-16", 1, None),
    ]
    assert (found["counted_in"], found["hours"]) == ("working days", ["mon-fri 09:00-17:00"])


def test_working_hours_are_those_of_the_team() -> None:
    """A team that has hours of its own is named with them."""
    found = clock(Scene().given(ev.Allocated(officer=OWNER, team="a"), at=20), 21, "first-action")
    assert (found["team"], found["hours"]) == ("a", ["mon-sun 00:00-24:00"])
    assert found["due"] == hours(22)
    general = clock(allocated(), 3, "first-action")
    assert (general["team"], general["hours"]) == (None, ["mon-fri 09:00-17:00"])


def test_pauses_are_left_out() -> None:
    """A pause that is over is told from when to when; one that goes on since when."""
    scene = allocated().given(PAUSE, at=3).given(ev.Resumed(), at=4)
    found = clock(scene, 5, "first-action")
    assert found["pauses"] == [{"since": hours(3), "until": hours(4)}]
    assert found["due"] == hours(5)
    assert found["days"] == [{"day": "2016-02-12", "counted": 2 * HOUR, "why": "partly paused"}]
    stands = clock(scene.given(PAUSE, at=4.5), 30, "first-action")
    assert (stands["state"], stands["stands_since"], stands["due"]) == ("standing", hours(4.5), None)
    assert stands["overdue_seconds"] is None
    assert [day["counted"] for day in stands["days"]] == [1.5 * HOUR, 0]
    assert stands["days"][1]["why"] == "weekend"


def test_a_fraction_of_a_second_is_not_lost() -> None:
    """So that what was counted adds up."""
    scene = Scene().given(ev.Allocated(officer=OWNER), at=2.0001)
    (found, *_) = clocks(scene, 3, "first-action")
    assert found["days"][0]["counted"] == 7_200
    paused = scene.given(PAUSE, at=2.5).given(ev.Resumed(), at=2.6)
    assert sum(day["counted"] for day in clock(paused, 3, "first-action")["days"]) == 7_200


def test_the_limit_follows_the_risk() -> None:
    """And says for which risk it is."""
    scene = Scene().given(ev.RiskAssessed(risk="very high"), at=0.5)
    running = clocks(scene, 1, "dormant")[0]
    assert (running["limit"], running["limit_for"]) == ("1h", "very high")
    assert clock(Scene(), 1, "allocate")["limit_for"] is None
    assert clocks(Scene(), 1, "dormant")[0]["limit_for"] == "unassessed"


def test_an_escalation_is_explained_by_its_key() -> None:
    """A rejected answer starts a new clock; the wait began when the inspectorate first spoke."""
    scene = Scene().given(ev.Escalated(escalation="E1", concern="risk", immediate=True), at=1)
    scene.given(ev.Escalated(escalation="E2", concern="drift"), at=1)
    scene.given(ev.EscalationAnswered(escalation="E1", text="done"), at=2)
    scene.given(ev.EscalationRejected(escalation="E1"), at=3)
    again, first = clocks(scene, 4, "escalation-answer", key="E1")
    assert (again["since"], again["started"]["at"], again["limit_for"]) == (hours(1), hours(3), "immediate")
    assert (first["state"], first["key"]) == ("met", "E1")
    assert clocks(scene, 4, key="E9") == []


def test_what_is_breached_comes_first_and_what_is_over_last() -> None:
    """Then what runs, by when it is due; of what is over, what was late."""
    found = clocks(allocated().given(act("interview"), at=9), 12)
    states = [one["state"] for one in found]
    assert states == sorted(states, key=STATES.index)
    assert {"breached", "running", "met late", "met"} <= set(states)
    running = [one["due"] for one in found if one["state"] == "running"]
    assert running == sorted(running)


def test_a_resolved_case_leaves_what_was_not_met() -> None:
    """Overdue only until then; after it is reopened the clock goes on as if it had never been closed."""
    scene = Scene().given(ev.Resolved(outcome="no crime"), at=5)
    found = clock(scene, 50, "allocate")
    assert (found["state"], found["overdue_seconds"]) == ("unmet", 2 * HOUR)
    again = clock(scene.given(ev.Reopened(), at=20), 50, "allocate")
    assert (again["state"], again["overdue_seconds"]) == ("breached", 47 * HOUR)


def test_a_standard_for_another_risk_is_asleep() -> None:
    """Its clock runs on, and concerns nobody while the risk is what it is."""
    assert clock(Scene().given(ev.RiskAssessed(risk="low"), at=1), 99, "child-seen")["state"] == "asleep"


def test_what_made_it_pointless_is_named() -> None:
    """A warrant that was withdrawn: neither in time nor late."""
    scene = Scene().given(ev.WarrantSought(warrant="W1"), ev.WarrantGranted(warrant="W1"))
    scene.given(ev.WarrantWithdrawn(warrant="W1"))
    found = clock(scene, 9, "warrant-life")
    assert (found["state"], found["stopped"]["entry"], found["stopped"]["in_time"]) == ("ended", 4, None)


def test_a_clock_keeps_the_rulebook_of_its_start() -> None:
    """One that starts after the adoption has the new limit, and says since when that is in force."""
    scene = allocated().given(ev.Returned(), at=4)
    new, old = clocks(scene, 6, "allocate", versions=TWO)
    assert (old["limit"], old["rulebook"]) == ("3h", {"title": "small", "since": None})
    assert (new["limit"], new["rulebook"]) == ("5h", {"title": LATER.title, "since": hours(3)})


def test_each_axis_has_its_own_answer() -> None:
    """An allocation recorded late is in the world of that day, and was not known."""
    scene = Scene().given(ev.Allocated(officer=OWNER), at=2, recorded=30)
    assert clock(scene, 5, "allocate")["state"] == "met"
    assert clock(scene, 5, "allocate", known=5)["state"] == "breached"
    assert clock(scene, 9, "allocate", known=2)["overdue_seconds"] == 6 * HOUR


def test_a_limit_that_leads_beyond_the_calendar_is_never_due() -> None:
    """Its days are told up to the instant asked about."""
    endless = Scene()
    book = BOOK.__class__(title="endless", standards=(_forever(),))
    found = clock(endless, 30, "allocate", versions=((EARLIEST, book),))
    assert (found["state"], found["due"], len(found["days"])) == ("running", None, 2)


def test_a_case_that_waits_for_millennia_is_told_in_few_days() -> None:
    """A pause of more than a year is told as one, and so are the days after the first ten thousand."""
    stood = clock(allocated().given(PAUSE, at=3), 7_000 * 366 * 24, "first-action")["days"]
    assert [(day["day"], day["counted"], day["why"]) for day in stood[:2]] == [
        ("2016-02-12", HOUR, "partly paused"),
        ("2016-02-13", 0, "paused"),
    ]
    assert stood[1]["to"] > "9000"
    assert len(stood) <= 3
    book = BOOK.__class__(title="endless", standards=(_forever(),))
    as_at = 7_000 * 366 * 24
    counted = clock(Scene(), as_at, "allocate", versions=((EARLIEST, book),))["days"]
    assert len(counted) == 10_001
    assert (counted[-1]["why"], counted[-1]["to"] > "9000") == ("not told day by day", True)
    assert sum(day["counted"] for day in counted) == as_at * HOUR


def _forever() -> Any:
    from msgspec.structs import replace

    return replace(BOOK.standards[0], limit="9999999d")


@pytest.mark.parametrize(
    ("standard", "why"),
    [
        ("accommodation", "does not apply: the category is indecent images, and it is for missing"),
        ("detention-review", 'not started: no entry says "detained" or "detention reviewed"'),
        ("escalation-answer", 'not started: no entry says "escalated" or "escalation rejected"'),
        ("record-crime", "not started: it was met at once, by entry 1"),
    ],
)
def test_a_standard_without_a_clock_says_why(standard: str, why: str) -> None:
    """For others, never started, or met by what would have started it."""
    report = ev.Reported(reference="IMG-0417", category="indecent-images", crime_reference="C/1")
    found = clock(Scene(reported=False).given(report, at=0), 1, standard)
    assert tuple(found) == FIELDS
    assert (found["state"], found["why"]) == (NEVER_STARTED, why)
    assert (found["started"], found["due"], found["days"]) == (None, None, [])


def test_what_must_come_together_says_what_is_lacking() -> None:
    """Since its last end: what came before does not count."""
    report = ev.Reported(reference="IMG-0417", category="missing")
    scene = Scene(reported=False).given(report, act("detained"))
    why = 'not started: no entry says "charge"'
    assert clock(scene, 9, "accommodation")["why"] == why
    scene.given(act("released"), act("charge"))
    assert clock(scene, 9, "accommodation")["why"] == 'not started: no entry says "detained"'


def test_a_standard_that_came_later_says_so() -> None:
    """What would start it happened before the rulebook had it."""
    bare = BOOK.__class__(title="bare", standards=())
    found = clock(Scene(), 9, "allocate", versions=((EARLIEST, bare), (hours(5), BOOK)))
    assert found["why"] == "not started: at entry 1 the rulebook did not have it"
    assert found["rulebook"] == {"title": "small", "since": hours(5)}


def test_a_standard_that_no_rulebook_has_is_not_found() -> None:
    """With the nearest names."""
    with pytest.raises(NotFound) as caught:
        clocks(Scene(), 9, "alocate")
    assert caught.value.hints[0] == "did you mean: allocate"
    with pytest.raises(NotFound) as caught:
        clocks(Scene(), 9, "zzz")
    assert caught.value.hints == ("longcase rulebook show lists them",)


def test_a_limit_from_a_date_is_counted_in_days() -> None:
    """That of the start is not one of them, the last counts to its end; and it says whose midnight ends a day."""
    (found,) = clocks(Scene().given(ev.Allocated(officer=OWNER), at=1), 9, "by-date")
    assert (found["limit"], found["limit_in_words"]) == ("1d from date", "1 day from the date")
    assert (found["counted_in"], found["zone"]) == ("days", "Europe/London")
    assert found["due"] == parse("2016-02-14T00:00Z")
    assert [(one["day"], one["counted"], one["why"]) for one in found["days"]] == [
        ("2016-02-12", 0, "day of the start"),
        ("2016-02-13", 1, None),
    ]
    zones = {one["standard"]: one["zone"] for one in clocks(Scene().given(ev.Allocated(officer=OWNER), at=1), 9)}
    assert zones["child-seen"] == zones["first-action"] == zones["monthly"] == "Europe/London"
    assert zones["allocate"] is zones["record-crime"] is None


def test_the_midnight_at_which_a_limit_from_a_date_ends_is_too_late() -> None:
    """It is the first instant of the day after the last; a limit in hours is met at its very end."""
    end = parse("2016-02-14T00:00Z")
    for at, in_time in ((end - 1, True), (end, False)):
        scene = Scene().given(ev.Allocated(officer=OWNER), at=1)
        scene.entries.append(entry(3, ev.ActionRecorded(kind="child-seen"), at))
        (found,) = clocks(scene, 100, "by-date")
        assert (found["stopped"]["in_time"], found["state"]) == (in_time, "met" if in_time else "met late")
    (found,) = clocks(Scene().given(ev.Allocated(officer=OWNER), at=3), 100, "allocate")
    assert (found["due"], found["state"]) == (hours(3), "met")


@settings(max_examples=100, deadline=None)
@given(histories())
def test_what_was_counted_adds_up_to_the_limit(history: Any) -> None:
    """Of every clock with an instant on which it is due: nobody need believe the program."""
    view = CaseView(history, Axes(days(400)))
    for found in clock_items(explain(view, RulebookVersions(ONE))) if view.case.reported_at is not None else []:
        length, counted = parse_limit(found["limit"]), sum(day["counted"] for day in found["days"])
        if found["due"] is None or length.months:
            continue
        if length.working_days or length.days:
            assert counted == length.working_days + length.days
        else:
            assert round(counted * SECOND) == length.microseconds + length.working_time
        assert len(found["days"]) <= (found["due"] - found["started"]["at"]) // DAY + 2
