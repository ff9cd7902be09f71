"""Who may decide, and who may amend a decision, however they have amended what binds them.

Whom a rule binds is read from what is believed, and anybody may put right what is believed. So whoever decides
is judged by what is believed and by the record as it stood before each amendment of their own.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from domain.cases import events as ev
from domain.cases.amendments import root
from domain.cases.belief import AMENDING, believe, in_order
from domain.cases.fold import fold
from domain.cases.rules import DECISIONS, acts_as, by_inspectorate, for_the_inspectorate, may_decide
from domain.errors import Forbidden, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.cases.state import Case
    from domain.event import Entry, Event

TAKEN = (
    ev.ClosureRefused,
    ev.Resolved,
    ev.EscalationAccepted,
    ev.EscalationRejected,
    ev.Escalated,
    ev.Graded,
)
"""The decisions that not everybody may take."""

_GROUNDS = frozenset(
    {
        ev.Reported,
        ev.Allocated,
        ev.Returned,
        ev.EscalationAnswered,
        ev.Paused,
        ev.ClosureRequested,
        ev.Reopened,
        *TAKEN,
    }
)
"""What says whom a rule binds, or from when on there was a case."""


def persons(entry: Entry) -> tuple[str, ...]:
    """Return whose act an entry is: of who made it, and of for whom it was made."""
    other = entry.event.on_behalf_of
    return (entry.actor,) if other is None else (entry.actor, other)


def as_it_stood(entries: Sequence[Entry], names: Sequence[str]) -> Iterator[list[Entry]]:
    """Yield ``entries`` as they stood before each amendment, by one of ``names``, of what says whom a rule binds.

    Left out are that amendment and their later ones; what others have recorded since stays.
    """
    own = [one.version for one in entries if _amends_ground(entries, one, names)]
    for first in own:
        left_out = {version for version in own if version >= first}
        yield [one for one in entries if one.version not in left_out]


def _amends_ground(entries: Sequence[Entry], entry: Entry, names: Sequence[str]) -> bool:
    if not isinstance(entry.event, AMENDING) or not any(acts_as(entry, name) for name in names):
        return False
    try:
        return type(root(entries, entry).event) in _GROUNDS
    except Refused:  # what it amends was not known by then
        return False


def before(entries: Sequence[Entry], entry: Entry) -> tuple[list[Entry], Entry]:
    """Return what ``entries`` make believed before ``entry``, and how ``entry`` reads by them.

    An entry that is not believed by them, or is not among them yet, reads as it is.
    """
    believed = believe(entries).entries
    for place, one in enumerate(believed):
        if one.version == entry.version:
            return believed[:place], one
    return believed[: bisect_left(believed, in_order(entry), key=in_order)], entry


def check_decider(entries: Sequence[Entry], entry: Entry) -> None:
    """Raise ``Forbidden`` if ``entry``, the next after ``entries``, decides what its maker may not.

    A decision may be dated back, to before the case was theirs or before they asked; it is made now.
    """
    if isinstance(entry.event, TAKEN):
        _check(entries, entry, entry)


def check_amender(entries: Sequence[Entry], entry: Entry) -> None:
    """Raise ``Forbidden`` if ``entry``, next after ``entries``, amends a decision that its maker may not take.

    What only the inspectorate can have said is amended by the inspectorate alone.
    """
    if isinstance(entry.event, AMENDING):
        if for_the_inspectorate(root(entries, entry).event):
            by_inspectorate(entry)
        check_amended_decision(entries, entry)


def check_amended_decision(entries: Sequence[Entry], entry: Entry) -> None:
    """Raise ``Forbidden`` if ``entry`` amends a decision of ``entries`` that its maker may not take.

    May they is asked of the time of the decision and of now. Raises ``Refused`` if what it amends is not there.
    """
    decision = root(entries, entry)
    if type(decision.event) not in DECISIONS:
        return
    try:
        _check(entries, entry, decision)
    except Forbidden as error:
        who = f"entry {decision.version} ({decision.name}) is amended by those who may decide that"
        raise Forbidden(f"{who}: {error.message}") from error


def _check(entries: Sequence[Entry], entry: Entry, decision: Entry) -> None:
    for state in _states(entries, decision):
        may_decide(state, entry, decision.event)
    for stood in as_it_stood(entries, persons(entry)):
        for state in _states(stood, decision):
            check_as_it_stood(state, entry, decision.event)


def check_as_it_stood(state: Case, entry: Entry, decision: Event) -> None:
    """Raise ``Forbidden``, in words that say so, if a state without its maker's amendments forbids ``entry``."""
    try:
        may_decide(state, entry, decision)
    except Forbidden as error:
        why = f"{error.message}: so it stood before their own correction or retraction"
        raise Forbidden(why, hints=error.hints) from error


def _states(entries: Sequence[Entry], decision: Entry) -> Iterator[Case]:
    """Yield the states that say who may take a decision: now, just before it, and before what it undid."""
    yield fold(believe(entries).entries)
    believed, _ = before(entries, decision)
    yield fold(believed)
    if isinstance(decision.event, ev.Reopened):
        closed = [place for place, one in enumerate(believed) if isinstance(one.event, ev.Resolved)]
        yield from (fold(believed[:place]) for place in closed[-1:])
