"""The two axes of time: the instant that is asked about, and the instant by whose knowledge it is answered."""

from __future__ import annotations

from typing import Final, NamedTuple

from domain.instant import FOREVER, Instant


class Axes(NamedTuple):
    """The world at ``as_at``, by what was known at ``known_at`` (both included, microseconds UTC)."""

    as_at: Instant = FOREVER
    known_at: Instant = FOREVER

    @property
    def valid_at(self) -> Instant:
        """The instant whose state answers.

        Nothing is known of the time after ``known_at``: there the state stays, and only elapsed time runs on.
        """
        return min(self.as_at, self.known_at)


class AheadOfClock(Axes):
    """As at now, where the last entry known was recorded at an instant that the clock has not reached.

    Whatever is known counts as having occurred, or what was recorded under a wrong clock would be in no list;
    elapsed time runs to ``as_at``, which is the clock's.
    """

    @property
    def valid_at(self) -> Instant:
        """The instant whose state answers: nothing that is known lies beyond it."""
        return max(self.as_at, self.known_at)


LATEST: Final = Axes()
"""Everything that has been recorded, whenever it occurred."""
