"""The commands on inspections: who may, what is drawn from what, and a retry that changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from application.commands import inspections
from application.commands.inspections import Frame, drawn_by
from application.recording import Envelope
from domain.axes import Axes
from domain.errors import Conflict, Forbidden, LongcaseError, NotFound, Refused, UsageProblem
from domain.inspections.inspection import Sampled, fold, inspection_stream
from domain.inspections.sampling import METHOD
from tests.application.actions import by, opened
from tests.clock import HOUR, START

if TYPE_CHECKING:
    from application.app import Longcase

INSPECTOR = by("HMI 3", role="inspectorate")
POPULATION = tuple((f"C-{number}", "missing" if number % 2 else "child-abuse") for number in range(20))


def frame(size: int = 4, **other: Any) -> Frame:
    return Frame(Axes(START, START), size, 7, "category", POPULATION, {})._replace(**other)


@pytest.fixture
def app() -> Longcase:
    app = opened()
    inspections.open_inspection(app, "round-1", INSPECTOR, body="the body", force="the force")
    return app


def sample_of(app: Longcase, name: str = "main") -> Sampled:
    return fold(app.entries(inspection_stream("round-1"))).samples[name].sample


def test_a_sample_is_kept_with_how_it_was_drawn(app: Longcase) -> None:
    """All that anybody needs to draw it again."""
    among = {"state": ("open",)}
    inspections.draw_sample(app, "Round-1", frame(among=among), INSPECTOR)
    kept = sample_of(app)
    assert (kept.as_at, kept.known_at, kept.seed, kept.size, kept.strata) == (START, START, 7, 4, "category")
    assert (kept.method, kept.among) == (METHOD, among)
    assert kept.population == {"child-abuse": 10, "missing": 10}
    assert kept.drawn == {"child-abuse": 2, "missing": 2}
    assert len(kept.cases) == 4
    assert set(kept.cases) < {reference for reference, _ in POPULATION}


def test_an_additional_sample_has_none_of_the_cases_before(app: Longcase) -> None:
    """It is drawn from what is left."""
    inspections.draw_sample(app, "round-1", frame(), INSPECTOR)
    inspections.draw_sample(app, "round-1", frame(6), INSPECTOR, additional="more")
    first, second = sample_of(app), sample_of(app, "more")
    assert not set(first.cases) & set(second.cases)
    assert second.population == {"child-abuse": 8, "missing": 8}
    with pytest.raises(Refused, match="a sample of 11 cannot be drawn from 10"):
        inspections.draw_sample(app, "round-1", frame(11), INSPECTOR, additional="too many")


def test_a_sample_is_drawn_once(app: Longcase) -> None:
    """Whoever does not like it cannot draw another in its place."""
    inspections.draw_sample(app, "round-1", frame(), INSPECTOR)
    with pytest.raises(Refused, match="the sample main has been drawn already"):
        inspections.draw_sample(app, "round-1", frame(seed=8), INSPECTOR)
    with pytest.raises(Refused, match="the sample main has been drawn already"):
        inspections.draw_sample(app, "round-1", frame(), INSPECTOR, additional="main")


def test_a_retry_draws_nothing_anew(app: Longcase) -> None:
    """And the same id for another sample is a conflict."""
    again = by("HMI 3", role="inspectorate", command_id=bytes(16))
    assert drawn_by(app, "round-1", bytes(16)) is None
    first = inspections.draw_sample(app, "round-1", frame(), again)
    assert inspections.draw_sample(app, "round-1", frame(), again).repeated
    assert drawn_by(app, "ROUND-1", bytes(16)) == first.entry.event
    with pytest.raises(Conflict, match="used for something else"):
        inspections.draw_sample(app, "round-1", frame(5), again)


def test_nothing_is_drawn_from_the_future(app: Longcase) -> None:
    """What will be known then, nobody could draw from again."""
    with pytest.raises(Refused, match="what is not known yet"):
        inspections.draw_sample(app, "round-1", frame(axes=Axes(START, START + 10 * HOUR)), INSPECTOR)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"period_from": "2016-02-30"}, UsageProblem, "'2016-02-30' is no day"),
        ({"period_to": "20160230"}, UsageProblem, "'20160230' is no day"),
        (
            {"period_from": "2016-02-02", "period_to": "2016-02-01"},
            UsageProblem,
            "the period ends on 2016-02-01, before it begins on 2016-02-02",
        ),
        ({"follows": "round-9"}, NotFound, "there is no earlier inspection round-9"),
        ({"follows": "Round-2"}, NotFound, "there is no earlier inspection Round-2"),
        ({"body": " "}, Refused, "the body is empty"),
    ],
)
def test_a_round_that_cannot_be(
    app: Longcase, given: dict[str, str], error: type[LongcaseError], words: str
) -> None:
    """Days that are none, a round that follows none, or itself."""
    values: dict[str, Any] = {"body": "the body", "force": "the force", **given}
    with pytest.raises(error, match=re.escape(words)):
        inspections.open_inspection(app, "round-2", INSPECTOR, **values)


def test_only_the_inspectorate_opens_draws_and_closes(app: Longcase) -> None:
    """Or somebody who says for whom, which is flagged for ever."""
    sergeant = by()
    with pytest.raises(Forbidden):
        inspections.draw_sample(app, "round-1", frame(), sergeant)
    with pytest.raises(Forbidden):
        inspections.close_inspection(app, "round-1", sergeant)
    done = inspections.close_inspection(app, "round-1", Envelope("PS 0088", on_behalf_of="HMI 3"))
    assert done.entry.event.flags == ("not-by-the-inspectorate",)


def test_a_round_that_was_never_opened(app: Longcase) -> None:
    """Is not found."""
    with pytest.raises(NotFound, match="there is no inspection round-9"):
        inspections.close_inspection(app, "round-9", INSPECTOR)


def test_a_closed_round_takes_no_sample_dated_back(app: Longcase) -> None:
    """It is drawn now, whatever day it is given."""
    inspections.close_inspection(app, "round-1", INSPECTOR)
    early = by("HMI 3", role="inspectorate", occurred_at=START + 2)
    with pytest.raises(Refused):
        inspections.draw_sample(app, "round-1", frame(), early)
