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


LATEST: Final = Axes()
"""Everything that has been recorded, whenever it occurred."""
