"""The commands on the register of officers."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from application.recording import record
from domain import officer
from domain.identity import identifier, known, officer_stream
from domain.instant import zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.event import Entry, Event
    from domain.instant import Instant


def _check(app: Longcase, history: History, entry: Entry) -> None:
    state = officer.fold(history.entries, entry.occurred_at)
    dated = state.left_at is not None or state.absent_until is not None
    zone = zone_of(app.ledger.setting("zone") or "UTC") if dated else UTC
    officer.check(state, entry, zone)


def _on_officer(app: Longcase, name: str, kind: type[Event], by: Envelope, /, **values: Any) -> Receipt:
    event = kind(**values, **by.fields())
    stream = known(officer_stream, name, app.entries)
    return record(app, stream, kind, lambda _history, _at: [event], partial(_check, app), by)


def enrol(
    app: Longcase, name: str, by: Envelope, *, team: str | None = None, side: officer.Side = "force"
) -> Receipt:
    """Enter an officer in the register, as one of the force or of the inspectorate."""
    called = identifier(name, "the officer")
    place = identifier(team, "the team") if team else None
    return _on_officer(app, called, officer.Enrolled, by, officer=called, team=place, side=side)


def accredit(
    app: Longcase,
    name: str,
    accreditation: str,
    by: Envelope,
    *,
    since: Instant | None = None,
    until: Instant | None = None,
) -> Receipt:
    """Record that an officer may do a kind of work, from an instant until before another (microseconds, UTC).

    With no ``since`` it begins when this occurs, with no ``until`` it has no end. One that began before now
    occurred then, or when the officer was enrolled, if ``by`` does not say when: so it counts from its
    beginning, and is known from today.
    """
    work = identifier(accreditation, "the accreditation")
    if since is not None and by.occurred_at is None:
        by = msgspec.structs.replace(by, occurred_at=_began(app, name, since, by))
    return _on_officer(app, name, officer.Accredited, by, accreditation=work, since=since, until=until)


def _began(app: Longcase, name: str, since: Instant, by: Envelope) -> Instant | None:
    """Return when an accreditation since then occurred, if before now; now is when it was first asked for."""
    history = app.history(known(officer_stream, name, app.entries))
    made = history.command(by.command_id)
    entries = history.entries[: made[0].version - 1] if made else history.entries
    if since > (made[0].recorded_at if made else app.clock()):
        return None
    return max(since, officer.fold(entries).enrolled_at or since)


def lapse(app: Longcase, name: str, accreditation: str, by: Envelope) -> Receipt:
    """Record that an accreditation ended."""
    return _on_officer(app, name, officer.AccreditationLapsed, by, accreditation=accreditation)


def absent(
    app: Longcase, name: str, by: Envelope, *, until: Instant | None = None, deputy: str | None = None
) -> Receipt:
    """Record that an officer is away, until before an instant (microseconds, UTC), and who stands in for them.

    A deputy who is away themselves as it begins is flagged; raises ``Refused`` for one who is not enrolled, who
    has left, or who is the officer.
    """
    stream = known(officer_stream, name, app.entries)

    def events(_history: History, at: Instant) -> Sequence[Event]:
        if deputy is None:
            return [officer.Absent(until=until, **by.fields())]
        stands_in = _deputy(app, deputy, at)
        flags = () if stands_in.absent_since is None else ("deputy-absent",)
        return [officer.Absent(until=until, deputy=stands_in.identifier, flags=flags, **by.fields())]

    return record(app, stream, officer.Absent, events, partial(_check, app), by)


def _deputy(app: Longcase, name: str, at: Instant) -> officer.Officer:
    """Return who is to stand in, as at ``at``; raise ``Refused`` if they cannot."""
    called = identifier(name, "the deputy")
    state = officer.fold(app.entries(known(officer_stream, called, app.entries)), at)
    officer.check_deputy(called, state, zone_of(app.ledger.setting("zone") or "UTC"))
    return state


def back(app: Longcase, name: str, by: Envelope) -> Receipt:
    """Record that an officer is back."""
    return _on_officer(app, name, officer.Back, by)


def move(app: Longcase, name: str, team: str, by: Envelope) -> Receipt:
    """Record that an officer moved to another team."""
    return _on_officer(app, name, officer.Moved, by, team=identifier(team, "the team"))


def leave(app: Longcase, name: str, by: Envelope) -> Receipt:
    """Record that an officer left."""
    return _on_officer(app, name, officer.Left, by)
