"""A standard whose form is sound, and whose clock could never run as its author meant it to."""

from __future__ import annotations

import pytest

from application.vocabulary import shipped as vocabulary
from domain.rulebook_toml.meaning import standard_faults
from tests.smallbook import standard

BY_RISK = {"very high": "1d", "high": "2d", "medium": "3d", "low": "4d", "unassessed": "2d"}


def faults(starts: str, stops: str, **more: object) -> list[str]:
    one = standard("seen", starts, stops, BY_RISK, **more)
    return [f"{path[-1]}: {why}" for path, why in standard_faults(one, vocabulary(), ("standards", 0))]


@pytest.mark.parametrize(
    ("starts", "stops", "words"),
    [
        (
            "reported",
            "action-recorded",
            "nothing that happens to a case is called 'action-recorded'",
        ),
        ("entry-corrected", "action:child-seen", "nothing that happens to a case is called"),
        (
            "reported",
            "entry-retracted",
            "nothing that happens to a case is called 'entry-retracted'",
        ),
        (
            "action:found",
            "activity",
            "action:found never starts it: it is activity, which stops it",
        ),
    ],
)
def test_what_no_clock_hears_of_starts_and_stops_none(starts: str, stops: str, words: str) -> None:
    """An action goes by its kind, a correction by what it corrects, and work that ends a wait begins none."""
    (told,) = faults(starts, stops)
    assert words in told


def test_an_event_for_any_action_is_written_as_the_kind_that_is_meant() -> None:
    """The complaint says how."""
    assert faults("reported", "action-recorded")[0].endswith("; an action is written action:KIND")


@pytest.mark.parametrize(
    ("starts", "stops"),
    [
        ("activity", "activity"),
        ("action:found activity", "activity"),
        ("action:contact-attempted", "activity"),
        ("action:found", "activity action:found"),
        ("action:found reported", "action:return-interview"),
    ],
)
def test_what_runs_is_left_alone(starts: str, stops: str) -> None:
    """What both stops and starts a clock begins the next; a failed contact is no work."""
    assert faults(starts, stops) == []


def test_a_case_that_nobody_assessed_can_be_meant() -> None:
    """As if it were a risk of its own."""
    assert faults("reported", "action:child-seen", risks=("high", "unassessed")) == []
