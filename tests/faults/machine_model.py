"""What a ledger ought to hold after some commands, worked out naively: a list of entries, and nothing more.

Of the program it uses the shapes of events and entries alone. What a command makes, and whether it is refused,
is asked of ``tests.naive``, which goes through the facts of a case one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

import msgspec

from application.commands import amendments, cases, officers
from application.envelope import Envelope
from domain.cases import events as ev
from domain.event import Entry, Event
from domain.identity import case_stream, command_id, officer_stream
from domain.instant import DAY, FOREVER
from domain.officer import Absent, Back, Enrolled
from domain.rulebook.default import default_rulebook
from tests import naive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Receipt

NEEDS = default_rulebook().needs
"""Which accreditation a category asks for: nobody here has any."""

OF_OFFICERS = ("enrol", "absent", "back")
"""The verbs that are said of officers; all others are of cases."""

AMENDING = (ev.EntryCorrected, ev.EntryRetracted)


class Command(NamedTuple):
    """What is said to the application, and may be said again: ``number`` makes its id.

    ``name`` is that of the case, or of the officer; ``occurred_at`` is in microseconds since 1970 UTC.
    """

    number: int
    verb: str
    name: str
    values: dict[str, Any]
    actor: str = "PS 0088"
    occurred_at: int | None = None

    @property
    def id(self) -> bytes:
        return command_id(f"machine {self.number}")

    @property
    def stream(self) -> bytes:
        return officer_stream(self.name) if self.verb in OF_OFFICERS else case_stream(self.name)

    @property
    def reason(self) -> str:
        """A text of its own, of many lengths up to more than a page of the database."""
        return f"command {self.number} " + "x" * (self.number * 1_237 % 6_000)


def give(app: Longcase, command: Command) -> Receipt:
    """Give a command to the application."""
    by = Envelope(command.actor, occurred_at=command.occurred_at, reason=command.reason, command_id=command.id)
    return _GIVEN[command.verb](app, command.name, by, **command.values)


def _allocate(app: Longcase, reference: str, by: Envelope, *, to: str, team: str | None) -> Receipt:
    return cases.allocate(app, reference, to, by, team=team)


def _act(app: Longcase, reference: str, by: Envelope, *, kind: str, outcome: str | None) -> Receipt:
    return cases.act(app, reference, kind, by, outcome=outcome)


def _correct(
    app: Longcase, reference: str, by: Envelope, *, version: int, values: dict[str, str], at: int | None
) -> Receipt:
    return amendments.correct(app, reference, version, values, by, occurred_at=at)


def _retract(app: Longcase, reference: str, by: Envelope, *, version: int) -> Receipt:
    return amendments.retract(app, reference, version, by)


_GIVEN: dict[str, Callable[..., Receipt]] = {
    "report": cases.report,
    "allocate": _allocate,
    "send back": cases.return_case,
    "act": _act,
    "correct": _correct,
    "retract": _retract,
    "enrol": officers.enrol,
    "absent": officers.absent,
    "back": officers.back,
}


class Impossible(Exception):
    """The application ought to refuse the command."""


class Draft(NamedTuple):
    """A command, and the entries that it ought to make."""

    command: Command
    entries: tuple[Entry, ...]


class Model:
    """The entries that ought to be in the ledger, and the commands that were acknowledged, in their order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.told: list[Draft] = []

    def history(self, stream: bytes, further: Sequence[Draft] = ()) -> list[Entry]:
        """Return the entries of a stream, with those of ``further`` commands."""
        found = [*self.entries, *(entry for draft in further for entry in draft.entries)]
        return [entry for entry in found if entry.stream == stream]

    def draft(self, command: Command, clock: int, before: Sequence[Draft] = ()) -> Draft | None:
        """Return what a command ought to make after ``before``, not placed yet; ``None`` if it is refused."""
        history = self.history(command.stream, before)
        now = max([clock, *(entry.recorded_at for entry in self.entries[-1:])])
        at = command.occurred_at
        if at is None:
            there = naive.believed(history, FOREVER, FOREVER)
            at = max([clock, *(one["at"] for one in there)]) if self.is_ahead(clock) else now
        try:
            seen = Seen(self, history, before, at)
            events = seen.asked(command, _MADE[command.verb](command, seen))
        except Impossible:
            return None
        ids = [command.id, uuid5(UUID(bytes=command.id), "1").bytes]
        return Draft(
            command,
            tuple(
                Entry(0, command.stream, version, at, now, command.actor, "", one, event)
                for version, (one, event) in enumerate(zip(ids, events, strict=False), len(history) + 1)
            ),
        )

    def is_ahead(self, clock: int) -> bool:
        """Say whether the last entry was recorded over a day after what the clock says."""
        return bool(self.entries) and self.entries[-1].recorded_at - clock > DAY

    def take(self, drafts: Sequence[Draft], clock: int) -> list[Draft]:
        """Record the drafts together, acknowledged; return them as they are in the ledger."""
        recorded_at = max([clock, *(entry.recorded_at for entry in self.entries[-1:])])
        ahead = self.is_ahead(clock)
        taken = [self._placed(draft, recorded_at, ahead=ahead) for draft in drafts]
        self.told += taken
        return taken

    def _placed(self, draft: Draft, recorded_at: int, *, ahead: bool) -> Draft:
        as_drafted = ahead or draft.command.occurred_at is not None
        placed = tuple(
            msgspec.structs.replace(
                entry,
                position=position,
                recorded_at=recorded_at,
                occurred_at=entry.occurred_at if as_drafted else recorded_at,
            )
            for position, entry in enumerate(draft.entries, len(self.entries) + 1)
        )
        self.entries += placed
        return Draft(draft.command, placed)


class Seen(NamedTuple):
    """What a command meets: its stream's entries, the others, and the instant at which it occurs."""

    model: Model
    history: list[Entry]
    before: Sequence[Draft]
    at: int

    def facts(self) -> list[naive.Fact]:
        """Return what is believed of the case by then; raise ``Impossible`` if it had not been reported."""
        facts = naive.believed(self.history, self.at, FOREVER)
        if all(one["topic"] != ev.Reported.TOPIC for one in facts):
            raise Impossible
        return facts

    def fit(self, name: str, facts: list[naive.Fact]) -> tuple[str, str | None, tuple[str, ...]]:
        """Return an officer's name as enrolled, their team, and what makes them unfit for the case."""
        found = register(self.model.history(officer_stream(name), self.before), self.at)
        if found.enrolled is None:
            return name, None, ("owner-not-enrolled",)
        needed = naive.about(facts)["category"] in NEEDS
        flags = [("owner-unaccredited", needed), ("owner-absent", found.absent)]
        return found.enrolled.officer, found.enrolled.team, tuple(flag for flag, holds in flags if holds)

    def asked(self, command: Command, events: list[Event]) -> list[Event]:
        """Return the events of a case with what the register, if there is one, says of who acts."""
        there = [*self.model.entries, *(entry for draft in self.before for entry in draft.entries)]
        if command.verb in OF_OFFICERS or not any(isinstance(one.event, Enrolled) for one in there):
            return events
        found = register(self.model.history(officer_stream(command.actor), self.before), self.at)
        new = ("actor-not-enrolled",) if found.enrolled is None else ("actor-absent",) if found.absent else ()
        return [msgspec.structs.replace(event, flags=(*event.flags, *new)) for event in events]

    def named(self, version: int) -> Entry:
        """Return an entry that can be amended; raise ``Impossible`` if it is not there, or retracted."""
        found = [one for one in self.history if one.version == version]
        if not found or not naive.stands(version, self.history):
            raise Impossible
        return found[0]


class Register(NamedTuple):
    """How an officer stands: as whom they were enrolled last, and whether they are absent."""

    enrolled: Enrolled | None
    absent: bool


def register(history: Sequence[Entry], at: int) -> Register:
    """Return how an officer stands at an instant."""
    known = [one for one in history if one.occurred_at <= at]
    events = [one.event for one in sorted(known, key=lambda one: (one.occurred_at, one.version))]
    enrolled = [event for event in events if isinstance(event, Enrolled)]
    return Register(enrolled[-1] if enrolled else None, bool(events) and isinstance(events[-1], Absent))


def _fields(command: Command) -> dict[str, Any]:
    return {"reason": command.reason, "via": "cli"}


def _reported(command: Command, seen: Seen) -> list[Event]:
    if seen.history:
        raise Impossible
    risk, category = command.values["risk"], command.values["category"]
    reported = ev.Reported(reference=command.name, category=category, **_fields(command))
    return [reported, *([ev.RiskAssessed(risk=risk, **_fields(command))] if risk else [])]


def _allocated(command: Command, seen: Seen) -> list[Event]:
    facts = seen.facts()
    name, team, unfit = seen.fit(command.values["to"], facts)
    team = command.values["team"] or team
    stands = naive.ownership(facts)
    if stands["owner"] and (naive.plain(stands["owner"]), stands["team"]) == (naive.plain(name), team):
        raise Impossible
    return [ev.Allocated(officer=name, team=team, flags=unfit, **_fields(command))]


def _sent_back(command: Command, seen: Seen) -> list[Event]:
    owner = naive.ownership(seen.facts())["owner"]
    if not owner:
        raise Impossible
    return [ev.Returned(officer=owner, **_fields(command))]


def _acted(command: Command, seen: Seen) -> list[Event]:
    seen.facts()
    counts = command.values["kind"] != "contact-attempted"
    return [ev.ActionRecorded(**command.values, counts=counts, **_fields(command))]


def _corrected(command: Command, seen: Seen) -> list[Event]:
    facts = seen.facts()
    flags: tuple[str, ...] = ()
    entry = seen.named(command.values["version"])
    if isinstance(entry.event, AMENDING):
        raise Impossible
    values: dict[str, Any] = {name: text or None for name, text in command.values["values"].items()}
    if command.values["at"] is not None:
        values["occurred_at"] = command.values["at"]
    if "kind" in values:
        values["counts"] = values["kind"] != "contact-attempted"
    if "officer" in values:
        values["officer"], _, flags = seen.fit(values["officer"], facts)
    stands = next(
        one for one in naive.believed(seen.history, FOREVER, FOREVER) if one["version"] == entry.version
    )
    if all(stands["at" if name == "occurred_at" else name] == value for name, value in values.items()):
        raise Impossible
    return [ev.EntryCorrected(entry=entry.version, values=values, flags=flags, **_fields(command))]


def _retracted(command: Command, seen: Seen) -> list[Event]:
    seen.facts()
    entry = seen.named(command.values["version"])
    if isinstance(entry.event, ev.Reported):
        raise Impossible
    return [ev.EntryRetracted(entry=entry.version, **_fields(command))]


def _enrolled(command: Command, seen: Seen) -> list[Event]:
    if register(seen.history, seen.at).enrolled is not None:
        raise Impossible
    return [Enrolled(officer=command.name, team=command.values["team"], **_fields(command))]


def _absent(command: Command, seen: Seen) -> list[Event]:
    found = register(seen.history, seen.at)
    if found.enrolled is None or found.absent:
        raise Impossible
    return [Absent(**_fields(command))]


def _back(command: Command, seen: Seen) -> list[Event]:
    found = register(seen.history, seen.at)
    if found.enrolled is None or not found.absent:
        raise Impossible
    return [Back(**_fields(command))]


_MADE: dict[str, Callable[[Command, Seen], list[Event]]] = {
    "report": _reported,
    "allocate": _allocated,
    "send back": _sent_back,
    "act": _acted,
    "correct": _corrected,
    "retract": _retracted,
    "enrol": _enrolled,
    "absent": _absent,
    "back": _back,
}
