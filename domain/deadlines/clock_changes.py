"""What each event changes about the clocks of a case, beside starting and stopping those that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from domain.cases import events as ev
from domain.cases.rules import same_person
from domain.event import Entry

if TYPE_CHECKING:
    from domain.deadlines.clocks import Clocks


def _reported(clocks: Clocks, entry: Entry, event: ev.Reported) -> None:
    clocks.reported_at = entry.occurred_at
    clocks.category = event.category


def _assessed(clocks: Clocks, _entry: Entry, event: ev.RiskAssessed) -> None:
    clocks.assess(event.risk)


def _allocated(clocks: Clocks, entry: Entry, event: ev.Allocated) -> None:
    if not same_person(clocks.owner, event.officer):
        clocks.owned_since = entry.occurred_at
    clocks.owner = event.officer
    clocks.team = event.team


def _returned(clocks: Clocks, _entry: Entry, _event: ev.Returned) -> None:
    clocks.owner = clocks.owned_since = None


def _escalated(clocks: Clocks, entry: Entry, event: ev.Escalated) -> None:
    clocks.escalate(event, entry.occurred_at)


def _paused(clocks: Clocks, entry: Entry, event: ev.Paused) -> None:
    clocks.halt(entry.occurred_at, event.review_on)


def _resumed(clocks: Clocks, entry: Entry, _event: ev.Resumed) -> None:
    clocks.resume(entry.occurred_at)


def _resolved(clocks: Clocks, _entry: Entry, _event: ev.Resolved) -> None:
    clocks.is_open = False


def _reopened(clocks: Clocks, _entry: Entry, _event: ev.Reopened) -> None:
    clocks.is_open = True


Change = Callable[["Clocks", Entry, Any], None]

CHANGES: Final[dict[type, Change]] = {
    ev.Reported: _reported,
    ev.RiskAssessed: _assessed,
    ev.Allocated: _allocated,
    ev.Returned: _returned,
    ev.Escalated: _escalated,
    ev.Paused: _paused,
    ev.Resumed: _resumed,
    ev.Resolved: _resolved,
    ev.Reopened: _reopened,
}
