"""Somebody records something in between: looked at again, refused only where it no longer makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import OperationalError

from application.app import Longcase
from application.commands import cases, warrants
from application.recording import TRIES
from domain.errors import Conflict, Refused, StoreError
from ledger.errors import Busy, VersionTaken
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.application.actions import ABLE, REF, by, state
from tests.clock import MINUTE, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


class Interrupted(SQLiteRecorder):
    """A recorder before each of whose transactions something else may happen."""

    before: Callable[[], object] | None = None
    times = 1

    def transaction(self) -> Any:
        if self.before is not None and self.times > 0:
            self.times -= 1
            self.before()
        return super().transaction()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Longcase, Longcase]]:
    """Two writers with connections of their own to one store: the first will be interrupted."""
    path = str(tmp_path / "store.db")
    create(path, {"zone": "UTC"}).close()
    clock = Clock(step=MINUTE)
    ours, theirs = (Longcase(Interrupted.open(path, clock), clock=clock) for _ in range(2))
    cases.report(ours, REF, ABLE, category="other")
    yield ours, theirs
    ours.close()
    theirs.close()


def interrupt(app: Longcase, deed: Callable[[], object], times: int = 1) -> None:
    recorder = app.ledger
    assert isinstance(recorder, Interrupted)
    recorder.before, recorder.times = deed, times


def versions(app: Longcase) -> Sequence[int]:
    return [entry.version for entry in app.ledger.select_notifications(None, 99)]


def test_a_command_that_still_makes_sense_is_tried_again(pair: tuple[Longcase, Longcase]) -> None:
    """Two people record what they did at the same moment, and both are on record."""
    ours, theirs = pair
    interrupt(ours, lambda: cases.act(theirs, REF, "interview", by("DC 9")))
    done = cases.act(ours, REF, "arrest", by())
    assert (done.entry.version, done.entry.position) == (3, 3)
    assert versions(ours) == [1, 2, 3]


def test_a_name_that_was_made_up_is_made_up_again(pair: tuple[Longcase, Longcase]) -> None:
    """Both ask for a warrant, and there are W1 and W2."""
    ours, theirs = pair
    interrupt(ours, lambda: warrants.seek(theirs, REF, by("DC 9")))
    warrants.seek(ours, REF, by())
    assert set(state(ours, REF).warrants) == {"W1", "W2"}


def test_a_command_that_no_longer_makes_sense_is_a_conflict(pair: tuple[Longcase, Longcase]) -> None:
    """Both resolve the case: the second is told that somebody was faster, and why that matters."""
    ours, theirs = pair
    interrupt(ours, lambda: cases.resolve(theirs, REF, by("DI 5"), outcome="charged"))
    with pytest.raises(Conflict, match="somebody recorded something in between: the case is resolved"):
        cases.resolve(ours, REF, by(), outcome="no further action")
    assert state(ours, REF).outcome == "charged"


def test_a_restriction_in_between_keeps_out_whoever_was_about_to_take_the_case(
    pair: tuple[Longcase, Longcase],
) -> None:
    """They are told by whom it can be done, as whoever comes later is."""
    ours, theirs = pair
    interrupt(ours, lambda: cases.restrict(theirs, REF, ["DI 7"], by("DI 7")))
    with pytest.raises(Conflict, match="the case is restricted") as caught:
        cases.allocate(ours, REF, "DC 9", by("DC 9"))
    assert "by an auditor" in caught.value.hints[-1]
    assert state(ours, REF).owner is None


def test_what_made_no_sense_from_the_start_is_refused(pair: tuple[Longcase, Longcase]) -> None:
    """That is no conflict: trying again will not help."""
    ours, theirs = pair
    cases.resolve(theirs, REF, by("DI 5"), outcome="charged")
    with pytest.raises(Refused):
        cases.resolve(ours, REF, by(), outcome="charged")


def test_the_same_command_from_two_processes_is_recorded_once(pair: tuple[Longcase, Longcase]) -> None:
    """A retry that overtakes the first attempt."""
    ours, theirs = pair
    who = by(command_id=b"c" * 16)
    interrupt(ours, lambda: cases.act(theirs, REF, "arrest", who))
    done = cases.act(ours, REF, "arrest", who)
    assert (done.repeated, done.entry.position, ours.ledger.max_notification_id()) == (True, 2, 2)


def test_the_same_id_taken_in_another_case_in_between_is_a_conflict(pair: tuple[Longcase, Longcase]) -> None:
    """And names what took it."""
    ours, theirs = pair
    who = by(command_id=b"c" * 16)
    interrupt(ours, lambda: cases.report(theirs, "CSE-0083", who, category="other"))
    with pytest.raises(Conflict, match=r"case\.reported at position 2"):
        cases.act(ours, REF, "arrest", who)


def test_whoever_is_overtaken_for_ever_is_told(pair: tuple[Longcase, Longcase]) -> None:
    """There is an end to trying."""
    ours, theirs = pair
    interrupt(ours, lambda: cases.act(theirs, REF, "interview", by("DC 9")), times=TRIES)
    with pytest.raises(Conflict, match=f"gave up after {TRIES} tries"):
        cases.act(ours, REF, "arrest", by())
    assert not any(entry.actor == by().actor for entry in ours.ledger.select_notifications(2, 99))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Busy("locked"), "in use by another writer"),
        (OperationalError("disk I/O error"), "may or may not be in it"),
    ],
)
def test_a_store_that_fails_is_named_as_that(
    pair: tuple[Longcase, Longcase], failure: Exception, words: str
) -> None:
    """With how to try again harmlessly, where that matters."""
    ours, _ = pair

    def fail() -> None:
        raise failure

    interrupt(ours, fail)
    with pytest.raises(StoreError, match=words) as caught:
        cases.act(ours, REF, "arrest", by(command_id=b"c" * 16))
    assert caught.value.hints
    assert not cases.act(ours, REF, "arrest", by(command_id=b"c" * 16)).repeated


def test_eventsourcings_own_error_family_is_kept() -> None:
    """Whoever uses the library's recorders catches the library's errors."""
    from eventsourcing.persistence import IntegrityError

    assert issubclass(VersionTaken, IntegrityError)
    assert issubclass(Busy, OperationalError)
