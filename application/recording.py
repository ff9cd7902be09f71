"""How a command becomes an entry: idempotent, guarded, and retried where it still makes sense."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from eventsourcing.persistence import PersistenceError

from application.mapper import to_stored
from domain.errors import Conflict, LongcaseError, Refused, StoreError
from domain.event import Entry, Event
from domain.history import History
from domain.identity import identifier
from domain.instant import SECOND, Instant, iso
from ledger.errors import Busy, CommandTaken, VersionTaken

if TYPE_CHECKING:
    from application.longcase import Longcase

AHEAD = 300 * SECOND
"""How far ahead of the clock something may be said to have occurred: five minutes, in microseconds."""

TRIES = 20

Build = Callable[[History, Instant], Sequence[Event]]
Check = Callable[[History, Entry], None]


class Envelope(msgspec.Struct, frozen=True):
    """Who acts, as what, for whom, why and when.

    ``occurred_at`` is in microseconds since 1970 UTC; ``None`` is the instant at which the ledger takes it.
    ``command_id`` (16 bytes) makes a retry harmless; one is made up if none is given.
    """

    actor: str
    role: str = ""
    occurred_at: Instant | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    command_id: bytes = b""
    via: str = "cli"

    def fields(self) -> dict[str, Any]:
        """Return what travels in the payload of every event."""
        return {"on_behalf_of": self.on_behalf_of, "reason": self.reason, "via": self.via}


class Receipt(msgspec.Struct, frozen=True):
    """What was recorded; ``repeated`` if the command had been recorded before and nothing was added."""

    entries: tuple[Entry, ...]
    repeated: bool = False

    @property
    def entry(self) -> Entry:
        """The first entry of the command."""
        return self.entries[0]


def new_command_id() -> bytes:
    """Return 16 bytes that no other command has: milliseconds, then chance (a UUID version 7, RFC 9562)."""
    random = bytearray(os.urandom(10))
    random[0] = 0x70 | random[0] & 0x0F
    random[2] = 0x80 | random[2] & 0x3F
    return (time.time_ns() // 1_000_000).to_bytes(6, "big") + bytes(random)


def record(app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope) -> Receipt:
    """Record one command's events, of which the first is a ``kind``, in ``stream``.

    ``build`` makes the events from the history and the instant; ``check`` refuses the impossible and the
    forbidden. If somebody else recorded something in between, both look again at what then stands. Raises
    ``Refused``, ``Conflict`` where it made sense before and does not now, ``StoreError`` if the store fails.
    """
    by = _complete(by)
    for attempt in range(TRIES):
        try:
            return _attempt(app, stream, kind, build, check, by)
        except VersionTaken:
            time.sleep(0.001 * attempt)
        except Refused as error:
            if attempt == 0:
                raise
            why = f"somebody recorded something in between: {error.message}"
            raise Conflict(why, hints=("read the case again: longcase timeline REF",)) from error
        except CommandTaken as error:
            _same_stream(app, stream, by, error)
        except Busy as error:
            raise StoreError("the store is in use by another writer", hints=("try again",)) from error
        except PersistenceError as error:
            raise _unknown_fate(by, error) from error
    raise Conflict(f"others kept recording on this case: gave up after {TRIES} tries", hints=("try again",))


def _complete(by: Envelope) -> Envelope:
    actor = identifier(by.actor, "the actor")
    role = identifier(by.role, "the role") if by.role else ""
    return msgspec.structs.replace(by, actor=actor, role=role, command_id=by.command_id or new_command_id())


def _unknown_fate(by: Envelope, error: Exception) -> StoreError:
    again = f"give the same command with --command-id {by.command_id.hex()}: if it was stored, nothing is added"
    return StoreError(f"the store failed, and the entry may or may not be in it: {error}", hints=(again,))


def _same_stream(app: Longcase, stream: bytes, by: Envelope, error: Exception) -> None:
    stored = app.ledger.by_command(by.command_id)
    if stored is not None and stored.stream != stream:
        raise _used(by, f"{stored.topic} at position {stored.position}") from error


def _used(by: Envelope, what: str) -> LongcaseError:
    return Conflict(f"command id {by.command_id.hex()} was used for something else: {what}")


def _attempt(
    app: Longcase, stream: bytes, kind: type[Event], build: Build, check: Check, by: Envelope
) -> Receipt:
    history = app.history(stream)
    before = history.command(by.command_id)
    if before:
        if type(before[0].event) is not kind:
            raise _used(by, before[0].topic)
        return Receipt(tuple(before), repeated=True)
    at = _instant(app, by)
    entries = _entries(stream, history, build(history, at), by, at)
    for entry in entries[:1]:
        check(history, entry)
    return _append(app, entries, at_recording=by.occurred_at is None)


def _instant(app: Longcase, by: Envelope) -> Instant:
    now = app.clock()
    if by.occurred_at is None:
        return now
    if by.occurred_at > now + AHEAD:
        raise Refused(f"{iso(by.occurred_at)} is in the future", hints=("record what has happened",))
    return by.occurred_at


def _entries(stream: bytes, history: History, events: Sequence[Event], by: Envelope, at: Instant) -> list[Entry]:
    version = history.version
    return [
        Entry(0, stream, version + 1 + index, at, at, by.actor, by.role, _nth(by.command_id, index), event)
        for index, event in enumerate(events)
    ]


def _nth(command_id: bytes, index: int) -> bytes:
    if index == 0:
        return command_id
    number = int.from_bytes(command_id, "big") + index
    return (number % (1 << 128)).to_bytes(16, "big")


def _append(app: Longcase, entries: list[Entry], *, at_recording: bool) -> Receipt:
    if app.unit is not None:
        positions: Sequence[int] = app.unit.add(entries, at_recording=at_recording)
        return Receipt(tuple(map(_positioned, entries, positions)))
    rows = [to_stored(entry, at_recording=at_recording) for entry in entries]
    positions = app.ledger.insert_events(rows)
    return Receipt(tuple(map(_positioned, entries, positions)))


def _positioned(entry: Entry, position: int) -> Entry:
    return msgspec.structs.replace(entry, position=position)
