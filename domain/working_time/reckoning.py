"""When a limit runs out, kept up as one pause after the other is over: each costs what it adds, not all before.

Instants are microseconds UTC. The rules, and why they are so: docs/adr/0034-working-time.md, and of
what is counted from a date docs/adr/0067-deadlines-as-the-law-counts-them.md.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING

from domain.working_time.pauses import whole_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.instant import Instant
    from domain.working_time.local_days import LocalDays
    from domain.working_time.pauses import Interval
    from domain.working_time.working_hours import WorkingHours


class Reckoning(ABC):
    """A limit that runs from an instant on, and stands in the pauses it is told of."""

    def __init__(self) -> None:
        """Begin without a pause."""
        self._last: Interval | None = None

    def pause(self, paused: Instant, resumed: Instant) -> None:
        """Leave out a pause, which begins no earlier than any before it."""
        if resumed <= paused:
            return
        if self._last is not None:
            if paused <= self._last[1]:
                self._last = self._last[0], max(self._last[1], resumed)
                return
            self._settle(self._last)
        self._last = paused, resumed

    @abstractmethod
    def _settle(self, pause: Interval) -> None:
        """Take into account a pause that none goes on from."""

    @property
    @abstractmethod
    def due(self) -> Instant | None:
        """When it has run out; ``None`` if it never does."""


class Elapsed(Reckoning):
    """A length of elapsed time, or one that ends on a day of the calendar."""

    def __init__(self, due: Instant | None) -> None:
        """Begin with when it would run out without a pause."""
        super().__init__()
        self._due = due

    def _settle(self, pause: Interval) -> None:
        self._due = self._with(pause)

    def _with(self, pause: Interval) -> Instant | None:
        paused, resumed = pause
        return self._due if self._due is None or paused >= self._due else self._due + resumed - paused

    @property
    def due(self) -> Instant | None:
        """When it has run out."""
        return self._due if self._last is None else self._with(self._last)


class InWorkingTime(Reckoning):
    """An amount of working time, in microseconds."""

    def __init__(self, hours: WorkingHours, start: Instant, amount: int) -> None:
        """Begin to count at ``start``."""
        super().__init__()
        self._hours = hours
        self._left = start, amount

    def _settle(self, pause: Interval) -> None:
        self._left = self._with(pause)

    def _with(self, pause: Interval) -> tuple[Instant, int]:
        """Return from when on how much is left after a pause, which changes nothing once none is."""
        (since, amount), (paused, resumed) = self._left, pause
        worked = self._hours.worked(since, paused)
        return self._left if worked >= amount else (resumed, amount - worked)

    @property
    def due(self) -> Instant | None:
        """When it has run out."""
        return self._hours.worked_by(*(self._left if self._last is None else self._with(self._last)))


class InWholeDays(Reckoning):
    """A number of whole days after the day of the start: of working days, or of all that there are."""

    def __init__(self, hours: WorkingHours, local: LocalDays, start: Instant, number: int) -> None:
        """Begin to count on the day after ``start``."""
        super().__init__()
        self._hours, self._local = hours, local
        self._left = number, local.of(start)
        self._stood: list[Interval] = []

    def _settle(self, pause: Interval) -> None:
        self._left = self._with(pause)
        self._stood.append(pause)

    def _with(self, pause: Interval) -> tuple[int, int]:
        """Return how many days are left after which, behind a pause; one after the end changes nothing."""
        number, day = self._left
        first, last = whole_days(self._local, pause)
        counted = self._hours.between(day, max(first - 1, day))
        return self._left if counted >= number or first > last else (number - counted, last)

    @property
    def due(self) -> Instant | None:
        """When it has run out."""
        number, day = self._left if self._last is None else self._with(self._last)
        final = self._hours.after(day, number)
        return None if final is None else self._going(self._local.start(final + 1))

    def _going(self, midnight: Instant) -> Instant:
        """Return the first midnight, from ``midnight`` on, at which the clock does not stand."""
        for paused, resumed in self._since(midnight):
            if paused >= midnight:
                break
            if midnight < resumed:
                day = self._local.of(resumed)
                midnight = self._local.start(day + (self._local.start(day) < resumed))
        return midnight

    def _since(self, midnight: Instant) -> Iterator[Interval]:
        """Yield the pauses that end after ``midnight``, in order."""
        yield from islice(self._stood, bisect_right(self._stood, midnight, key=_end), None)
        if self._last is not None:
            yield self._last


def _end(pause: Interval) -> Instant:
    return pause[1]
