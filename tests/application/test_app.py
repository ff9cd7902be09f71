"""eventsourcing's application is what commands are saved through, and what they read through."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from eventsourcing.persistence import InfrastructureFactoryError

from application.app import Longcase
from application.commands import cases
from domain.errors import Refused
from domain.identity import case_stream
from tests.application.actions import ABLE, OTHER, REF, opened, prepared
from tests.clock import HOUR, START, Clock


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The topics of what each call of the library's ``save`` was given."""
    found: list[tuple[str, ...]] = []
    save: Any = Longcase.save

    def noted(app: Longcase, *entries: Any, **options: Any) -> Any:
        found.append(tuple(entry.topic for entry in entries))
        return save(app, *entries, **options)

    monkeypatch.setattr(Longcase, "save", noted)
    return found


def test_a_command_is_saved_by_the_library_all_at_once(saved: list[tuple[str, ...]]) -> None:
    """A report and its first assessment are one call, and so one transaction."""
    cases.report(opened(), REF, ABLE, category="other", risk="high")
    assert saved == [("case.reported", "case.risk-assessed")]


def test_a_command_that_is_repeated_or_refused_saves_nothing(saved: list[tuple[str, ...]]) -> None:
    """The library is asked to save what is new, and nothing else."""
    app = prepared("act")
    who = msgspec.structs.replace(ABLE, command_id=bytes(16))
    cases.act(app, REF, "found", who)
    cases.act(app, REF, "found", who)
    with pytest.raises(Refused):
        cases.resume(app, REF, ABLE)
    assert saved[1:] == [("case.action-recorded",)]


def test_a_batch_stays_on_the_recorder(saved: list[tuple[str, ...]]) -> None:
    """A unit of work is inserted together, at its end."""
    app = opened()
    with app.unit_of_work():
        cases.report(app, REF, ABLE, category="other")
        cases.report(app, OTHER, ABLE, category="other")
    assert (saved, app.ledger.head()[0]) == ([], 2)


@pytest.mark.parametrize("at_recording", [True, False])
def test_what_the_library_says_it_recorded_is_what_the_ledger_holds(*, at_recording: bool) -> None:
    """Each recording has the entry as the ledger took it, and the notification that a reader gets of it."""
    app = prepared("act", clock := Clock())
    (kept,) = app.entries(case_stream(REF))[-1:]
    draft = msgspec.structs.replace(kept, position=0, version=kept.version + 1, command_id=bytes(16))
    clock.at(START + HOUR)
    (found,) = app.save(draft, at_recording=at_recording)
    (stored,) = app.ledger.select_notifications(kept.position + 1, 9)
    assert found.domain_event == app.entries(case_stream(REF))[-1]
    assert found.domain_event.recorded_at == START + HOUR
    assert found.domain_event.occurred_at == (START + HOUR if at_recording else START)
    told = found.notification
    assert (told.id, told.originator_id, told.originator_version, told.topic, told.state) == (
        *(stored.id, stored.originator_id, stored.originator_version, stored.topic, stored.state),
    )


def test_a_receipt_says_what_the_stream_held_before() -> None:
    """Of a new command, of one that is repeated later, and in a unit of work."""
    app = prepared("act")
    who = msgspec.structs.replace(ABLE, command_id=bytes(16))
    before = tuple(app.entries(case_stream(REF)))
    assert cases.act(app, REF, "found", who).before == before
    cases.act(app, REF, "found", ABLE)
    assert cases.act(app, REF, "found", who).before == before
    with app.unit_of_work():
        one, other = cases.act(app, REF, "found", ABLE), cases.act(app, REF, "found", ABLE)
    assert other.before == (*one.before, one.entry)
    assert len(one.before) == len(before) + 2


def test_no_variable_of_the_process_changes_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's cache, switched on, would give a case's new entries for all of it."""
    monkeypatch.setenv("AGGREGATE_CACHE_MAXSIZE", "10")
    monkeypatch.setenv("IS_SNAPSHOTTING_ENABLED", "y")
    app = prepared("act")
    assert [cases.act(app, REF, "found", ABLE).entry.version for _ in range(3)] == [3, 4, 5]


def test_there_is_no_recorder_but_the_ledgers() -> None:
    """Neither for snapshots nor for tracking: the library's factory says so."""
    app = opened()
    for ask in (app.factory.aggregate_recorder, app.factory.tracking_recorder, app.factory.process_recorder):
        with pytest.raises(InfrastructureFactoryError, match="no recorder but the ledger's"):
            ask()
