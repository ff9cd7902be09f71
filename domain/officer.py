"""Officers: enough of them to own cases, with their team, accreditations, absences and leaving.

An accreditation runs from one instant until before another, and an officer may have had the same one several
times. Given again while it runs, it goes on until its new end; one that is to begin later stands beside it.
When it lapses, what runs then is over, and what was to begin later still does.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec

from domain.cases.belief import in_order
from domain.errors import Refused
from domain.event import Entry, Event
from domain.identity import same_name
from domain.instant import FOREVER, Instant, to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo


Side = Literal["force", "inspectorate"]
"""Whose somebody is: the force's, or the inspectorate's that looks at it from outside."""


class Enrolled(Event, frozen=True, kw_only=True):
    """The officer joined, in a team, as one of the force or of the inspectorate."""

    TOPIC: ClassVar[str] = "officer.enrolled"
    officer: str
    team: str | None = None
    side: Side = "force"


class Accredited(Event, frozen=True, kw_only=True):
    """The officer was accredited for a kind of work from ``since`` until before ``until``.

    Both are microseconds UTC; with no ``since`` it began when this occurred, with no ``until`` it has no end.
    It counts as accredited at no instant before this occurred, whatever ``since`` says.
    """

    TOPIC: ClassVar[str] = "officer.accredited"
    accreditation: str
    until: Instant | None = None
    since: Instant | None = None


class AccreditationLapsed(Event, frozen=True, kw_only=True):
    """The accreditation ended."""

    TOPIC: ClassVar[str] = "officer.accreditation-lapsed"
    accreditation: str


class Absent(Event, frozen=True, kw_only=True):
    """The officer was away from then on, until before ``until`` (microseconds UTC), or until they were back.

    ``deputy`` is the officer who looks after their cases meanwhile. Of an absence that runs it changes what it
    names.
    """

    TOPIC: ClassVar[str] = "officer.absent"
    until: Instant | None = None
    deputy: str | None = None


class Back(Event, frozen=True, kw_only=True):
    """The officer was back."""

    TOPIC: ClassVar[str] = "officer.back"


class Moved(Event, frozen=True, kw_only=True):
    """The officer moved to another team."""

    TOPIC: ClassVar[str] = "officer.moved"
    team: str


class Left(Event, frozen=True, kw_only=True):
    """The officer left."""

    TOPIC: ClassVar[str] = "officer.left"


Run = tuple[Instant, Instant]
"""From when, and until before when, an accreditation holds; ``FOREVER`` where no end is set."""


class Officer(msgspec.Struct):
    """An officer's state; ``enrolled_at`` stays when they leave, and ``left_at`` says that they did.

    ``accreditations`` holds every run of each, past, present and to come, in order of their beginning. While they
    are absent, ``absent_until`` is the instant at which that ends by itself, and ``deputy`` who stands in.
    """

    identifier: str = ""
    team: str | None = None
    enrolled_at: Instant | None = None
    accreditations: dict[str, tuple[Run, ...]] = {}
    absent_since: Instant | None = None
    left_at: Instant | None = None
    side: Side = "force"
    absent_until: Instant | None = None
    deputy: str | None = None

    def held(self, at: Instant) -> dict[str, Run]:
        """Return the accreditations that hold at ``at``, by name, each with the run that does."""
        found = {}
        for name in sorted(self.accreditations):
            running = [run for run in self.accreditations[name] if run[0] <= at < run[1]]
            if running:
                found[name] = running[0][0], max(until for _, until in running)
        return found


def _with_run(runs: tuple[Run, ...], new: Run) -> tuple[Run, ...]:
    """Return ``runs`` with one more: what runs, or ends, as it begins goes on until the new end."""
    since, until = new
    going_on = [run for run in runs if run[0] <= since <= run[1]]
    kept = [run for run in runs if run not in going_on]
    begun = min([since, *(run[0] for run in going_on)])
    return tuple(sorted([*kept, *([(begun, until)] if begun < until else [])]))


def _lapsed(runs: tuple[Run, ...], at: Instant) -> tuple[Run, ...]:
    ended = [(since, at) if since <= at < until else (since, until) for since, until in runs]
    return tuple(run for run in ended if run[0] < run[1])


def _accredited(officer: Officer, at: Instant, event: Accredited) -> None:
    since = at if event.since is None else event.since
    until = FOREVER if event.until is None else event.until
    runs = officer.accreditations.get(event.accreditation, ())
    officer.accreditations[event.accreditation] = _with_run(runs, (since, until))


def pass_time(officer: Officer, at: Instant) -> None:
    """Let it be ``at``: an absence whose end was set beforehand, and is reached, is over."""
    if officer.absent_until is not None and officer.absent_until <= at:
        _present(officer)


def _present(officer: Officer) -> None:
    officer.absent_since = officer.absent_until = officer.deputy = None


def _absent(officer: Officer, at: Instant, event: Absent) -> None:
    """Begin an absence, or change the end and the deputy of the one that runs as far as the event names them."""
    if officer.absent_since is None or (event.until is None and event.deputy is None):
        officer.absent_since = at
    officer.absent_until, officer.deputy = _named(officer, event)


def _named(officer: Officer, event: Absent) -> tuple[Instant | None, str | None]:
    until = officer.absent_until if event.until is None else event.until
    return until, event.deputy or officer.deputy


def apply(officer: Officer, entry: Entry) -> None:
    """Change ``officer`` by one entry, in order; an event that is no officer's raises ``TypeError``."""
    pass_time(officer, entry.occurred_at)
    match entry.event:
        case Enrolled(officer=identifier, team=team, side=side):
            officer.identifier, officer.team, officer.side = identifier, team, side
            officer.enrolled_at, officer.left_at = entry.occurred_at, None
            _present(officer)
        case Accredited() as event:
            _accredited(officer, entry.occurred_at, event)
        case AccreditationLapsed(accreditation=name):
            runs = officer.accreditations.get(name, ())
            officer.accreditations[name] = _lapsed(runs, entry.occurred_at)
        case Absent() as event:
            _absent(officer, entry.occurred_at, event)
        case Back():
            _present(officer)
        case Moved(team=team):
            officer.team = team
        case Left():
            officer.left_at = entry.occurred_at
        case other:
            msg = f"{type(other).__name__} is no event of an officer"
            raise TypeError(msg)


def fold(entries: Iterable[Entry], as_at: Instant = FOREVER) -> Officer:
    """Return an officer's state as at ``as_at`` (microseconds, UTC), that instant included."""
    officer = Officer()
    for entry in sorted(entries, key=in_order):
        if entry.occurred_at <= as_at:
            apply(officer, entry)
    pass_time(officer, as_at)
    return officer


def _check_service(officer: Officer, event: Event, zone: tzinfo) -> None:
    serves = officer.enrolled_at is not None and officer.left_at is None
    if isinstance(event, Enrolled) != serves:
        return
    if serves:
        raise Refused("the officer is enrolled already")
    if officer.left_at is None:
        raise Refused("the officer is not enrolled", hints=("longcase officer enrol ID --team T",))
    hint = "longcase officer enrol ID --team T, if they have come back"
    raise Refused(f"the officer left on {_day(officer.left_at, zone)}", hints=(hint,))


def check(officer: Officer, entry: Entry, zone: tzinfo = UTC) -> None:
    """Raise ``Refused`` if ``entry`` cannot have happened in the state ``officer``; days are in ``zone``."""
    event = entry.event
    _check_service(officer, event, zone)
    if isinstance(event, Absent):
        _check_absence(officer, event, entry.occurred_at, zone)
    if isinstance(event, Back) and officer.absent_since is None:
        raise Refused("the officer is not absent")
    if isinstance(event, AccreditationLapsed) and event.accreditation not in officer.held(entry.occurred_at):
        raise Refused(f"the officer has no accreditation {event.accreditation}")
    if isinstance(event, Accredited) and event.until is not None:
        since = entry.occurred_at if event.since is None else event.since
        if event.until <= since:
            raise Refused("an accreditation must end after it begins", hints=("give --from, or another --until",))


def _check_absence(officer: Officer, event: Absent, at: Instant, zone: tzinfo) -> None:
    if event.until is not None and event.until <= at:
        raise Refused("an absence must end after it begins", hints=("give --at, or another --until",))
    if event.deputy is not None and same_name(event.deputy, officer.identifier):
        raise Refused("nobody is their own deputy")
    if officer.absent_since is None or _named(officer, event) != (officer.absent_until, officer.deputy):
        return
    through = "" if officer.absent_until is None else f", through {_day(officer.absent_until - 1, zone)}"
    hint = "--until and --deputy change an absence that runs; longcase officer back ID ends it"
    raise Refused(f"the officer is absent already{through}", hints=(hint,))


def check_deputy(name: str, deputy: Officer, zone: tzinfo = UTC) -> None:
    """Raise ``Refused`` if ``deputy``, as they are when it begins, cannot stand in for anybody."""
    if deputy.enrolled_at is None:
        raise Refused(f"{name} is not enrolled, and can be nobody's deputy")
    if deputy.left_at is not None:
        raise Refused(f"{name} left on {_day(deputy.left_at, zone)}, and can be nobody's deputy")


def _day(at: Instant, zone: tzinfo) -> str:
    day = to_datetime(at, zone)
    return f"{day.day} {day:%b} {day.year}"


def unfitness(officer: Officer, needed: str | None, at: Instant) -> tuple[str, ...]:
    """Return why ``officer`` should not be given a case at ``at`` that needs accreditation ``needed``."""
    if officer.enrolled_at is None:
        return ("owner-not-enrolled",)
    reasons = []
    if needed is not None and needed not in officer.held(at):
        reasons.append("owner-unaccredited")
    if officer.absent_since is not None:
        reasons.append("owner-absent")
    if officer.left_at is not None:
        reasons.append("owner-left")
    return tuple(reasons)


def irregularities(officer: Officer, side: str | None) -> tuple[str, ...]:
    """Return what is irregular about somebody who acts in the state ``officer``.

    ``side`` is that in whose role they act; ``None`` where the role is neither's.
    """
    if officer.enrolled_at is None:
        return ("actor-not-enrolled",)
    reasons = []
    if officer.absent_since is not None:
        reasons.append("actor-absent")
    if officer.left_at is not None:
        reasons.append("actor-left")
    if side is not None and side != officer.side:
        reasons.append("role-of-another-side")
    return tuple(reasons)
