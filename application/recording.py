"""How a command becomes an entry: idempotent, guarded, and retried where it still makes sense."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
from eventsourcing.persistence import PersistenceError

from application.envelope import Envelope, Receipt, new_command_id
from application.retries import made_by, nth, same
from domain.cases.belief import believe
from domain.errors import Conflict, LongcaseError, Refused, StoreError, Unreadable
from domain.event import Entry, Event
from domain.identity import identifier
from domain.instant import SECOND, Instant, iso
from ledger.errors import Busy, ClockDoubted, CommandTaken, Lost, TooLarge, VersionTaken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.app import Longcase
    from application.envelope import Build, Check
    from domain.cases.history import History

AHEAD = 300 * SECOND
"""How far ahead of the clock something may be said to have occurred: five minutes, in microseconds."""

TRIES = 20


def record(app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope) -> Receipt:
    """Record one command's events, of which the first is a ``kind``, in ``stream``.

    ``build`` makes the events from the history and the instant; ``check`` refuses the impossible and the
    forbidden. If somebody else recorded something in between, both look again at what then stands. Raises
    ``Refused``, ``Conflict`` where it made sense before and does not now, ``StoreError`` if the store fails.
    A connection that is lost is made again, to whichever server takes entries then: the command is recorded
    once, whatever became of the first attempt.
    """
    by = _complete(by)
    beaten = False
    for attempt in range(TRIES):
        try:
            return _confirmed(app, _readable_attempt(app, stream, kind, build, check, by))
        except VersionTaken:
            beaten = True
            time.sleep(0.001 * attempt)
        except Refused as error:
            if not beaten:
                raise
            why = f"somebody recorded something in between: {error.message}"
            raise Conflict(why, hints=("read the case again: longcase timeline REF", *error.hints)) from error
        except CommandTaken as error:
            _same_stream(app, stream, by, error)
        except PersistenceError as error:
            _connected_again(app, by, error)
    if not beaten:
        raise _unknown_fate(by, Lost(f"the connection was lost {TRIES} times"))
    raise Conflict(f"others kept recording on this case: gave up after {TRIES} tries", hints=("try again",))


def _unreadable(app: Longcase, stream: bytes, error: Unreadable) -> StoreError:
    """Return why nothing is recorded beside an entry that cannot be read: its meaning may forbid it."""
    from domain.codec import entry_of

    hints = (
        "an entry written by a newer Longcase needs that version: record with it",
        "longcase doctor --deep says whether its bytes were changed: then restore a backup",
    )
    where = ""
    for row in app.ledger.stream(stream):
        try:
            entry_of(row)
        except Unreadable:
            where = f" {row.version}, at position {row.position},"
            break
    why = f"entry{where} cannot be read, and what it says may forbid this" if where else "an entry cannot be read"
    return StoreError(f"nothing was recorded: {why}: {error}", hints=hints)


def _confirmed(app: Longcase, receipt: Receipt) -> Receipt:
    """Return the receipt once the store holds for good what was found in it."""
    if receipt.repeated and app.unit is None:
        app.ledger.confirm()
    return receipt


def _connected_again(app: Longcase, by: Envelope, error: Exception) -> None:
    """Return if ``error`` was a lost connection and there is a new one; a unit of work is lost with its own."""
    if isinstance(error, Busy):
        raise StoreError(error.in_words, hints=error.advice) from error
    if isinstance(error, TooLarge | ClockDoubted):
        raise StoreError(f"nothing was recorded: {error}", hints=error.advice) from error
    if not isinstance(error, Lost) or app.unit is not None:
        raise _unknown_fate(by, error) from error
    try:
        app.ledger.reconnect()
    except PersistenceError as again:
        raise _unknown_fate(by, again) from again


def _complete(by: Envelope) -> Envelope:
    return msgspec.structs.replace(
        by,
        actor=identifier(by.actor, "the actor"),
        role=identifier(by.role, "the role") if by.role else "",
        on_behalf_of=identifier(by.on_behalf_of, "for whom it is done") if by.on_behalf_of else None,
        command_id=by.command_id or new_command_id(),
    )


def _unknown_fate(by: Envelope, error: Exception) -> StoreError:
    if "readonly" in str(error):
        return StoreError("the store can only be read here", hints=("record where its file can be written",))
    again = f"give the same command with --command-id {by.command_id.hex()}: if it was stored, nothing is added"
    return StoreError(f"the store failed, and the entry may or may not be in it: {error}", hints=(again,))


def _same_stream(app: Longcase, stream: bytes, by: Envelope, error: Exception) -> None:
    stored = app.ledger.by_command(by.command_id)
    if stored is not None and stored.stream != stream:
        raise _used(by, f"{stored.topic} at position {stored.position}") from error


def _used(by: Envelope, what: str) -> LongcaseError:
    return Conflict(f"command id {by.command_id.hex()} was used for something else: {what}")


def _readable_attempt(
    app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope
) -> Receipt:
    try:
        return _attempt(app, stream, kind, build, check, by)
    except Unreadable as error:
        raise _unreadable(app, stream, error) from error


def _attempt(
    app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope
) -> Receipt:
    history = app.history(stream)
    made = made_by(history, by.command_id)
    if made:
        if type(made[0].event) is not kind or not same(app, history, made, build, by):
            raise _used(by, f"{made[0].topic} at position {made[0].position}")
        return Receipt(tuple(made), tuple(history.entries[: made[0].version - 1]), repeated=True)
    now = app.now()
    at = _instant(now, by)
    at_recording = by.occurred_at is None and not app.behind
    if app.behind and by.occurred_at is None:
        at = _after_the_last(history, now)
    entries = _entries(stream, history, build(history, at), by, (at, now))
    for entry in entries[:1]:
        check(history, entry)
    before = tuple(history.entries)
    return Receipt(app.take(entries, at_recording=at_recording), before)


def _after_the_last(history: History, now: Instant) -> Instant:
    """Return when something happens now in a case that may have entries dated ahead of the clock."""
    return max([now, *(entry.occurred_at for entry in believe(history.entries).entries)])


def _instant(now: Instant, by: Envelope) -> Instant:
    if by.occurred_at is None:
        return now
    if by.occurred_at > now + AHEAD:
        raise Refused(f"{iso(by.occurred_at)} is in the future", hints=("record what has happened",))
    return by.occurred_at


def _entries(
    stream: bytes, history: History, events: Sequence[Event], by: Envelope, times: tuple[Instant, Instant]
) -> list[Entry]:
    version = history.version
    return [
        Entry(0, stream, version + 1 + index, *times, by.actor, by.role, nth(by.command_id, index), event)
        for index, event in enumerate(events)
    ]
