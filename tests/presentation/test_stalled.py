"""A sentence for every cause for which a case can be stalled, and a stalled case under the contract's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from domain import officer as of
from domain.axes import Axes
from domain.cases import events as ev
from domain.identity import officer_stream
from domain.instant import EARLIEST
from domain.rulebook.default import default_rulebook
from domain.rulebook.model import CAUSES
from domain.rulebook.versions import RulebookVersions
from presentation.stalled import FIELDS, explanation, item
from projections.queries.stalled import Cause, Stalled, StalledQuery, stalled
from projections.views.rulebooks import rulebook_versions
from tests.clock import hours
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Event

AWAY, FIT = "DC 3310", "DC 2206"
AS_AT = 24.0 * 91
SOUGHT = ev.WarrantSought(warrant="W1", kind="search")
TRIED = ev.ActionRecorded(kind="contact-attempted", counts=False)
GRANTED = ev.WarrantGranted(warrant="W1")

# What happened in a case that is named for its cause, and after how many hours, its report at 0 left out.
TOLD: dict[str, list[tuple[float, Event]]] = {
    "child-missing": [(1, ev.ActionRecorded(kind="missing-reported")), (2, ev.Resolved(outcome="filed"))],
    "child-detained": [(1, ev.ActionRecorded(kind="detained")), (2, ev.Resolved(outcome="filed"))],
    "escalation-unanswered": [(1, ev.Escalated(escalation="E1", concern="nobody went", immediate=True))],
    "unallocated": [],
    "owner-unavailable": [(1, ev.Allocated(officer=AWAY))],
    "owner-unaccredited": [(1, ev.Allocated(officer=AWAY))],
    "warrant-lapsed": [(1, SOUGHT), (2, GRANTED)],
    "clock-breached": [(1, ev.ActionRecorded(kind="strategy-discussion"))],
    "step-missing": [(1, ev.ActionRecorded(kind="found"))],
    "attempts-only": [(1, ev.Allocated(officer=FIT)), (2, TRIED)],
    "untouched": [(1, ev.Allocated(officer=FIT))],
    "warrant-expiring": [(1, SOUGHT), (24 * 8, GRANTED)],
    "pause-unreviewed": [(1, ev.Paused(authorised_by="PS 0088", review_on="2016-03-01"))],
    "dormant": [],
}
WITHOUT = {"child-missing", "child-detained", "owner-unavailable", "owner-unaccredited", "pause-unreviewed"}
"""What no standard stands behind."""

SAID = {
    "child-missing": "the case was closed, and a child is missing still",
    "child-detained": "the case was closed, and a child is in custody still",
    "escalation-unanswered": "the inspectorate's escalation E1 is unanswered (escalation-answer, 1 day)",
    "unallocated": "nobody has been given the case (allocate, 24 hours)",
    "owner-unavailable": "its owner DC 3310 is absent or has left",
    "owner-unaccredited": "its owner DC 3310 is not accredited for child-protection",
    "warrant-lapsed": "warrant W1 lapsed, and was never executed (warrant-life, 3 months)",
    "clock-breached": "no child protection conference held (initial-conference, 15 working days)",
    "step-missing": "nobody has spoken to the child since (return-interview, 72 hours)",
    "attempts-only": "nothing but failed contacts since it was allocated (first-action, 5 working days)",
    "untouched": "nothing has been done since it was allocated (first-action, 5 working days)",
    "warrant-expiring": "warrant W1 is about to lapse, and was not executed (warrant-life, 3 months)",
    "pause-unreviewed": "paused, and the day to look at it again is past",
    "dormant": "no work on the case (dormant, 7 days)",
}


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    """A case for each cause, under the rulebook that is shipped; one officer is away."""
    shelf = Shelf()
    shelf.put("", of.Enrolled(officer=AWAY), of.Absent(), stream=officer_stream(AWAY), at=0)
    for reference, events in TOLD.items():
        category = "child-abuse" if reference == "owner-unaccredited" else "other"
        shelf.put(reference, ev.Reported(reference=reference, category=category), at=0)
        for at, event in events:
            shelf.put(reference, event, at=at)
    shelf.runner.catch_up()
    yield shelf
    shelf.close()


def causes(shelf: Shelf, reference: str) -> dict[str, dict[str, Any]]:
    """Return the causes of a case under the names of the contract, each by its own."""
    answer = stalled(shelf.runner, StalledQuery(Axes(hours(AS_AT), hours(AS_AT))))
    (found,) = (case for case in answer.cases if case.reference == reference)
    return {one["cause"]: one for one in item(found, hours(AS_AT), rulebook_versions(shelf.ledger))["causes"]}


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_a_sentence(shelf: Shelf, cause: str) -> None:
    """It says what was not done, with the standard and its limit where there is one."""
    found = causes(shelf, cause)[cause]
    assert found["explanation"] == SAID[cause]
    assert found["since"] <= found["due"] <= hours(AS_AT)
    assert found["overdue_seconds"] == (hours(AS_AT) - found["due"]) // 1_000_000
    assert (found["standard"] is None) == (cause in WITHOUT)


def test_a_pause_without_a_day_to_look_again_is_one_that_nobody_will_review() -> None:
    """It is too long from its beginning on."""
    pause = Cause("pause-unreviewed", "", "", "", hours(5), hours(5))
    assert explanation(pause, RulebookVersions([(EARLIEST, default_rulebook())])) == (
        "paused, and no day ahead is set to look at it again"
    )


@pytest.mark.parametrize(
    ("unmet", "said"),
    [("no key turned", "no key turned (allocate, 24 hours)"), (None, "allocated to an officer: not done")],
)
def test_a_force_has_its_own_words_and_where_it_has_none_its_title_serves(unmet: str | None, said: str) -> None:
    """Those of the rulebook that was in force when the wait began."""
    book = default_rulebook()
    (standard,) = (one for one in book.standards if one.id == "allocate")
    own = msgspec.structs.replace(book, standards=(msgspec.structs.replace(standard, unmet=unmet or ""),))
    books = RulebookVersions([(EARLIEST, book), (hours(10), own)])
    before, after = (Cause("unallocated", "allocate", "", "24h", hours(at), hours(at + 24)) for at in (9, 10))
    assert explanation(before, books) == "nobody has been given the case (allocate, 24 hours)"
    assert explanation(after, books).startswith(said)


def test_a_standard_that_is_no_more_is_named_as_it_is() -> None:
    """Nothing is left without a sentence."""
    gone = Cause("clock-breached", "once-upon-a-time", "", "2w", hours(0), hours(24 * 14))
    said = explanation(gone, RulebookVersions([(EARLIEST, default_rulebook())]))
    assert said == "once-upon-a-time: not done (once-upon-a-time, 2 weeks)"


def test_an_item_is_what_the_contract_says() -> None:
    """Whole seconds, rounded down; what has no standard has none."""
    owner = Cause("owner-unavailable", "", "DC 3310", "", hours(1), hours(1))
    case = Stalled("A", None, "high", "DC 3310", None, "PS 0088", hours(0), [owner], [("further-harm", hours(2))])
    found = item(case, hours(3) - 1, RulebookVersions([(EARLIEST, default_rulebook())]))
    assert tuple(found) == FIELDS
    assert found == {
        "reference": "A",
        "category": None,
        "risk": "high",
        "owner": "DC 3310",
        "team": None,
        "age_seconds": 3 * 3_600 - 1,
        "causes": [
            {
                "cause": "owner-unavailable",
                "standard": None,
                "child": None,
                "unnamed": False,
                "since": hours(1),
                "due": hours(1),
                "overdue_seconds": 2 * 3_600 - 1,
                "explanation": "its owner DC 3310 is absent or has left",
            }
        ],
        "harm": [{"kind": "further-harm", "at": hours(2)}],
        "open": True,
    }
