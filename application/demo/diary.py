"""What is done about one case, gathered in any order, and told in the order in which it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from application.commands import cases
from application.demo.force import SERGEANTS, constable
from domain.instant import DAY, SECOND, Instant, to_datetime
from domain.rulebook.default import default_rulebook
from domain.working_time.calendar import Calendar

if TYPE_CHECKING:
    from application.demo.dice import Chance
    from application.demo.script import Command, Person, Story

MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
OPENING: Final = 8
CLOSING: Final = 17
"""The office hours, in UTC."""

_FORMALITIES: Final = frozenset({"report", "allocate", "request-closure", "contact-attempted", "note"})
"""What is no work on a case, and does not end a silence."""


class Subject(NamedTuple):
    """A case that something is done about; ``reported_at`` and ``until`` are microseconds since 1970 UTC.

    ``until`` is when the work is over and somebody asks for closure, beyond the scenario's end if never.
    """

    category: str
    risk: str
    team: str
    owner: str
    reported_at: Instant
    until: Instant


class Deed(NamedTuple):
    """Something done: ``kind`` is an action's kind or the command's name, ``late`` how long it went unrecorded.

    The first argument of a command that ``amends`` an earlier deed is that deed's entry, known when it is told.
    """

    at: Instant
    kind: str
    who: Person
    command: Command
    arguments: tuple[Any, ...]
    given: dict[str, Any]
    late: int = 0
    amends: Deed | None = None

    @property
    def recorded_at(self) -> Instant:
        """When the ledger took it, in microseconds since 1970 UTC."""
        return self.at + self.late

    @property
    def is_work(self) -> bool:
        """Whether it ends a silence, as a pause does while it lasts."""
        return self.kind not in _FORMALITIES


class Diary:
    """The deeds of one case."""

    def __init__(self, subject: Subject, chance: Chance) -> None:
        """Begin with nothing done."""
        self.subject, self.chance = subject, chance
        self.deeds: list[Deed] = []

    def add(
        self,
        at: Instant,
        kind: str,
        who: Person,
        command: Command,
        *arguments: Any,  # noqa: ANN401  (whatever the command takes)
        amends: Deed | None = None,
        **given: Any,  # noqa: ANN401  (as above)
    ) -> Deed:
        """Note that ``who`` gives ``command`` at ``at``, and return that deed."""
        deed = Deed(at, kind, who, command, arguments, given, amends=amends)
        self.deeds.append(deed)
        return deed

    def act(self, at: Instant, kind: str, who: Person | None = None, outcome: str | None = None) -> Deed:
        """Note an action, by the owner unless somebody else is named."""
        given: dict[str, Any] = {"outcome": outcome} if outcome else {}
        return self.add(at, kind, who or constable(self.subject.owner), cases.act, kind, **given)

    def allocate(self, at: Instant, owner: str) -> None:
        """Note that the team's sergeant gives the case to ``owner``."""
        self.add(at, "allocate", SERGEANTS[self.subject.team], cases.allocate, owner)

    def soon(self, least: int, most: int) -> Instant:
        """Return an instant some hours after the report."""
        return self.subject.reported_at + self.chance.between(least * 60, most * 60) * MINUTE

    def day(self, least: int, most: int) -> Instant:
        """Return an instant in office hours between so many days after the report, on a working day if it can."""
        return self.in_office(self.subject.reported_at + self.chance.between(least, most) * DAY)

    def working_day(self, least: int, most: int, since: Instant | None = None) -> Instant:
        """Return an instant in office hours, so many working days after ``since``, or else the report."""
        start = self.subject.reported_at if since is None else since
        left, day = self.chance.between(least, most), start // DAY
        while left:
            day += 1
            left -= is_working_day(day * DAY)
        return self.at_work(day * DAY)

    def in_office(self, instant: Instant) -> Instant:
        """Return an instant of office hours on that day, or on the working day before if the report is older."""
        day = instant // DAY
        while not is_working_day(day * DAY) and day - 1 > self.subject.reported_at // DAY:
            day -= 1
        return self.at_work(day * DAY)

    def at_work(self, instant: Instant) -> Instant:
        """Return an instant of office hours on that day."""
        minutes = self.chance.between(OPENING * 60, CLOSING * 60)
        return instant // DAY * DAY + minutes * MINUTE

    def tell(self, story: Story, last: Instant) -> None:
        """Tell ``story`` what was recorded by ``last``, in that order."""
        recorded: list[Deed] = []
        for deed in sorted(self.deeds, key=lambda one: one.recorded_at):
            if deed.recorded_at > last:
                break
            recorded.append(deed)
            amended = () if deed.amends is None else (1 + recorded.index(deed.amends),)
            occurred = deed.at if deed.late else None
            story(
                deed.recorded_at,
                deed.who,
                deed.command,
                *amended,
                *deed.arguments,
                occurred=occurred,
                **deed.given,
            )


def is_working_day(instant: Instant) -> bool:
    """Say whether the day of an instant, in UTC, is one on which the force's offices work."""
    return _CALENDAR.working_day(to_datetime(instant).date())


_CALENDAR: Final = Calendar(default_rulebook().calendar)
