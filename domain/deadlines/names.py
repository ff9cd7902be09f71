"""The names by which a standard can mean an entry: what happens to a case, and what counts as work."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from domain.cases.events import ActionRecorded, Reopened, Reported, Resolved
from domain.cases.fold import ACTIVE_NAMES
from domain.deadlines.silence import ACTIVITY

if TYPE_CHECKING:
    from domain.event import Entry, Event

REPORTED_AS_CRIME: Final = "reported-as-crime"
TURN: Final = "turn"
"""What resolving and reopening a case are to a clock that measures silence: see ``names``."""

ACTION: Final = "action:"
"""Stands before the kind of an action."""

_TURNS: Final = frozenset({Resolved, Reopened})


def names(entry: Entry) -> tuple[str, ...]:
    """Return by which names a standard can mean this entry: the event's or the action's, and ``activity``.

    Resolving and reopening a case are activity, but not the work that anybody waits for: they begin a silence
    anew, as they do for ``last_activity``, and meet no standard. Else five minutes of paper would.
    """
    event = entry.event
    if type(event) is ActionRecorded:
        return _of_work(event.kind) if event.counts else _of_no_work(event.kind)
    if type(event) is Reported and event.crime_reference:
        return entry.name, ACTIVITY, REPORTED_AS_CRIME
    return _of_event(type(event))


@lru_cache(maxsize=1024)
def _of_work(kind: str) -> tuple[str, ...]:
    return f"{ACTION}{kind}", ACTIVITY


@lru_cache(maxsize=1024)
def _of_no_work(kind: str) -> tuple[str, ...]:
    return (f"{ACTION}{kind}",)


@cache
def _of_event(kind: type[Event]) -> tuple[str, ...]:
    name = kind.TOPIC.partition(".")[2]
    if kind in _TURNS:
        return name, TURN
    return (name, ACTIVITY) if name in ACTIVE_NAMES else (name,)
