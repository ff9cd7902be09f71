"""A clock that tests set, and the instants at which their stories are told."""

from __future__ import annotations

from domain.instant import DAY, SECOND, parse

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
START = parse("2016-02-12T09:12:00+00:00")


def hours(number: float) -> int:
    """Return the instant so many hours after the start of the story."""
    return START + round(number * HOUR)


def days(number: float) -> int:
    """Return the instant so many days after the start of the story."""
    return START + round(number * DAY)


class Clock:
    """Gives microseconds since 1970 UTC, as told; with ``step`` each reading is so much later."""

    def __init__(self, now: int = START, step: int = 0) -> None:
        self.now = now
        self.step = step

    def __call__(self) -> int:
        self.now += self.step
        return self.now

    def at(self, instant: int) -> Clock:
        """Set the clock and return it."""
        self.now = instant
        return self
