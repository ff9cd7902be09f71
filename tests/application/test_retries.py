"""A command that is given again is the same command, whatever was recorded and whatever the clock did since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from application.app import Longcase
from application.commands import amendments, cases, officers
from application.envelope import Envelope
from domain.errors import Conflict, Refused, StoreError
from domain.identity import case_stream
from ledger.errors import Lost
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock, hours

if TYPE_CHECKING:
    from collections.abc import Iterator

BY = Envelope("PC 1")
AGAIN = Envelope("PC 1", command_id=b"again" + bytes(11))


@pytest.fixture
def clock() -> Clock:
    return Clock(hours(100))


@pytest.fixture
def app(clock: Clock) -> Iterator[Longcase]:
    """A store with one case, A."""
    found = Longcase(SQLiteRecorder.in_memory(clock))
    cases.report(found, "A", BY, category="other")
    yield found
    found.close()


def test_an_allocation_asks_the_register_as_it_was(app: Longcase) -> None:
    """The officer was enrolled since, in a team, and earlier than the allocation occurred."""
    first = cases.allocate(app, "A", "DC 1417", AGAIN)
    officers.enrol(app, "DC 1417", Envelope("PC 1", occurred_at=hours(1)), team="North")
    again = cases.allocate(app, "A", "DC 1417", AGAIN)
    assert (again.repeated, again.entries) == (True, first.entries)
    with pytest.raises(Conflict):
        cases.allocate(app, "A", "DC 1417", AGAIN, team="North")


def test_a_correction_asks_the_register_as_it_was(app: Longcase) -> None:
    """The officer's name is in the register since, in another spelling."""
    cases.allocate(app, "A", "DC 2206", BY)
    amendments.correct(app, "A", 2, {"officer": "dc1417"}, AGAIN)
    officers.enrol(app, "DC 1417", Envelope("PC 1", occurred_at=hours(1)))
    assert amendments.correct(app, "A", 2, {"officer": "dc1417"}, AGAIN).repeated


def test_a_corrected_instant_was_past_when_it_was_corrected(app: Longcase, clock: Clock) -> None:
    """The clock has been put back before that since; of a new correction it is asked as ever."""
    cases.act(app, "A", "interview", BY)
    amendments.correct(app, "A", 2, {}, AGAIN, occurred_at=hours(99))
    clock.at(hours(50))
    assert amendments.correct(app, "A", 2, {}, AGAIN, occurred_at=hours(99)).repeated
    with pytest.raises(Refused, match="in the future"):
        amendments.correct(app, "A", 2, {}, BY, occurred_at=hours(200))


def test_an_accreditation_began_before_it_was_first_recorded(app: Longcase, clock: Clock) -> None:
    """The clock has been put back before its beginning since."""
    officers.enrol(app, "DC 1417", Envelope("PC 1", occurred_at=hours(1)))
    officers.accredit(app, "DC 1417", "other", AGAIN, since=hours(90))
    clock.at(hours(50))
    assert officers.accredit(app, "DC 1417", "other", AGAIN, since=hours(90)).repeated


def test_a_retry_in_the_same_unit_of_work_has_its_position(app: Longcase) -> None:
    """That which it will have when the unit is recorded."""
    with app.unit_of_work():
        first = cases.act(app, "A", "interview", AGAIN)
        again = cases.act(app, "A", "interview", AGAIN)
    assert (again.repeated, again.entry.position, first.entry.position) == (True, 2, 2)
    assert app.ledger.head()[0] == 2


def test_what_happens_now_in_a_unit_happens_when_it_is_recorded(app: Longcase, clock: Clock) -> None:
    """With the clock put back, that is when the ledger's last entry was: nothing comes before its report."""
    clock.at(hours(90))
    with app.unit_of_work():
        cases.report(app, "B", BY, category="other")
        with pytest.raises(Refused):
            cases.act(app, "B", "interview", Envelope("PC 1", occurred_at=hours(90)))
    assert app.entries(case_stream("B"))[0].occurred_at == hours(100)


def test_what_happens_now_is_judged_by_the_instant_that_is_stored(app: Longcase, clock: Clock) -> None:
    """With the clock put back, the officer whom another stream enrolled later is enrolled."""
    clock.at(hours(110))
    officers.enrol(app, "DC 1417", BY)
    clock.at(hours(105))
    entry = cases.allocate(app, "A", "DC 1417", BY).entry
    assert entry.occurred_at == hours(110)
    assert "owner-not-enrolled" not in entry.event.flags


def test_a_refusal_after_a_lost_connection_is_a_refusal(
    app: Longcase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody recorded anything in between, so nothing says that somebody did: here the clock was put back."""

    def lose(*_: Any) -> None:
        raise Lost("gone")

    clock.at(hours(200))
    monkeypatch.setattr(app.ledger, "record", lose)
    monkeypatch.setattr(app.ledger, "reconnect", lambda: clock.at(hours(10)))
    with pytest.raises(Refused, match="in the future"):
        cases.report(app, "B", Envelope("PC 1", occurred_at=hours(200)), category="other")
    assert clock.now == hours(10)
    clock.at(hours(200))
    monkeypatch.setattr(app.ledger, "reconnect", lambda: None)
    with pytest.raises(StoreError, match="may or may not be in it: the connection was lost 20 times"):
        cases.report(app, "B", BY, category="other")


@pytest.mark.parametrize("later", [60, 24 * 4_000])
def test_an_entry_of_a_time_in_which_the_ledger_was_ahead_is_known_again(
    app: Longcase, clock: Clock, later: int
) -> None:
    """Whether the clock is still behind the ledger when the command is given again, or has passed it since."""
    clock.at(hours(24 * 3_650))
    cases.report(app, "AHEAD", BY, category="other")
    clock.at(hours(50))
    first = cases.act(app, "A", "interview", AGAIN)
    assert first.entry.occurred_at < first.entry.recorded_at
    clock.at(hours(later))
    again = cases.act(app, "A", "interview", AGAIN)
    assert (again.repeated, again.entries) == (True, first.entries)
    with pytest.raises(Conflict):
        cases.act(app, "A", "interview", msgspec.structs.replace(AGAIN, occurred_at=hours(49)))


def test_in_a_unit_an_entry_is_known_again_while_the_ledger_is_ahead(app: Longcase, clock: Clock) -> None:
    """Before it is in the ledger it has the instant at which the ledger will have recorded it."""
    clock.at(hours(24 * 3_650))
    cases.report(app, "AHEAD", BY, category="other")
    clock.at(hours(50))
    with app.unit_of_work():
        first = cases.act(app, "AHEAD", "interview", AGAIN)
        assert cases.act(app, "AHEAD", "interview", AGAIN).repeated
    assert app.entries(first.entry.stream)[-1].recorded_at == first.entry.recorded_at
