"""Officers: enough of them to own cases, with their team, accreditations, absences and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from domain.belief import in_order
from domain.errors import Refused
from domain.event import Entry, Event
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable


class Enrolled(Event, frozen=True, kw_only=True):
    """The officer joined, in a team."""

    TOPIC: ClassVar[str] = "officer.enrolled"
    officer: str
    team: str | None = None


class Accredited(Event, frozen=True, kw_only=True):
    """The officer was accredited for a kind of work until ``until`` (microseconds, UTC), or with no end."""

    TOPIC: ClassVar[str] = "officer.accredited"
    accreditation: str
    until: Instant | None = None


class AccreditationLapsed(Event, frozen=True, kw_only=True):
    """The accreditation ended."""

    TOPIC: ClassVar[str] = "officer.accreditation-lapsed"
    accreditation: str


class Absent(Event, frozen=True, kw_only=True):
    """The officer was away from then on."""

    TOPIC: ClassVar[str] = "officer.absent"


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


class Officer(msgspec.Struct):
    """An officer's state: ``accreditations`` holds when each ends (``FOREVER`` where no end is set)."""

    identifier: str = ""
    team: str | None = None
    enrolled_at: Instant | None = None
    accreditations: dict[str, Instant] = {}
    absent_since: Instant | None = None
    left_at: Instant | None = None


def apply(officer: Officer, entry: Entry) -> None:
    """Change ``officer`` by one entry, in order; an event that is no officer's raises ``TypeError``."""
    match entry.event:
        case Enrolled(officer=identifier, team=team):
            officer.identifier, officer.team = identifier, team
            officer.enrolled_at, officer.left_at = entry.occurred_at, None
        case Accredited(accreditation=name, until=until):
            officer.accreditations[name] = FOREVER if until is None else until
        case AccreditationLapsed(accreditation=name):
            officer.accreditations.pop(name, None)
        case Absent():
            officer.absent_since = entry.occurred_at
        case Back():
            officer.absent_since = None
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
    return officer


def check(officer: Officer, entry: Entry) -> None:
    """Raise ``Refused`` if ``entry`` cannot have happened in the state ``officer``."""
    event = entry.event
    enrolled = officer.enrolled_at is not None and officer.left_at is None
    if isinstance(event, Enrolled) == enrolled:
        known = "is enrolled already" if enrolled else "is not enrolled"
        raise Refused(f"the officer {known}", hints=() if enrolled else ("longcase officer enrol ID --team T",))
    if isinstance(event, Absent) and officer.absent_since is not None:
        raise Refused("the officer is absent already")
    if isinstance(event, Back) and officer.absent_since is None:
        raise Refused("the officer is not absent")
    if isinstance(event, AccreditationLapsed) and event.accreditation not in officer.accreditations:
        raise Refused(f"the officer has no accreditation {event.accreditation}")


def unfitness(officer: Officer, needed: str | None, at: Instant) -> tuple[str, ...]:
    """Return why ``officer`` should not be given a case at ``at`` that needs accreditation ``needed``."""
    if officer.enrolled_at is None:
        return ("owner-not-enrolled",)
    reasons = []
    if needed is not None and officer.accreditations.get(needed, at) <= at:
        reasons.append("owner-unaccredited")
    if officer.absent_since is not None:
        reasons.append("owner-absent")
    if officer.left_at is not None:
        reasons.append("owner-left")
    return tuple(reasons)
