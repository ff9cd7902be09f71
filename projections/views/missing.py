"""Missing children: when reported, how graded, when found, and spoken to in time or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain.instant import Instant
from projections.fields import fields
from projections.views.clock_states import due_of
from projections.views.live_case import COMMON, LiveCase, rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.deadlines.clock import Clock
    from domain.event import Entry
    from projections.views.timeline import Item

FIELDS: Final = (
    *COMMON,
    *fields("ages state missing_at graded_at graded found_at spoken_to_at due in_time episodes withheld"),
)
"""What an item holds, in the order in which it is shown."""

MISSING: Final = "missing"
FOUND: Final = "found"
SPOKEN_TO: Final = "spoken to"
STATES: Final = (MISSING, FOUND, SPOKEN_TO)

_INTERVIEW: Final = "action:return-interview"
_FOUND: Final = "action:found"


class Episode(msgspec.Struct):
    """One time that a child was missing; instants are microseconds UTC."""

    missing_at: Instant
    graded_at: Instant | None = None
    graded: str | None = None
    found_at: Instant | None = None
    spoken_to_at: Instant | None = None

    @property
    def state(self) -> str:
        """How far it went: missing, found, or spoken to."""
        if self.spoken_to_at is not None:
            return SPOKEN_TO
        return MISSING if self.found_at is None else FOUND


def episodes(case: LiveCase) -> list[Episode]:
    """Return the times that a child was missing; reports of one who is still missing are of the same time."""
    found: list[Episode] = []
    for entry, event in case.actions():
        if event.kind == "missing-reported":
            if not found or found[-1].state != MISSING:
                found.append(Episode(entry.occurred_at))
        elif found and event.kind in _STEPS:
            _STEPS[event.kind](found[-1], entry, event.outcome)
    return found


def _graded(episode: Episode, entry: Entry, outcome: str | None) -> None:
    episode.graded_at, episode.graded = entry.occurred_at, outcome


def _was_found(episode: Episode, entry: Entry, _outcome: str | None) -> None:
    if episode.found_at is None:
        episode.found_at = entry.occurred_at


def _spoken_to(episode: Episode, entry: Entry, _outcome: str | None) -> None:
    if episode.spoken_to_at is None:
        episode.spoken_to_at = entry.occurred_at


_STEPS: Final[dict[str, Callable[[Episode, Entry, str | None], None]]] = {
    "missing-graded": _graded,
    "found": _was_found,
    "return-interview": _spoken_to,
}


def item(case: LiveCase) -> Item:
    """Return a case in which a child was reported missing under the names of the contract.

    It tells of the last time. ``in_time`` says whether the child was spoken to within the limit, ``None``
    while that is not decided. Instants are microseconds UTC.
    """
    every = episodes(case)
    last = every[-1]
    clock = _interview(case, last)
    return case.common() | {
        "ages": case.ages(),
        "state": last.state,
        "missing_at": last.missing_at,
        "graded_at": last.graded_at,
        "graded": case.text(last.graded),
        "found_at": last.found_at,
        "spoken_to_at": last.spoken_to_at,
        "due": None if clock is None else due_of(clock),
        "in_time": None if clock is None else _in_time(clock, case),
        "episodes": len(every),
        "withheld": not case.readable,
    }


def _interview(case: LiveCase, episode: Episode) -> Clock | None:
    """Return the clock that runs from when the child was found to when it was spoken to, if there is one."""
    every = (*case.clocks.finished, *case.clocks.running.values())
    for clock in every:
        ready = clock.ready
        if clock.started_at == episode.found_at and _FOUND in ready.starts and _INTERVIEW in ready.stops:
            return clock
    return None


def _in_time(clock: Clock, case: LiveCase) -> bool | None:
    if clock.stopped_at is not None:
        return None if clock.ended else not clock.late(clock.stopped_at)
    return False if case.breached(clock) else None


def place(one: Item) -> tuple[int, int, Instant, str]:
    """Return the key that puts those still missing first, then by risk, then the longest ago."""
    return STATES.index(one["state"]), rank(one["risk"]), one["missing_at"], one["reference"]
