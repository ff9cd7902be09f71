"""The question for stalled cases: which are found, in what order, and by which filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain import officer as of
from domain.axes import Axes
from domain.cases import events as ev
from domain.identity import officer_stream, rulebook_stream
from domain.instant import DAY, EARLIEST
from domain.rulebook.events import Adopted
from projections.queries import leads
from projections.queries import stalled as of_stalled
from projections.queries.stalled import StalledQuery, stalled
from tests.clock import hours
from tests.smallbook import BOOK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from projections.queries.stalled import Stalled, StalledCases
    from projections.queries.waits import WaitReader
    from tests.projections.engines import Place
    from tests.projections.stores import Shelf


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    """Give a store whose rulebook is the small one."""
    found = place.shelf()
    adoption = Adopted(effective_from=EARLIEST, rulebook=BOOK)
    found.put("", adoption, at=-99, stream=rulebook_stream())
    yield found
    found.close()


def report(shelf: Shelf, reference: str, at: float, *, risk: str | None = None, category: str = "other") -> None:
    """Report a case, and assess its risk in the same moment."""
    shelf.put(reference, ev.Reported(reference=reference, category=category), at=at)
    if risk is not None:
        shelf.put(reference, ev.RiskAssessed(risk=risk), at=at)  # type: ignore[arg-type]  # a risk, as text


def ask(shelf: Shelf, as_at: float, known: float | None = None, **wanted: Any) -> StalledCases:
    """Bring the tables up to date, and ask, for all and for the first alone; instants are in hours."""
    shelf.runner.catch_up()
    asked = StalledQuery(Axes(hours(as_at), hours(as_at if known is None else known)), **wanted)
    answer = stalled(shelf.runner, asked)
    for limit, together in ((1, 1), (2, 1), (1, 500), (2, 500), (2_000, 500)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(leads, "_TOGETHER", together)
            found = stalled(shelf.runner, asked._replace(limit=limit))
        assert found == answer._replace(cases=answer.cases[:limit])
    return answer


def references(answer: StalledCases) -> list[str]:
    return [one.reference for one in answer.cases]


def causes(case: Stalled) -> list[tuple[str, str]]:
    return [(one.cause, one.key or one.standard) for one in case.causes]


def test_only_so_many_cases_are_looked_up_as_tell_which_come_first(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which they were due, until enough of the highest risk are found, and all due as early."""
    for number, risk in enumerate(["low", *["very high"] * 6]):
        report(shelf, f"R-{number}", number, risk=risk)
    looked_up: list[int] = []
    real = leads._placed

    def counted(asked: WaitReader, found: Mapping[bytes, int]) -> Iterator[leads._Place]:
        looked_up.append(len(asked.streams))
        return real(asked, found)

    monkeypatch.setattr(leads, "_placed", counted)
    monkeypatch.setattr(leads, "_TOGETHER", 2)
    shelf.runner.catch_up()
    wanted = StalledQuery(Axes(hours(900), hours(900)))
    answer = stalled(shelf.runner, wanted._replace(limit=2))
    assert answer == (every := stalled(shelf.runner, wanted))._replace(cases=every.cases[:2])
    assert references(answer) == ["R-1", "R-2"]
    assert looked_up == [2, 2]


def test_a_case_is_stalled_from_the_instant_on_at_which_a_limit_has_run_out(shelf: Shelf) -> None:
    """At T it is; a microsecond before it was not."""
    report(shelf, "A", 0)
    shelf.put("A", ev.ActionRecorded(kind="interview"), at=0)
    assert references(ask(shelf, 3, standards=("allocate",))) == ["A"]
    assert references(ask(shelf, 3 - 1 / 3_600_000_000, standards=("allocate",))) == []


def test_a_case_is_found_once_with_all_its_causes_the_longest_overdue_first(shelf: Shelf) -> None:
    """Of two that are overdue for equally long, the graver."""
    report(shelf, "A", 0)
    (case,) = ask(shelf, 4).cases
    assert causes(case) == [("unallocated", "allocate"), ("dormant", "dormant")]
    assert (case.reference, case.reported_at, case.overdue_since) == ("A", hours(0), hours(3))


def test_the_worst_come_first_by_risk_and_then_by_how_long_they_are_overdue(shelf: Shelf) -> None:
    """A case that nobody assessed stands between the high and the medium ones."""
    for number, risk in enumerate(["low", "medium", None, "high", "very high", "high"]):
        report(shelf, f"C{number}", number, risk=risk)
    assert references(ask(shelf, 500)) == ["C4", "C3", "C5", "C2", "C1", "C0"]


def test_open_cases_are_counted_whether_they_are_stalled_or_not(shelf: Shelf) -> None:
    """Those that are closed or not yet reported are not."""
    for at, reference in enumerate("ABC"):
        report(shelf, reference, at)
    shelf.put("A", ev.Resolved(outcome="o"), at=2)
    report(shelf, "D", 3)
    answer = ask(shelf, 2.5)
    assert (answer.open, references(answer)) == (2, [])
    assert ask(shelf, 500, category=("missing",)).open == 0


def test_a_case_is_kept_by_every_filter_that_it_meets_and_by_no_other(shelf: Shelf) -> None:
    """An owner's name is the same in other letters or spacing."""
    report(shelf, "A", 0, risk="high", category="missing")
    shelf.put("A", ev.Allocated(officer="DC 1417", team="Hydra"), at=1)
    report(shelf, "B", 0)
    kept: list[tuple[dict[str, Any], list[str]]] = [
        ({"risk": ("high", "low")}, ["A"]),
        ({"category": ("other",)}, ["B"]),
        ({"team": ("Hydra",)}, ["A"]),
        ({"owner": ("dc1417",)}, ["A"]),
        ({"owner": ("DC 2206",)}, []),
        ({"unallocated": True}, ["B"]),
        ({"causes": ("unallocated",)}, ["B"]),
        ({"standards": ("images",)}, ["A"]),
        ({"causes": ("dormant",)}, ["A", "B"]),
    ]
    for wanted, found in kept:
        assert references(ask(shelf, 500, **wanted)) == found, wanted


def test_a_case_found_by_one_cause_shows_the_others_too(shelf: Shelf) -> None:
    """Whoever looks for one should see the rest."""
    report(shelf, "A", 0)
    (case,) = ask(shelf, 500, causes=("dormant",)).cases
    assert {"unallocated", "dormant"} <= {one.cause for one in case.causes}


def test_a_case_is_not_found_by_a_warning_that_came_true_beyond_what_is_known(shelf: Shelf) -> None:
    """The warrant has lapsed by then: nothing is left to warn of."""
    report(shelf, "A", 0)
    shelf.put("A", ev.WarrantGranted(warrant="W1"), at=0)
    assert references(ask(shelf, 9, known=1, causes=("warrant-expiring",))) == ["A"]
    assert references(ask(shelf, 10, known=1, causes=("warrant-expiring",))) == []
    assert references(ask(shelf, 10, known=1, causes=("warrant-lapsed",))) == ["A"]


def test_what_will_be_due_is_found_by_when_and_what_is_due_already_is_not(shelf: Shelf) -> None:
    """Half-open the other way: due at the end of the period counts, at its beginning it is too late."""
    report(shelf, "A", 0)
    shelf.put("A", ev.WarrantGranted(warrant="W1"), at=0)
    (case,) = ask(shelf, 3, due_by=hours(10)).cases
    assert causes(case) == [("warrant-expiring", "W1"), ("warrant-lapsed", "W1")]
    assert references(ask(shelf, 3, due_by=hours(6) - 1)) == []


def test_what_will_be_due_comes_in_the_order_in_which_it_will(shelf: Shelf) -> None:
    """Whatever the risk: the next to breach is the next to be rung up."""
    report(shelf, "A", 1, risk="very high")
    report(shelf, "B", 0)
    assert references(ask(shelf, 2.5, due_by=hours(2.5) + DAY, standards=("allocate",))) == ["B", "A"]


def test_a_case_that_stands_still_will_be_due_at_no_instant(shelf: Shelf) -> None:
    """Nobody knows when it will go on."""
    report(shelf, "A", 0)
    shelf.put("A", ev.ActionRecorded(kind="arrest"), at=1)
    shelf.put("A", ev.Paused(authorised_by="PS 0088", review_on="2016-03-01"), at=2)
    assert references(ask(shelf, 2, due_by=hours(9_000), standards=("review",))) == []


def test_an_officers_absence_stalls_cases_that_were_brought_in_before_it(shelf: Shelf) -> None:
    """No entry of the case tells of it."""
    report(shelf, "A", 0)
    shelf.put("A", ev.Allocated(officer="DC 1417"), at=1)
    assert references(ask(shelf, 1.5)) == []
    stream = officer_stream("DC 1417")
    shelf.put("", of.Enrolled(officer="DC 1417"), of.Absent(), at=1.25, stream=stream)
    (case,) = ask(shelf, 1.5).cases
    assert causes(case) == [("owner-unavailable", "DC 1417")]


def test_harm_stands_beside_the_delay_in_which_it_came_to_light(shelf: Shelf) -> None:
    """And stalls nothing by itself."""
    report(shelf, "A", 0)
    shelf.put("A", ev.ActionRecorded(kind="further-harm", counts=False), at=1)
    assert references(ask(shelf, 2)) == []
    (case,) = ask(shelf, 4).cases
    assert case.harms == [("further-harm", hours(1))]


def test_that_a_child_is_missing_or_detained_is_no_harm(shelf: Shelf) -> None:
    """There are lists of its own for either; a case of a child who was found would look harmed for ever."""
    report(shelf, "A", 0)
    for kind in ("missing-reported", "found", "detained", "further-harm"):
        shelf.put("A", ev.ActionRecorded(kind=kind), at=1)
    (case,) = ask(shelf, 500).cases
    assert case.harms == [("further-harm", hours(1))]


def test_harm_is_told_of_a_closed_case_while_it_is_listed(shelf: Shelf) -> None:
    """Closing a case with a child in custody takes nothing out of sight that came to light in it."""
    report(shelf, "A", 0)
    shelf.put("A", ev.ActionRecorded(kind="detained"), at=1)
    shelf.put("A", ev.ActionRecorded(kind="further-harm"), at=2)
    shelf.put("A", ev.Resolved(outcome="no offence"), at=3)
    (case,) = ask(shelf, 500).cases
    assert case.harms == [("further-harm", hours(2))]
    shelf.put("A", ev.ActionRecorded(kind="released"), at=501)
    assert references(ask(shelf, 502)) == []


def test_a_case_is_shown_as_it_was_and_not_as_it_became(shelf: Shelf) -> None:
    """Its risk and its owner are those of the instant asked about."""
    report(shelf, "A", 0, risk="low")
    shelf.put("A", ev.RiskAssessed(risk="very high"), at=10)
    shelf.put("A", ev.Allocated(officer="DC 1417", team="Hydra"), at=11)
    (then,), (now,) = ask(shelf, 9).cases, ask(shelf, 500).cases
    assert (then.risk, then.owner, then.team, then.supervisor) == ("low", None, None, None)
    assert (now.risk, now.owner, now.team, now.supervisor) == ("very high", "DC 1417", "Hydra", "DC 1417")


def test_only_cases_that_have_a_cause_asked_for_are_put_together(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others, however many wait for something else, cost no more than their rows."""
    report(shelf, "A", at=0)
    report(shelf, "B", at=0)
    shelf.put("B", ev.Allocated(officer="DC 4417", team="Hydra"), at=1)
    built: list[Stalled] = []
    real = of_stalled._case_of

    def counted(values: Any) -> Stalled:
        built.append(real(values))
        return built[-1]

    monkeypatch.setattr(of_stalled, "_case_of", counted)
    shelf.runner.catch_up()
    answer = stalled(shelf.runner, StalledQuery(Axes(hours(900), hours(900)), causes=("unallocated",)))
    assert references(answer) == ["A"] == [one.reference for one in built]
