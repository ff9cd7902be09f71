"""The commands on warrants: seeking one, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.commands.cases import on_case
from domain.cases import events as ev
from domain.cases.restrictions import may_read
from domain.errors import Refused
from domain.identity import identifier

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.cases.state import Case
    from domain.event import Event
    from domain.instant import Instant


def seek(
    app: Longcase,
    reference: str,
    by: Envelope,
    *,
    warrant: str | None = None,
    kind: str = "search",
    court: str | None = None,
    grounds: str | None = None,
) -> Receipt:
    """Ask a court for a warrant; without a name it is W1, W2 and so on."""

    def event(_case: Case, history: History, _at: Instant) -> Event:
        count = sum(isinstance(entry.event, ev.WarrantSought) for entry in history.entries)
        name = f"W{count + 1}" if warrant is None else identifier(warrant, "the warrant")
        return ev.WarrantSought(warrant=name, kind=kind, court=court, grounds=grounds, **by.fields())

    return on_case(app, reference, ev.WarrantSought, event, by)


def _only_warrant(case: Case, given: str | None, *, readable: bool) -> str:
    if given is not None:
        return given
    if not readable:  # what refuses the command would name the warrant that was meant
        raise Refused("the case is restricted, and its warrants are not told", hints=("say which: --warrant W1",))
    names = list(case.warrants)
    if len(names) == 1:
        return names[0]
    found = f"{len(names)} warrants" if names else "no warrant"
    which = " or ".join(names) or "W1"
    raise Refused(f"the case had {found} by then", hints=(f"say which: --warrant {which}",))


def _warrant(
    app: Longcase, reference: str, kind: Any, by: Envelope, warrant: str | None, **values: Any
) -> Receipt:
    def event(case: Case, history: History, _at: Instant) -> Event:
        which = _only_warrant(case, warrant, readable=may_read(history.case(), by.actor, by.role))
        event: Event = kind(warrant=which, **values, **by.fields())
        return event

    return on_case(app, reference, kind, event, by)


def grant(
    app: Longcase, reference: str, by: Envelope, *, warrant: str | None = None, court: str | None = None
) -> Receipt:
    """Record that the court granted the warrant; without a name it is the case's only one."""
    return _warrant(app, reference, ev.WarrantGranted, by, warrant, court=court)


def refuse(
    app: Longcase,
    reference: str,
    by: Envelope,
    *,
    warrant: str | None = None,
    court: str | None = None,
    grounds: str | None = None,
) -> Receipt:
    """Record that the court refused the warrant."""
    return _warrant(app, reference, ev.WarrantRefused, by, warrant, court=court, grounds=grounds)


def execute(
    app: Longcase, reference: str, by: Envelope, *, warrant: str | None = None, outcome: str | None = None
) -> Receipt:
    """Record that the warrant was carried out; one that was never granted cannot have been."""
    return _warrant(app, reference, ev.WarrantExecuted, by, warrant, outcome=outcome)


def withdraw(app: Longcase, reference: str, by: Envelope, *, warrant: str | None = None) -> Receipt:
    """Record that the request or the warrant was given up."""
    return _warrant(app, reference, ev.WarrantWithdrawn, by, warrant)
