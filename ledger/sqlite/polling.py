"""Waiting for the next entry of a store in a file, where nothing wakes a reader: looking again and again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.reader import LedgerReader

SHORTEST = 0.05
LONGEST = 0.25
"""How many seconds lie between two looks: few after an entry, twice as many after each look in vain."""


class Watch:
    """Looks at a store through a reader of SQLite."""

    def __init__(self, ledger: LedgerReader) -> None:
        """Know nothing yet: the first look finds something."""
        self._ledger = ledger
        self._version = self._head = -1
        self._pause = SHORTEST

    def wait(self, seconds: float) -> bool:
        """Return ``True`` as soon as entries were appended since this last did, ``False`` after ``seconds``."""
        end = time.monotonic() + seconds
        while not self._moved():
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(self._pause, left))
            self._pause = min(2 * self._pause, LONGEST)
        self._pause = SHORTEST
        return True

    def _moved(self) -> bool:
        # Read before the head: what is committed in between changes it again, and is met at the next look.
        version = self._ledger.rows("PRAGMA data_version")[0][0]
        if version == self._version:
            return False
        before, self._version, self._head = self._head, version, self._ledger.head()[0]
        return self._head != before
