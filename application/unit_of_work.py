"""A unit of work: many commands, one transaction. Either all of it is in the ledger or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from application.mapper import to_stored
from domain.cases.history import History
from domain.codec import entry_of
from domain.errors import Conflict
from ledger.errors import CommandTaken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.recorder import LedgerRecorder

FLUSH_AT = 10_000


class Abandoned(Exception):
    """Ends a unit of work of which nothing is to be recorded."""


class Unit:
    """Keeps the histories that were touched and the rows that wait to be inserted together.

    ``since`` is when the ledger's last entry was recorded, before which nothing of this will be; ``flushed`` is
    the position of the last that was inserted. ``waiting`` are the rows that are still to be, ``flush_at`` at
    most; ``occurred_at`` is ``None`` in those that occur when the ledger takes them. ``histories`` are those that
    were asked for, with what was added to them; ``read`` is how many entries were read for them.
    """

    def __init__(self, ledger: LedgerRecorder) -> None:
        """Work on ``ledger``, whose transaction is open."""
        self._ledger = ledger
        self.histories: dict[bytes, History] = {}
        self.waiting: list[StoredEntry] = []
        self.flush_at = FLUSH_AT
        self.read = 0
        self._last, self.since = ledger.head()
        self.flushed = self._last

    def history(self, stream: bytes) -> History:
        """Return a stream's history with what this unit has added to it."""
        found = self.histories.get(stream)
        if found is None:
            found = History(map(entry_of, self._ledger.stream(stream)))
            self.read += found.version
            self.histories[stream] = found
        return found

    def add(self, entries: Sequence[Entry], *, at_recording: bool) -> tuple[Entry, ...]:
        """Take further entries of one stream and return them with the positions that they will have."""
        rows = list(map(to_stored, entries))
        self.waiting += [row._replace(occurred_at=None) for row in rows] if at_recording else rows
        taken = tuple(
            msgspec.structs.replace(entry, position=position)
            for position, entry in enumerate(entries, self._last + 1)
        )
        self._last += len(taken)
        history = self.history(entries[0].stream)
        for entry in taken:
            history.append(entry)
        if len(self.waiting) >= self.flush_at:
            self.flush()
        return taken

    def take_back(self, waiting: int) -> None:
        """Forget all but the first ``waiting`` rows: what a command added that was refused after all."""
        for row in reversed(self.waiting[waiting:]):
            self.histories[row.stream] = History(self.history(row.stream).entries[:-1])
        self._last -= len(self.waiting) - waiting
        del self.waiting[waiting:]

    def abandon(self) -> None:
        """End the unit of work, and record nothing of it: what follows its block goes on."""
        raise Abandoned

    def flush(self) -> None:
        """Insert what waits, and forget the histories, so that memory stays bounded.

        Raises ``Conflict`` if a command's id was used in another case.
        """
        if not self.waiting:
            return
        try:
            self._ledger.append(self.waiting)
        except CommandTaken as error:
            raise Conflict("a command's id was used in another case: nothing of this was recorded") from error
        self.flushed = self._last
        self.waiting = []
        self.histories = {}
