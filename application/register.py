"""The register of officers, asked at every entry of a case about whoever acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain import officer
from domain.cases.amendments import root
from domain.cases.belief import AMENDING
from domain.cases.events import Reopened, Resolved, Restricted, Unrestricted
from domain.cases.person_flags import sides
from domain.errors import Forbidden
from domain.identity import known, officer_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from application.app import Longcase
    from application.envelope import Build, Envelope
    from application.known_register import KnownRegister
    from domain.cases.history import History
    from domain.event import Entry, Event
    from domain.instant import Instant
    from domain.officer import Officer

REACH = 10_000
"""How many entries, the first and the last of the ledger, are searched for one of a register."""

_PEOPLE = 1_000
"""How many people's entries a process keeps at hand."""

_DECIDING = (Resolved, Reopened, Unrestricted)
_UNDOING = (*_DECIDING, Restricted)


def flagged(app: Longcase, build: Build, by: Envelope) -> Build:
    """Return ``build`` with each event flagged for what the register says of who acts, and for whom.

    It is asked as at the instant at which the event occurs. A store without a register flags nobody.
    """

    def events(history: History, at: Instant) -> Sequence[Event]:
        made = build(history, at)
        people = acting(app, by, at)
        return [with_flags(event, by.role, people) for event in made] if people else made

    return events


def acting(app: Longcase, by: Envelope, at: Instant) -> Sequence[Officer]:
    """Return what the register says, as at ``at``, of who acts, and for whom; nothing if there is no register."""
    if app.register.exists is False and not kept(app):
        return ()
    people = [_state(app, name, at) for name in (by.actor, by.on_behalf_of) if name]
    return people if any(one.enrolled_at is not None for one in people) or kept(app) else ()


def _state(app: Longcase, name: str, at: Instant) -> Officer:
    entries = _entries(app, name)
    return officer.fold(entries, at) if entries else officer.Officer()


def _entries(app: Longcase, name: str) -> list[Entry]:
    """Return the entries of the register about somebody, read once as long as the register stays as it is."""
    if app.looks_back:
        return _read(app, name)
    people = _up_to_date(app).people
    if name not in people:
        if len(people) >= _PEOPLE:
            people.clear()
        people[name] = _read(app, name)
    return people[name]


def _read(app: Longcase, name: str) -> list[Entry]:
    return app.read(known(officer_stream, name, app.read))


def _up_to_date(app: Longcase) -> KnownRegister:
    """Return what is known of the register, after a search of what others recorded lately."""
    seen, head = app.register, app.head
    if seen.until == head:
        return seen
    if not 0 < seen.until < head <= seen.until + REACH:
        seen.people.clear()
        seen.exists = seen.exists or None
    elif app.ledger.any_like("officer.", seen.until + 1, head):
        seen.found()
    seen.until = head
    return seen


def with_flags(event: Event, role: str, people: Sequence[Officer]) -> Event:
    """Return ``event`` with what is irregular about ``people``, who act in ``role`` or for whom somebody does."""
    found = [officer.irregularities(*one) for one in zip(people, sides(event, role), strict=False)]
    new = dict.fromkeys(flag for flags in found for flag in flags)
    return msgspec.structs.replace(event, flags=(*event.flags, *new)) if new else event


def check_known(app: Longcase, history: History, entry: Entry) -> None:
    """Raise ``Forbidden`` if somebody whom the register does not know closes, reopens or lifts a restriction.

    So does whoever amends an entry that did. A store without a register refuses nobody.
    """
    if not _decides(history, entry) or _entries(app, entry.actor) or not kept(app):
        return
    from domain.spelling import did_you_mean, nearest  # (a slip of the finger is the exception)

    near = [name for name in nearest(entry.actor, _people(history)) if _entries(app, name)]
    why = f"the register of officers does not know {entry.actor}, and this is for those whom it knows"
    raise Forbidden(why, hints=(*did_you_mean(near), "longcase officer enrol ID enters somebody in the register"))


def _decides(history: History, entry: Entry) -> bool:
    if isinstance(entry.event, AMENDING):
        return isinstance(root(history.entries, entry).event, _UNDOING)
    return isinstance(entry.event, _DECIDING)


def _people(history: History) -> Iterator[str]:
    """Yield who acted in a case, or had it."""
    for entry in history.entries:
        yield entry.actor
        given_to = getattr(entry.event, "officer", None)
        if given_to:
            yield given_to


def kept(app: Longcase) -> bool:
    """Say whether the store has a register: whether the first or the last of its entries hold one of it.

    A process that has looked searches further on only what was recorded since.
    """
    seen, head = _up_to_date(app), app.head
    if seen.exists is None:
        spans = ((1, min(REACH, head)), (max(REACH, head - REACH) + 1, head))
        seen.exists = any(first <= last and app.ledger.any_like("officer.", first, last) for first, last in spans)
    return seen.exists
