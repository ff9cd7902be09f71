"""What comes next, under the names of the contract: when, in which case, what is wanted and the command for it.

And as events of a calendar, which leaves the store: a plain one has the reference, the words of the rulebook and
a command without names, and so nobody's name and nothing that was written in the case.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from domain.cases.children import UNNAMED
from domain.instant import SECOND
from presentation.commands import meeting
from presentation.icalendar import CalendarEvent
from presentation.stalled import NO_NAMES, explanation
from projections.fields import copied, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.agenda import Awaited

_NOBODY: Final = {
    "owner-unavailable": "its owner is absent or has left",
    "owner-unaccredited": "its owner lacks an accreditation",
}
"""What is said of an owner where no officer is named."""

FIELDS: Final = fields(
    "due overdue_seconds reference category risk owner team cause standard child unnamed since explanation "
    "command alternatives open"
)
"""What an item holds, in the order of the contract."""


_DIGITS: Final = 32


def item(
    one: Awaited,
    as_at: Instant,
    rulebooks: RulebookVersions,
    names: Mapping[int, str] = NO_NAMES,
    *,
    named: bool = True,
) -> dict[str, Any]:
    """Return what comes next under the names of the contract; instants are microseconds UTC.

    ``names`` and ``named`` are as for ``presentation.stalled.item``.
    """
    cause = one.cause
    child = names.get(cause.child) if named else None
    typed = meeting(one.reference, cause, rulebooks, child, named=named)
    return {
        "due": cause.due,
        "overdue_seconds": (as_at - cause.due) // SECOND,
        **copied(one, FIELDS[2:7]),
        "cause": cause.cause,
        "standard": cause.standard or None,
        "child": child,
        "unnamed": cause.child == UNNAMED,
        "since": cause.since,
        "explanation": explanation(cause, rulebooks, child, named=named),
        "command": typed[0] if typed else None,
        "alternatives": typed[1:],
        "open": one.closed_at is None,
    }


def event(one: Awaited, shown: Mapping[str, Any], store: str) -> CalendarEvent:
    """Return what comes next as an event, with the texts of ``shown``, its item.

    ``store`` is the id of the store, so that no other store has the same events.
    """
    whose = f"{shown['risk'] or 'risk not assessed'}, {shown['owner'] or 'owned by nobody'}"
    return _event(one, store, shown["explanation"], [whose, *_typed(shown)])


def plain_event(one: Awaited, rulebooks: RulebookVersions, store: str) -> CalendarEvent:
    """Return what comes next as an event in which nobody is named and nothing stands of what the case says."""
    cause = one.cause
    what = _NOBODY.get(cause.cause) or explanation(cause, rulebooks, named=False)
    return _event(one, store, what, meeting(one.reference, cause, rulebooks, named=False))


def _event(one: Awaited, store: str, what: str, details: Sequence[str]) -> CalendarEvent:
    return CalendarEvent(_uid(one, store), one.cause.due, f"{one.reference}: {what}", tuple(details))


def _typed(shown: Mapping[str, Any]) -> list[str]:
    return [shown["command"], *shown["alternatives"]] if shown["command"] else []


def _uid(one: Awaited, store: str) -> str:
    """Return what is the same for the same wait whenever it is asked for, whatever has become of its limit."""
    cause = one.cause
    parts = store, one.reference, cause.standard or cause.cause, cause.key, str(cause.child), str(cause.since)
    digest = sha256("\0".join(parts).encode()).hexdigest()
    return f"{digest[:_DIGITS]}@longcase"
