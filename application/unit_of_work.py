"""A unit of work: many commands, one transaction. Either all of it is in the ledger or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from application.mapper import to_stored
from domain.cases.history import History
from domain.codec import entry_of
from domain.errors import Conflict
from ledger.errors import CommandTaken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.app import Longcase
    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.recorder import LedgerRecorder

FLUSH_AT = 10_000


class Unit:
    """Keeps the histories that were touched and the rows that wait to be inserted together.

    ``since`` is when the ledger's last entry was recorded, before which nothing of this will be.
    """

    def __init__(self, ledger: LedgerRecorder) -> None:
        """Work on ``ledger``, whose transaction is open."""
        self._ledger = ledger
        self._histories: dict[bytes, History] = {}
        self._waiting: list[StoredEntry] = []
        last, self.since = ledger.head()
        self._next = last + 1

    def history(self, stream: bytes) -> History:
        """Return a stream's history with what this unit has added to it."""
        found = self._histories.get(stream)
        if found is None:
            found = History(map(entry_of, self._ledger.stream(stream)))
            self._histories[stream] = found
        return found

    def add(self, entries: list[Entry], *, at_recording: bool) -> range:
        """Take further entries and return the positions that they will have."""
        history = self.history(entries[0].stream)
        first = self._next
        for entry in entries:
            self._waiting.append(to_stored(entry, at_recording=at_recording))
            history.append(msgspec.structs.replace(entry, position=self._next))
            self._next += 1
        if len(self._waiting) >= FLUSH_AT:
            self.flush()
        return range(first, self._next)

    def flush(self) -> None:
        """Insert what waits, and forget the histories, so that memory stays bounded.

        Raises ``Conflict`` if a command's id was used in another case.
        """
        try:
            self._ledger.append(self._waiting)
        except CommandTaken as error:
            raise Conflict("a command's id was used in another case: nothing of this was recorded") from error
        self._waiting.clear()
        self._histories.clear()


@contextmanager
def unit_of_work(app: Longcase) -> Iterator[Unit]:
    """Let all commands given to ``app`` inside the block happen together, or not at all.

    A command that finds its command id recorded already, by this unit or before, still changes nothing.
    """
    with app.ledger.transaction():
        unit = Unit(app.ledger)
        app.unit = unit
        try:
            yield unit
            unit.flush()
        finally:
            app.unit = None
