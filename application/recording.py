"""How a command becomes an entry: idempotent, guarded, and retried where it still makes sense."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

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
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Build, Check
    from domain.cases.history import History

T = TypeVar("T")

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
            connected_again(app, error, _same_command(by))
    if not beaten:
        raise _unknown_fate(Lost(f"the connection was lost {TRIES} times"), _same_command(by))
    raise Conflict(f"others kept recording on this case: gave up after {TRIES} tries", hints=("try again",))


def together(app: Longcase, by: Envelope, work: Callable[[Envelope], Receipt]) -> Receipt:
    """Let ``work`` record one command's entries in several streams, all of them or none, and return its receipt.

    It is given the envelope with a command id. Raises as ``record`` does, and connects again as that does.
    """
    by = _complete(by)
    if app.unit is not None:
        return work(by)

    def attempt() -> Receipt:
        with app.unit_of_work():
            done = work(by)
        return _as_taken(app, _confirmed(app, done))

    return while_connected(app, attempt, _same_command(by))


def while_connected(app: Longcase, attempt: Callable[[], T], advice: str) -> T:
    """Return what ``attempt`` returns, which is made again where the connection was lost and there is a new one.

    Raises ``StoreError`` if the store fails, with ``advice`` where nobody knows what became of it.
    """
    for _ in range(TRIES):
        try:
            return attempt()
        except PersistenceError as error:
            connected_again(app, error, advice)
    raise _unknown_fate(Lost(f"the connection was lost {TRIES} times"), advice)


def _as_taken(app: Longcase, receipt: Receipt) -> Receipt:
    """Return the receipt of what was recorded together with the instants that the ledger gave it."""
    first, beside = receipt.entry, receipt.beside
    taken = app.entries(first.stream)[first.version - 1 :][: len(receipt.entries)]
    return msgspec.structs.replace(
        receipt, entries=tuple(taken), beside=None if beside is None else _as_taken(app, beside)
    )


def unreadable(app: Longcase, stream: bytes, error: Unreadable) -> StoreError:
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


def connected_again(app: Longcase, error: Exception, advice: str) -> None:
    """Return if ``error`` was a lost connection and there is a new one; a unit of work is lost with its own.

    Raises ``StoreError`` otherwise, with ``advice`` where nobody knows what became of what was recorded.
    """
    if isinstance(error, Busy):
        raise StoreError(error.in_words, hints=error.advice) from error
    if isinstance(error, TooLarge | ClockDoubted):
        raise StoreError(f"nothing was recorded: {error}", hints=error.advice) from error
    if not isinstance(error, Lost) or app.unit is not None:
        raise _unknown_fate(error, advice) from error
    try:
        app.ledger.reconnect()
    except PersistenceError as again:
        raise _unknown_fate(again, advice) from again


def _complete(by: Envelope) -> Envelope:
    return msgspec.structs.replace(
        by,
        actor=identifier(by.actor, "the actor"),
        role=identifier(by.role, "the role") if by.role else "",
        on_behalf_of=identifier(by.on_behalf_of, "for whom it is done") if by.on_behalf_of else None,
        command_id=by.command_id or new_command_id(),
    )


def _same_command(by: Envelope) -> str:
    return f"give the same command with --command-id {by.command_id.hex()}: if it was stored, nothing is added"


def _unknown_fate(error: Exception, advice: str) -> StoreError:
    if "readonly" in str(error):
        return StoreError("the store can only be read here", hints=("record where its file can be written",))
    return StoreError(f"the store failed, and the entry may or may not be in it: {error}", hints=(advice,))


def _same_stream(app: Longcase, stream: bytes, by: Envelope, error: Exception) -> None:
    stored = app.ledger.by_command(by.command_id)
    if stored is not None and stored.stream != stream:
        raise used(by.command_id, f"{stored.topic} at position {stored.position}") from error


def used(command_id: bytes, what: str) -> LongcaseError:
    """Return the error that says that a command's id was used before, for ``what``."""
    return Conflict(f"command id {command_id.hex()} was used for something else: {what}")


def _readable_attempt(
    app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope
) -> Receipt:
    try:
        return _attempt(app, stream, kind, build, check, by)
    except Unreadable as error:
        raise unreadable(app, stream, error) from error


def _attempt(
    app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope
) -> Receipt:
    history = app.history(stream)
    made = made_by(history, by.command_id)
    if made:
        if type(made[0].event) is not kind or not same(app, history, made, build, by):
            raise used(by.command_id, f"{made[0].topic} at position {made[0].position}")
        return Receipt(tuple(made), tuple(history.entries[: made[0].version - 1]), repeated=True)
    if history.entries:  # (that there is no such case says more than that it has no entry)
        _expected(history, by)
    now = app.now()
    at = _instant(now, by)
    at_recording = by.occurred_at is None and not app.behind
    if app.behind and by.occurred_at is None:
        at = _after_the_last(history, now)
    entries = _entries(stream, history, build(history, at), by, (at, app.recording_at))
    for entry in entries[:1]:
        check(history, entry)
    _expected(history, by)
    before = tuple(history.entries)
    return Receipt(app.take(entries, at_recording=at_recording), before)


def _expected(history: History, by: Envelope) -> None:
    """Raise ``Conflict`` if a number of entries was named, and there is another."""
    if by.if_version is None or history.version == by.if_version:
        return
    there = "1 entry" if history.version == 1 else f"{history.version:,} entries"
    why = f"nothing was recorded: it has {there} now, and --if-version says {by.if_version:,}"
    raise Conflict(why, hints=("read what was recorded since, then decide anew: longcase timeline REF",))


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
