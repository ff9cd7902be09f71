"""When a limit runs out: elapsed time, months, days from a date, working days and hours, less the pauses.

A day is that of the calendar's zone, so one on which the clocks change has 23 or 25 hours. Intervals are
half-open; instants are microseconds UTC. The rules, and why they are so: docs/adr/0034-working-time.md, and of
what is counted from a date docs/adr/0067-deadlines-as-the-law-counts-them.md.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.duration import by_months
from domain.instant import EARLIEST, FOREVER, Instant, from_datetime, to_datetime, zone_of
from domain.working_time.local_days import DAY_MINUTES, LocalDays
from domain.working_time.pauses import in_order
from domain.working_time.reckoning import Elapsed, InWholeDays, InWorkingTime
from domain.working_time.working_hours import Week, WorkingHours, read_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.duration import Duration
    from domain.rulebook.model import CalendarData
    from domain.working_time.pauses import Interval
    from domain.working_time.reckoning import Reckoning


_EVERY_DAY: Final[Week] = (((0, DAY_MINUTES),),) * 7
_ENDS: Final = 16_384
"""Of how many days, each with a limit, it is kept when that limit ends: many cases have the same ones."""


class Calendar:
    """Working time as a rulebook's calendar has it. A team without hours of its own has the general ones."""

    def __init__(self, data: CalendarData) -> None:
        """Read the calendar; raise ``ValueError`` for an unknown zone, a day or a line of hours that is none."""
        self.local = LocalDays(zone_of(data.zone))
        self.holidays = {date.fromisoformat(day).toordinal(): data.holidays[day] for day in sorted(data.holidays)}
        self._week = read_hours(data.hours)
        self._weeks = {team: read_hours(own.hours) for team, own in data.teams.items()}
        self._hours: dict[Week, WorkingHours] = {}
        self.every_day = WorkingHours(_EVERY_DAY, (), self.local)
        self._end_of = lru_cache(maxsize=_ENDS)(self._found_end)

    def hours(self, team: str | None) -> WorkingHours:
        """Return the working hours of a team; the general ones where it has none of its own."""
        week = self._week if team is None else self._weeks.get(team, self._week)
        found = self._hours.get(week)
        if found is None:
            found = self._hours[week] = WorkingHours(week, list(self.holidays), self.local)
        return found

    def working_day(self, day: date, team: str | None = None) -> bool:
        """Say whether the team works on a day: it has hours then, and it is no bank holiday."""
        return self.hours(team).works(day.toordinal())

    def due(
        self, start: Instant, limit: Duration, team: str | None = None, pauses: Sequence[Interval] = ()
    ) -> Instant | None:
        """Return when ``limit`` has run out after ``start``, with ``pauses`` left out.

        ``None`` if that is beyond the year 9999, or never because the team has no hours at all.
        """
        reckoning = self.reckoning(start, limit, team)
        for pause in in_order(pauses, start) if pauses else ():
            reckoning.pause(*pause)
        due = reckoning.due
        return None if due is None or due > FOREVER else due

    def undisturbed(self, start: Instant, limit: Duration, team: str | None) -> Instant | None:
        """Return when ``limit`` has run out after ``start`` if nothing pauses it; see ``reckoning``."""
        if limit.working_days or limit.from_date:
            return self._end_of(self.local.of(start), limit, team if team in self._weeks else None)
        return self.reckoning(start, limit, team).due

    def _found_end(self, day: int, limit: Duration, team: str | None) -> Instant | None:
        """Return the end of the last day of a limit in whole days that is counted from ``day``."""
        hours, number = self._counted(day, limit, team)
        final = None if number is None else hours.after(day, number)
        return None if final is None else self.local.start(final + 1)

    def reckoning(self, start: Instant, limit: Duration, team: str | None = None) -> Reckoning:
        """Return what works out when ``limit`` has run out after ``start``, as pauses come and go.

        What it gives may lie beyond the year 9999.
        """
        if limit.working_days or limit.from_date:
            hours, number = self.counted(start, limit, team)
            return Elapsed(None) if number is None else InWholeDays(hours, self.local, start, number)
        if limit.working_time:
            return InWorkingTime(self.hours(team), start, limit.working_time)
        return Elapsed(self._moved(start, limit.months) if limit.months else start + limit.microseconds)

    def _moved(self, instant: Instant, months: int) -> Instant | None:
        moved = by_months(to_datetime(instant, self.local.zone), months)
        try:
            return None if moved is None else from_datetime(moved)
        except ValueError:  # the first or last hours of the calendar belong to another year in UTC
            return None

    def counted(self, start: Instant, limit: Duration, team: str | None) -> tuple[WorkingHours, int | None]:
        """Return which days count towards a limit in whole days, and how many of them it takes.

        ``None`` for a number if it leads beyond the year 9999.
        """
        return self._counted(self.local.of(start), limit, team)

    def _counted(self, day: int, limit: Duration, team: str | None) -> tuple[WorkingHours, int | None]:
        if limit.working_days:
            return self.hours(team), limit.working_days
        if limit.days:
            return self.every_day, limit.days
        last = self.local.months_later(day, limit.months_of_days)
        return self.every_day, None if last is None else self.every_day.between(day, last)

    def before(self, instant: Instant, limit: Duration, team: str | None = None) -> Instant | None:
        """Return the instant that lies ``limit`` before another: what began earlier has run out by then.

        ``None`` if that is before the year 1, or the team has no hours at all. Raises ``ValueError`` for a
        limit from a date, which is for standards alone.
        """
        if limit.from_date:
            msg = "a limit from a date is counted forward only"
            raise ValueError(msg)
        if limit.working_days:
            found = self._working_days_before(instant, limit.working_days, team)
        elif limit.working_time:
            found = self.hours(team).worked_from(instant, limit.working_time)
        else:
            found = self._moved(instant, -limit.months) if limit.months else instant - limit.microseconds
        return None if found is None or found < EARLIEST else found

    def _working_days_before(self, instant: Instant, number: int, team: str | None) -> Instant | None:
        hours = self.hours(team)
        first = hours.back(self.local.of(instant) - 1, number)
        return None if first is None else self.local.start(first)
