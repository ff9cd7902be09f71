"""A command that is given again: what it made, and whether it is the same command at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import msgspec

from domain.cases.history import History
from domain.errors import Refused
from domain.identity import comparable

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Build, Envelope
    from domain.event import Entry, Event
    from domain.instant import Instant

_LOOKED_UP = frozenset({"counts", "flags"})
"""What a command takes from the vocabulary and the rulebook, which may have changed since."""


def nth(command_id: bytes, index: int) -> bytes:
    """Return the id of a command's entry number ``index``, from 0: that of the first is the command's own."""
    if index == 0:
        return command_id
    return uuid5(UUID(bytes=command_id), str(index)).bytes


def for_case(command_id: bytes, stream: bytes, what: str = "") -> bytes:
    """Return the id of what a command on many cases records in the case of ``stream``, or of one thing there."""
    return uuid5(UUID(bytes=command_id), f"case {stream.hex()} {what}".rstrip()).bytes


def made_by(history: History, command_id: bytes) -> list[Entry]:
    """Return the entries that a command made in a stream, in their order; none if it is new."""
    found = history.command(command_id)
    while found and (more := history.command(nth(command_id, len(found)))):
        found += more
    return found


def same(app: Longcase, history: History, before: list[Entry], build: Build, by: Envelope) -> bool:
    """Say whether the command would make again what it made, seeing what was recorded before that.

    An imported entry is known by its place in its source, whatever it says.
    """
    first = before[0]
    if first.event.origin is not None:
        return True
    occurred_at = _taken_at(app, first) if by.occurred_at is None else by.occurred_at
    if (first.actor, first.role, first.occurred_at) != (by.actor, by.role, occurred_at):
        return False
    try:
        with app.seen_before(first.position):
            again = build(History(history.entries[: first.version - 1]), occurred_at)
    except Refused:
        return False
    return list(map(_given, again)) == [_given(entry.event) for entry in before]


def _taken_at(app: Longcase, first: Entry) -> Instant:
    """Return when an entry occurred that was given no instant: when it was recorded, if the clock had got there.

    It had not if the entry before it was recorded at the same instant: then the ledger was ahead of the clock,
    whatever the clock says by now, and what happened took its own time from the clock.
    """
    before = app.ledger.select_notifications(first.position - 1, 1, first.position - 1)
    stood_still = not before or before[0].recorded_at == first.recorded_at
    return first.occurred_at if stood_still else first.recorded_at


def _given(event: Event) -> dict[str, Any]:
    """Return what a command says, without what it takes from the vocabulary and the rulebook."""
    values: dict[str, Any] = msgspec.to_builtins(event)
    if "officer" in values:
        values["officer"] = comparable(values["officer"])
    return {name: value for name, value in values.items() if name not in _LOOKED_UP}
