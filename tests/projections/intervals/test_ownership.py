"""Owners who cannot do the work: when that shows, since when, and from when on it was known."""

from __future__ import annotations

from domain import officer as of
from domain.deadlines.facts import OWNED, WAIT, Fact
from domain.event import Entry, Event
from domain.identity import officer_stream
from domain.instant import FOREVER
from projections.intervals.officers import periods
from projections.intervals.ownership import unfit
from projections.intervals.rows import Row
from tests.clock import hours

OWNER = "DC 1417"
ENROLLED = (-100.0, of.Enrolled(officer=OWNER))


def owned(
    since: float = 0, until: float | None = None, *, needed: str = "", known: float | None = None
) -> Row[Fact]:
    """Return the row of a spell of ownership, by default without an end and known as it happened."""
    fact = Fact(OWNED, OWNER, "", needed, "", hours(since), hours(since))
    end = FOREVER if until is None else hours(until)
    return Row(hours(since), end, hours(since if known is None else known), FOREVER, fact)


def served(*told: tuple[float, Event] | tuple[float, Event, float]) -> list[Entry]:
    """Return an officer's entries: when each happened, what, and when it was recorded if not then."""
    entries = []
    for number, (at, event, *recorded) in enumerate([ENROLLED, *told], start=1):
        known = hours(recorded[0] if recorded else at)
        command = number.to_bytes(16, "big")
        entries.append(Entry(number, officer_stream(OWNER), number, hours(at), known, "HR 1", "", command, event))
    return entries


def stalls(
    row: Row[Fact], entries: list[Entry], as_at: float, known: float | None = None
) -> list[tuple[str, int]]:
    """Return the causes that hold as at and as known at (hours), each with since when."""
    at, by = hours(as_at), hours(as_at if known is None else known)
    rows = [one for one in unfit(row, periods(entries)) if one[0] <= at < one[1] and one[2] <= by < one[3]]
    assert all(one.fact.kind == WAIT and one.fact.due == one.fact.since for one in rows)
    return [(one.fact.name, one.fact.since) for one in rows]


def test_an_owner_who_can_do_the_work_stalls_nothing() -> None:
    """Enrolled, there, and accredited for what is needed."""
    service = served((-50, of.Accredited(accreditation="specialist")))
    assert stalls(owned(needed="specialist"), service, 5) == []


def test_an_absent_owner_stalls_a_case_from_the_absence_to_the_return() -> None:
    """Half-open, like every interval."""
    service = served((3, of.Absent()), (9, of.Back()))
    assert stalls(owned(), service, 3) == [("owner-unavailable", hours(3))]
    assert stalls(owned(), service, 9) == []


def test_a_case_given_to_somebody_who_is_away_is_stalled_since_it_was_given() -> None:
    """The absence itself is older than the case's wait."""
    assert stalls(owned(), served((-30, of.Absent())), 5) == [("owner-unavailable", hours(0))]


def test_an_owner_who_leaves_while_absent_has_been_unavailable_since_the_absence() -> None:
    """It is one wait, not two."""
    assert stalls(owned(), served((3, of.Absent()), (6, of.Left())), 8) == [("owner-unavailable", hours(3))]


def test_an_owner_who_never_was_accredited_has_stalled_the_case_since_it_was_given() -> None:
    """Whoever gave it to them."""
    assert stalls(owned(needed="specialist"), served(), 5) == [("owner-unaccredited", hours(0))]


def test_an_accreditation_that_lapses_or_runs_out_stalls_the_case_from_then_on() -> None:
    """By an entry, or by a day that was set beforehand."""
    lapsed = served(
        (-50, of.Accredited(accreditation="specialist")), (4, of.AccreditationLapsed(accreditation="specialist"))
    )
    expired = served((-50, of.Accredited(accreditation="specialist", until=hours(4))))
    for service in (lapsed, expired):
        assert stalls(owned(needed="specialist"), service, 3) == []
        assert stalls(owned(needed="specialist"), service, 4) == [("owner-unaccredited", hours(4))]


def test_an_owner_who_was_never_enrolled_lacks_whatever_is_needed_and_nothing_else() -> None:
    """Nothing is known of them."""
    assert stalls(owned(needed="specialist"), [], 5) == [("owner-unaccredited", hours(0))]
    assert stalls(owned(), [], 5) == []


def test_an_absence_recorded_late_stalls_the_case_as_at_and_not_as_known_before() -> None:
    """On both axes, as everything."""
    service = served((3, of.Absent(), 20))
    assert stalls(owned(), service, 5, known=19) == []
    assert stalls(owned(), service, 5, known=20) == [("owner-unavailable", hours(3))]


def test_an_allocation_recorded_late_stalls_the_case_only_from_when_it_was_known() -> None:
    """Nobody knew whose case it was."""
    service = served((-30, of.Absent()))
    assert stalls(owned(known=10), service, 5, known=9) == []
    assert stalls(owned(known=10), service, 5, known=10) == [("owner-unavailable", hours(0))]


def test_what_befalls_an_officer_after_the_case_was_taken_from_them_stalls_it_no_more() -> None:
    """It is somebody else's."""
    assert stalls(owned(until=6), served((6, of.Left())), 6) == []
