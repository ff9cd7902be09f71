"""A unit of work: all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application import unit_of_work as module
from application.commands import cases, warrants
from domain.errors import Refused
from tests.application.actions import ABLE, OTHER, REF, by, opened
from tests.clock import START, Clock

if TYPE_CHECKING:
    from collections.abc import Callable


def failing(deed: Callable[[], object]) -> None:
    """Do something, then fail."""
    deed()
    raise ZeroDivisionError


def test_everything_in_it_is_recorded_together() -> None:
    """Nothing is there before its end, and everything after it, at the positions that were promised."""
    app = opened()
    with app.unit_of_work():
        first = cases.report(app, REF, ABLE, category="other", risk="low")
        second = cases.act(app, REF, "found", ABLE)
        third = cases.report(app, OTHER, ABLE, category="other")
        assert app.ledger.max_notification_id() is None
    assert [one.position for receipt in (first, second, third) for one in receipt.entries] == [1, 2, 3, 4]
    assert [one.command_id for one in app.ledger.select_notifications(1, 9)] == [
        one.command_id for receipt in (first, second, third) for one in receipt.entries
    ]


def test_nothing_is_recorded_if_anything_goes_wrong() -> None:
    """And the next command works as if nothing had happened."""
    app = opened()
    with pytest.raises(ZeroDivisionError), app.unit_of_work():
        failing(lambda: cases.report(app, REF, ABLE, category="other"))
    assert app.ledger.max_notification_id() is None
    assert cases.report(app, REF, ABLE, category="other").entry.position == 1


def test_a_command_that_is_refused_leaves_the_others() -> None:
    """If whoever gives them goes on."""
    app = opened()
    with app.unit_of_work():
        cases.report(app, REF, ABLE, category="other")
        with pytest.raises(Refused, match="not paused"):
            cases.resume(app, REF, ABLE)
        cases.act(app, REF, "found", ABLE)
    assert [one.topic for one in app.ledger.select_notifications(1, 9)] == [
        "case.reported",
        "case.action-recorded",
    ]


def test_a_command_that_is_refused_leaves_nothing_of_itself() -> None:
    """Not even the first of two entries, the second of which could not be read again."""
    app = opened()
    severe: Any = "severe"
    with app.unit_of_work():
        with pytest.raises(Refused, match="Invalid enum value 'severe'"):
            cases.report(app, REF, ABLE, category="other", risk=severe)
        cases.report(app, REF, ABLE, category="other")
    assert [one.topic for one in app.ledger.select_notifications(1, 9)] == ["case.reported"]


def test_guards_in_it_see_what_it_has_done() -> None:
    """Before any of it is stored."""
    app = opened()
    with app.unit_of_work():
        cases.report(app, REF, ABLE, category="other")
        cases.allocate(app, REF, "DC 1417", ABLE)
        with pytest.raises(Refused, match="cannot close their own case"):
            cases.resolve(app, REF, by("dc1417"), outcome="x")
        warrants.seek(app, REF, ABLE)
        assert warrants.grant(app, REF, ABLE).entry.version == 4


def test_a_long_one_is_written_in_parts_and_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded, and the transaction is not ended by it."""
    monkeypatch.setattr(module, "FLUSH_AT", 3)
    app = opened(Clock())

    def deeds() -> None:
        cases.report(app, REF, ABLE, category="other", risk="low")
        for number in range(10):
            cases.act(app, REF, "found", by(command_id=number.to_bytes(16, "big"), occurred_at=START))
        assert cases.act(app, REF, "found", by(command_id=bytes(16), occurred_at=START)).repeated

    with pytest.raises(ZeroDivisionError), app.unit_of_work():
        failing(deeds)
    assert app.ledger.max_notification_id() is None
    with app.unit_of_work():
        deeds()
    assert app.ledger.max_notification_id() == 12
    assert [one.version for one in app.ledger.select_notifications(1, 99)] == list(range(1, 13))
