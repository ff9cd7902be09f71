"""What a command is given and what it gives back: the envelope, the receipt, and what it makes and checks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from domain.cases.history import History
from domain.event import Entry, Event
from domain.instant import Instant

Build = Callable[[History, Instant], Sequence[Event]]
"""Makes a command's events from the stream's history and the instant at which they occur."""

Check = Callable[[History, Entry], None]
"""Refuses an entry that is impossible or forbidden, seeing the stream's history."""


class Envelope(msgspec.Struct, frozen=True):
    """Who acts, as what, for whom, why and when.

    ``occurred_at`` is in microseconds since 1970 UTC; ``None`` is the instant at which the ledger takes it.
    ``command_id`` (16 bytes) makes a retry harmless; one is made up if none is given. With ``if_version`` it is
    recorded only where the case, or whatever else it is about, has so many entries.
    """

    actor: str
    role: str = ""
    occurred_at: Instant | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    command_id: bytes = b""
    via: str = "cli"
    if_version: int | None = None

    def fields(self) -> dict[str, Any]:
        """Return what travels in the payload of every event."""
        return {"on_behalf_of": self.on_behalf_of, "reason": self.reason, "via": self.via}


class Receipt(msgspec.Struct, frozen=True):
    """What was recorded; ``repeated`` if the command had been recorded before and nothing was added.

    ``before`` are the entries that the stream had then. In a unit of work, which is recorded at its end,
    ``recorded_at`` is the clock's reading at the command. ``beside`` is what it recorded in another case.
    """

    entries: tuple[Entry, ...]
    before: tuple[Entry, ...] = ()
    repeated: bool = False
    beside: Receipt | None = None

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
