"""What came of an import: counts, and what was not taken, with its reason."""

from __future__ import annotations

import msgspec

from exchange.source.trace import ImportRefused, Refusal

MOST_REFUSED = 50_000
"""How many events of one file may be refused before all of it is: its mapping does not fit it."""


class Outcome(msgspec.Struct):
    """What an import did: cases opened, entries added, entries that were there already, what was refused.

    Of the refused, ``differing`` say otherwise than what is stored. ``nobody`` counts the events that were added
    and name nobody; ``corrected`` and ``retracted`` are entries that an amendment changed (``amends``).
    ``unread`` of what it refuses could not be read, so that nobody knows what they are rows of.
    """

    cases: int = 0
    entries: int = 0
    already_present: int = 0
    refused: list[Refusal] = []
    events_read: int = 0
    differing: int = 0
    nobody: int = 0
    corrected: int = 0
    retracted: int = 0
    amends: bool = False
    unread: int = 0

    def refuse(self, refusal: Refusal) -> None:
        """Note what was not taken; raise ``ImportRefused`` once that is more than any sound file has."""
        if len(self.refused) >= MOST_REFUSED:
            why = f"more than {MOST_REFUSED:,} of its events cannot be taken"
            hints = ("say in a mapping how the file is to be read: --mapping FILE",)
            raise ImportRefused(Refusal(refusal.file, refusal.line, why), hints=hints)
        self.refused.append(refusal)

    def refuse_unread(self, refusal: Refusal) -> None:
        """Note what was not taken because it could not be read; raise as ``refuse`` does."""
        self.unread += self.amends
        self.refuse(refusal)
