"""Officers: enough of them to own cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from domain import case_events as ev
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
    apply,
    check,
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
        "DC 1417", "Hydra", hours(1), {WORK: FOREVER, "offender-management": hours(4)}, None, None
    )
    whole = entries(ENROLLED, ACCREDITED, AccreditationLapsed(accreditation=WORK), Left())
    assert fold(whole) == Officer("DC 1417", "Hydra", hours(1), {}, None, hours(4))
    again = fold([*whole, entry(5, Enrolled(officer="DC 1417", team="Orion"), hours(5))])
    assert (again.enrolled_at, again.left_at, again.team) == (hours(5), None, "Orion")


@pytest.mark.parametrize(
    ("before", "event", "words"),
    [
        ([], Absent(), "the officer is not enrolled"),
        ([], ACCREDITED, "the officer is not enrolled"),
        ([ENROLLED], ENROLLED, "the officer is enrolled already"),
        ([ENROLLED, Left()], Moved(team="Orion"), "the officer is not enrolled"),
        ([ENROLLED, Absent()], Absent(), "the officer is absent already"),
        ([ENROLLED], Back(), "the officer is not absent"),
        ([ENROLLED], AccreditationLapsed(accreditation=WORK), f"the officer has no accreditation {WORK}"),
    ],
)
def test_the_impossible_is_refused(before: list[Event], event: Event, words: str) -> None:
    """In the state just before it."""
    with pytest.raises(Refused, match=re.escape(words)):
        check(fold(entries(*before)), entry(9, event, hours(9)))


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
