"""Missing children: when reported, how graded, when found, and spoken to in time or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain.cases.children import MISSING
from domain.cases.events import ActionRecorded
from domain.deadlines.by_child import ALL
from domain.instant import Instant
from projections.fields import fields
from projections.views.clocks.clock_states import due_of
from projections.views.live_case import COMMON, LiveCase, rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from domain.deadlines.clock import Clock
    from domain.event import Entry
    from projections.views.timeline import Item

FIELDS: Final = (
    *COMMON,
    *fields("child unnamed ages state missing_at graded_at graded found_at spoken_to_at due in_time"),
    *fields("episodes open withheld"),
)
"""What an item holds, in the order in which it is shown."""

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


def episodes(actions: Iterable[Entry]) -> list[Episode]:
    """Return the times that a child was missing, of the ``actions`` that it is concerned by.

    Reports of one who is still missing are of the same time.
    """
    found: list[Episode] = []
    for entry in actions:
        event = entry.event
        if not isinstance(event, ActionRecorded):
            continue
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


def items(case: LiveCase) -> Iterator[Item]:
    """Yield each child of a case who was reported missing, under the names of the contract.

    Of a closed case those who are missing still. Those whom nobody named are one. It tells of the last time.
    ``in_time`` says whether the child was spoken to within the limit, ``None`` while that is not decided.
    Instants are microseconds UTC.
    """
    is_open = case.case.closed_at is None
    for number, actions in case.histories.actions.items():
        every = episodes(actions)
        if every and (is_open or every[-1].state == MISSING):
            yield case.common() | _item(case, number, every) | {"open": is_open, "withheld": not case.readable}


def _item(case: LiveCase, number: int, every: Sequence[Episode]) -> Item:
    last = every[-1]
    clock = _interview(case, number, last)
    return {
        **case.whom(number),
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
    }


def _interview(case: LiveCase, number: int, episode: Episode) -> Clock | None:
    """Return the clock that runs from when the child was found to when it was spoken to, if there is one.

    It is the child's own, or one that was stopped for all before the child had a name.
    """
    found = None
    for clock in (*case.clocks.finished, *case.clocks.running.values()):
        ready = clock.ready
        if clock.started_at == episode.found_at and _FOUND in ready.starts and _INTERVIEW in ready.stops:
            if clock.child == number:
                return clock
            found = clock if clock.child == ALL else found
    return found


def _in_time(clock: Clock, case: LiveCase) -> bool | None:
    if clock.stopped_at is not None:
        return None if clock.ended else not clock.late(clock.stopped_at)
    return False if case.breached(clock) else None


def place(one: Item) -> tuple[int, int, Instant, str, str]:
    """Return the key that puts those still missing first, then by risk, then the longest ago."""
    state, child = STATES.index(one["state"]), one["child"] or ""
    return state, rank(one["risk"]), one["missing_at"], one["reference"], child
