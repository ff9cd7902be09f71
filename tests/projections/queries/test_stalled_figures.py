"""Cases counted for metrics: what ``stalled`` lists, under a bounded number of names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.axes import Axes
from domain.cases import events as ev
from domain.rulebook.model import CAUSES
from projections.queries.stalled import StalledQuery, stalled
from projections.queries.stalled_figures import MOST, NOT_ASSESSED, OTHERS, bounded, stalled_figures
from tests.clock import hours

if TYPE_CHECKING:
    from tests.projections.engines import Place
    from tests.projections.stores import Shelf

RISKS = (None, "high", "low", "high", "very high")


def filled(shelf: Shelf) -> None:
    """Report cases of several risks; one is given to somebody, and one is paused."""
    for number, risk in enumerate(RISKS):
        shelf.put(f"A-{number}", ev.Reported(reference=f"A-{number}", category="other"), at=number)
        if risk is not None:
            shelf.put(f"A-{number}", ev.RiskAssessed(risk=risk), at=number)  # type: ignore[arg-type]  # a risk, as text
    shelf.put("A-1", ev.Allocated(officer="DC 1417"), at=6)


def test_they_are_what_the_list_has(place: Place) -> None:
    """Counted one by one; every cause and risk is there, with nought where there is no case."""
    shelf = place.shelf()
    filled(shelf)
    shelf.runner.catch_up()
    for at in (7, 48, 24 * 40):
        answer = stalled(shelf.runner, StalledQuery(Axes(hours(at), hours(at))))
        found = stalled_figures(shelf.runner, hours(at))
        assert found is not None
        assert (found.open, found.stalled, found.counted_at) == (answer.open, len(answer.cases), hours(at))
        assert tuple(found.by_cause) == CAUSES
        assert list(found.by_risk) == [*ev.RISKS, NOT_ASSESSED]
        assert sum(found.by_risk.values()) == len(answer.cases)
        for cause, count in found.by_cause.items():
            assert count == sum(any(one.cause == cause for one in case.causes) for case in answer.cases)
        for standard, count in found.by_standard.items():
            assert count == sum(any(one.standard == standard for one in case.causes) for case in answer.cases)
        assert found.stalled == (len(RISKS) if at > 48 else found.stalled)
    shelf.close()


def test_tables_that_reflect_nothing_give_no_figures(place: Place) -> None:
    """Nought would read as all clear."""
    shelf = place.shelf()
    filled(shelf)
    assert stalled_figures(shelf.runner, hours(48)) is None
    shelf.close()


def test_no_more_standards_are_named_than_a_rulebook_has() -> None:
    """The rest are told together, whatever a store has come through."""
    every = Counter({f"s-{number}": 1_000 - number for number in range(MOST + 50)})
    found = bounded(every)
    assert len(found) == MOST + 1
    assert sum(found.values()) == every.total()
    assert found[OTHERS] == sum(1_000 - number for number in range(MOST, MOST + 50))
    assert bounded(Counter({"one": 2})) == {"one": 2}
