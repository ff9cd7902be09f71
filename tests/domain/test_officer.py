"""Officers: enough of them to own cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from domain.errors import Refused
from domain.instant import FOREVER
from domain.officer import (
    Absent,
    AccreditationLapsed,
    Accredited,
    Back,
    Enrolled,
    Left,
    Moved,
    Officer,
    Run,
    apply,
    check,
    check_deputy,
    fold,
    unfitness,
)
from tests.clock import hours
from tests.domain.scene import entry

if TYPE_CHECKING:
    from domain.event import Entry, Event

ENROLLED = Enrolled(officer="DC 1417", team="Hydra")
WORK = "child-protection"
ACCREDITED = Accredited(accreditation=WORK)
LATER = Accredited(accreditation=WORK, since=hours(20))


def entries(*events: Event) -> list[Entry]:
    return [entry(number, event, hours(number)) for number, event in enumerate(events, 1)]


def test_a_register_is_folded_in_order_of_time() -> None:
    """Also where it was typed in another order."""
    typed = [entry(1, Moved(team="Orion"), hours(9)), entry(2, ENROLLED, hours(1))]
    assert fold(typed) == Officer("DC 1417", "Orion", hours(1))
    assert fold(typed, hours(8)).team == "Hydra"
    assert fold(typed, hours(0)) == Officer()


def test_an_officers_whole_course() -> None:
    """Accredited until a day or without end, lapsed, away, back, moved, left, and enrolled again."""
    whole = entries(
        ENROLLED,
        ACCREDITED,
        Accredited(accreditation="offender-management", until=hours(4)),
        Absent(),
        Back(),
    )
    assert fold(whole) == Officer(
        "DC 1417",
        "Hydra",
        hours(1),
        {WORK: ((hours(2), FOREVER),), "offender-management": ((hours(3), hours(4)),)},
        None,
        None,
    )
    whole = entries(ENROLLED, ACCREDITED, AccreditationLapsed(accreditation=WORK), Left())
    held: dict[str, tuple[Run, ...]] = {WORK: ((hours(2), hours(3)),)}
    assert fold(whole) == Officer("DC 1417", "Hydra", hours(1), held, None, hours(4))
    again = fold([*whole, entry(5, Enrolled(officer="DC 1417", team="Orion"), hours(5))])
    assert (again.enrolled_at, again.left_at, again.team) == (hours(5), None, "Orion")


@pytest.mark.parametrize(
    ("before", "event", "words"),
    [
        ([], Absent(), "the officer is not enrolled"),
        ([], ACCREDITED, "the officer is not enrolled"),
        ([ENROLLED], ENROLLED, "the officer is enrolled already"),
        ([ENROLLED, Left()], Moved(team="Orion"), "the officer left on 12 Feb 2016"),
        ([ENROLLED, Absent()], Absent(), "the officer is absent already"),
        ([ENROLLED, Absent(until=hours(9) + 1)], Absent(), "the officer is absent already, through 12 Feb 2016"),
        ([ENROLLED, Absent(until=hours(11))], Absent(until=hours(11)), "the officer is absent already"),
        ([ENROLLED], Absent(until=hours(9)), "an absence must end after it begins"),
        ([ENROLLED], Absent(deputy="dc1417"), "nobody is their own deputy"),
        ([ENROLLED], Back(), "the officer is not absent"),
        ([ENROLLED, Absent(until=hours(9))], Back(), "the officer is not absent"),
        ([ENROLLED], AccreditationLapsed(accreditation=WORK), f"the officer has no accreditation {WORK}"),
        ([ENROLLED, LATER], AccreditationLapsed(accreditation=WORK), "the officer has no accreditation"),
        (
            [ENROLLED, ACCREDITED, AccreditationLapsed(accreditation=WORK)],
            AccreditationLapsed(accreditation=WORK),
            f"the officer has no accreditation {WORK}",
        ),
        ([ENROLLED], Accredited(accreditation=WORK, until=hours(9)), "an accreditation must end after it begins"),
        (
            [ENROLLED],
            Accredited(accreditation=WORK, since=hours(12), until=hours(11)),
            "an accreditation must end after it begins",
        ),
    ],
)
def test_the_impossible_is_refused(before: list[Event], event: Event, words: str) -> None:
    """In the state just before it."""
    with pytest.raises(Refused, match=re.escape(words)):
        check(fold(entries(*before), hours(9)), entry(9, event, hours(9)))


def test_an_absence_ends_by_itself_where_its_end_was_set() -> None:
    """At that instant and no sooner; who is back before is back, and another absence is another."""
    away = entries(ENROLLED, Absent(until=hours(5), deputy="DC 2206"))
    gone = fold(away, hours(5) - 1)
    assert (gone.absent_since, gone.absent_until, gone.deputy) == (hours(2), hours(5), "DC 2206")
    assert fold(away, hours(5)) == fold(away) == Officer("DC 1417", "Hydra", hours(1))
    assert fold([*away, entry(3, Back(), hours(3))], hours(4)).absent_since is None
    again = fold([*away, entry(3, Absent(), hours(7))])
    assert (again.absent_since, again.absent_until, again.deputy) == (hours(7), None, None)


def test_an_absence_that_runs_takes_another_end_and_another_deputy() -> None:
    """It began when it began; what is not named stays."""
    away = [*entries(ENROLLED, Absent(until=hours(5))), entry(3, Absent(deputy="DC 2206"), hours(3))]
    longer = [*away, entry(4, Absent(until=hours(9)), hours(4))]
    for known, until in ((away, 5), (longer, 9)):
        found = fold(known, hours(4))
        assert (found.absent_since, found.absent_until, found.deputy) == (hours(2), hours(until), "DC 2206")
    check(fold(away, hours(4)), entry(4, Absent(until=hours(9)), hours(4)))


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "DC 9 is not enrolled, and can be nobody's deputy"),
        ([ENROLLED, Left()], "DC 9 left on 12 Feb 2016, and can be nobody's deputy"),
    ],
)
def test_who_is_not_there_stands_in_for_nobody(events: list[Event], words: str) -> None:
    """Who is away may: that is flagged."""
    with pytest.raises(Refused, match=re.escape(words)):
        check_deputy("DC 9", fold(entries(*events)))
    check_deputy("DC 9", fold(entries(ENROLLED, Absent())))


def test_an_event_of_a_case_is_none_of_an_officer() -> None:
    """A mistake of the program is no fact."""
    with pytest.raises(TypeError, match="Reopened is no event of an officer"):
        apply(Officer(), entry(1, ev.Reopened(), hours(1)))


@pytest.mark.parametrize(
    ("events", "needed", "expected"),
    [
        ([], WORK, ("owner-not-enrolled",)),
        ([ENROLLED], WORK, ("owner-unaccredited",)),
        ([ENROLLED], None, ()),
        ([ENROLLED, ACCREDITED], WORK, ()),
        ([ENROLLED, Accredited(accreditation=WORK, until=hours(10))], WORK, ("owner-unaccredited",)),
        ([ENROLLED, Accredited(accreditation=WORK, until=hours(10) + 1)], WORK, ()),
        ([ENROLLED, ACCREDITED, Absent()], WORK, ("owner-absent",)),
        ([ENROLLED, Absent(), Left()], WORK, ("owner-unaccredited", "owner-absent", "owner-left")),
    ],
)
def test_what_makes_an_officer_unfit_is_named(
    events: list[Event], needed: str | None, expected: tuple[str, ...]
) -> None:
    """All of it at once; an accreditation that ends at an instant is over at that instant."""
    assert unfitness(fold(entries(*events)), needed, hours(10)) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([Accredited(accreditation=WORK, until=hours(9))], [(2, 9)]),
        ([Accredited(accreditation=WORK, until=hours(2.5)), ACCREDITED], [(2, 2.5), (3, None)]),
        ([Accredited(accreditation=WORK, until=hours(3)), ACCREDITED], [(2, None)]),
        ([ACCREDITED, Accredited(accreditation=WORK, until=hours(9))], [(2, 9)]),
        ([Accredited(accreditation=WORK, until=hours(9)), LATER], [(2, 9), (20, None)]),
        ([ACCREDITED, AccreditationLapsed(accreditation=WORK), ACCREDITED], [(2, 3), (4, None)]),
        ([LATER, ACCREDITED, AccreditationLapsed(accreditation=WORK)], [(3, 4), (20, None)]),
        ([LATER, AccreditationLapsed(accreditation=WORK)], [(20, None)]),
        ([LATER, Accredited(accreditation=WORK, since=hours(20), until=hours(19))], []),
        ([Accredited(accreditation=WORK, since=hours(-9))], [(-9, None)]),
    ],
)
def test_an_accreditation_has_runs(events: list[Event], expected: list[tuple[float, float | None]]) -> None:
    """Given again while it runs it goes on; a lapse ends what runs and leaves what is to begin."""
    runs = tuple((hours(since), FOREVER if until is None else hours(until)) for since, until in expected)
    assert fold(entries(ENROLLED, *events)).accreditations == {WORK: runs}


def test_what_is_held_is_held_from_its_beginning_until_before_its_end() -> None:
    """An accreditation that began before it was recorded counts from the entry on."""
    officer = fold(entries(ENROLLED, Accredited(accreditation=WORK, since=hours(4), until=hours(6))))
    assert [sorted(officer.held(hours(4) + shift)) for shift in (-1, 0)] == [[], [WORK]]
    assert [sorted(officer.held(hours(6) + shift)) for shift in (-1, 0)] == [[WORK], []]
    early = entries(ENROLLED, Accredited(accreditation=WORK, since=hours(0)))
    assert fold(early, hours(1)).held(hours(1)) == {}
    assert fold(early, hours(2)).held(hours(2)) == {WORK: (hours(0), FOREVER)}


def test_who_joins_again_is_not_away() -> None:
    """An absence ends with the leaving that it went before."""
    away = entries(ENROLLED, Absent(), Left())
    assert fold(away).absent_since == hours(2)
    assert fold([*away, entry(4, ENROLLED, hours(4))]).absent_since is None
