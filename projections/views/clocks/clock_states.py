"""How the clocks of a case stand: running, standing, breached, met in time or late, or of no more use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.children import UNNAMED
from domain.deadlines.silence import UNASSESSED
from domain.instant import FOREVER, SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.deadlines.clock import Clock
    from domain.deadlines.clocks import Clocks
    from domain.rulebook.model import Rulebook
    from projections.views.timeline import Item

BREACHED: Final = "breached"
RUNNING: Final = "running"
STANDING: Final = "standing"
ASLEEP: Final = "asleep"
UNMET: Final = "unmet"
MET: Final = "met"
LATE: Final = "met late"
ENDED: Final = "ended"

STATES: Final = (BREACHED, RUNNING, STANDING, ASLEEP, UNMET, LATE, MET, ENDED)
"""In the order in which they are shown.

A clock is ``asleep`` while the risk is not one that its standard applies to, ``unmet`` if the case was
resolved while it ran and it is not the inspectorate that waits, ``ended`` if what happened made it pointless.
"""

_RANKS: Final = {state: rank for rank, state in enumerate(STATES)}

NOT_NAMED: Final = "(children not named)"
"""For whom a clock is that runs for those children whom no entry names, while others are named."""

OPEN: Final = frozenset({BREACHED, RUNNING, STANDING})
"""The states of a clock that is waited for."""


def state_of(clock: Clock, clocks: Clocks, as_at: Instant) -> str:
    """Return how one of the ``clocks`` of a case stands at ``as_at`` (microseconds, UTC)."""
    if clock.stopped_at is not None:
        return ENDED if clock.ended else LATE if clock.late(clock.stopped_at) else MET
    if not clocks.is_open and clock.ready.standard.per != "escalation":
        return UNMET
    if clock.ready.risks and (clocks.outline.risk or UNASSESSED) not in clock.ready.risks:
        return ASLEEP
    if clock.due < FOREVER and clock.due <= as_at:
        return BREACHED
    return RUNNING if clock.stands_since is None else STANDING


def going_on(versions: Iterable[tuple[Instant, Rulebook]]) -> tuple[str, ...]:
    """Return the standards, of all versions of the rulebook, whose clocks may be waited for in a closed case."""
    every = (standard for _, book in versions for standard in book.standards)
    return tuple(sorted({standard.id for standard in every if standard.per == "escalation"}))


def due_of(clock: Clock) -> Instant | None:
    """Return when a clock is or was due; ``None`` if never, because it stands or its limit leads too far."""
    return clock.due if clock.due < FOREVER else None


def overdue_seconds(clock: Clock, until: Instant) -> int | None:
    """Return for how long a clock has been too long at ``until``, or when it stopped; less than 0 before then."""
    end = until if clock.stopped_at is None else clock.stopped_at
    return (end - clock.due) // SECOND if clock.due < FOREVER else None


def by_urgency(clock: Clock) -> tuple[Instant, str, str, int]:
    """Return the key that puts clocks in order: what is due first stands first, what stands comes last."""
    return clock.due, clock.ready.standard.id, clock.key, clock.child


def by_state(clocks: Clocks, as_at: Instant) -> list[tuple[str, Clock]]:
    """Return all clocks of a case, each after its state: what is breached at ``as_at``, what runs, what is over.

    Clocks that run are in the order in which they are due, the others as they ended, the last first. ``as_at`` is
    in microseconds, UTC.
    """
    found = [(state_of(one, clocks, as_at), one) for one in (*clocks.running.values(), *clocks.finished)]
    found.sort(key=_place)
    return found


def _place(found: tuple[str, Clock]) -> tuple[int, Instant, str, str, int]:
    state, clock = found
    when = clock.due if clock.stopped_at is None else -clock.stopped_at
    return _RANKS[state], when, clock.ready.standard.id, clock.key, clock.child


def open_clocks(clocks: Clocks, as_at: Instant) -> list[Item]:
    """Return what is waited for in a case at ``as_at`` (microseconds, UTC), the longest overdue first."""
    return [item(clock, clocks, as_at) for clock in _open(clocks, as_at)]


def _open(clocks: Clocks, as_at: Instant) -> Iterator[Clock]:
    for clock in sorted(clocks.running.values(), key=by_urgency):
        if state_of(clock, clocks, as_at) in OPEN:
            yield clock


def whom(clock: Clock, clocks: Clocks) -> Item:
    """Return for which child a clock is, or that it is for those whom no entry names; neither if for all."""
    return {"child": clocks.children.labels.get(clock.child), "unnamed": clock.child == UNNAMED}


def name_of(clock: Clock, clocks: Clocks) -> str:
    """Return for whom a clock is in words; nothing if it is for all."""
    return NOT_NAMED if clock.child == UNNAMED else clocks.children.labels.get(clock.child, "")


def item(clock: Clock, clocks: Clocks, as_at: Instant) -> Item:
    """Return a clock in brief, as ``show`` has it."""
    return {
        "standard": clock.ready.standard.id,
        "key": clock.key or None,
        **whom(clock, clocks),
        "state": state_of(clock, clocks, as_at),
        "since": clock.since,
        "due": due_of(clock),
        "stands_since": clock.stands_since,
        "limit": clock.limit[0],
        "overdue_seconds": overdue_seconds(clock, as_at),
    }
