"""What became of the clocks of a case between two instants, of the world or of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.deadlines.clocks import run
from projections.views.clocks.clock_states import BREACHED, ENDED, LATE, MET, UNMET, due_of, name_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.deadlines.clock import Clock
    from domain.deadlines.clocks import Clocks
    from domain.deadlines.standards import Laws
    from domain.instant import Instant
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item

_OVER: Final = frozenset({ENDED, LATE, MET, UNMET})

_JUDGED: Final = ("limit", "since", "due", "stands_since")

_Identity = tuple[str, str, int]
"""A clock: its standard, the warrant, escalation or child that it is about, the entry that started it."""


def clock_changes(first: CaseView, second: CaseView, laws: Laws) -> Iterator[Item]:
    """Yield what became of each clock, those that started first coming first.

    A clock has ``started``, became ``breached``, ``stopped`` (its state says whether in time), goes on after
    all (``continued``), is due at another instant (``changed``), or is ``gone``. Several can be so of one; each
    has the clock ``before`` and ``after``, the standard under ``field`` and what started it as ``version``.
    Rounds that began and were met in time between the two, as every action is of ``dormant``, are left out.
    """
    then, now = (run(view.believed, laws) for view in (first, second))
    old, new = _items(then, first.axes.as_at), _items(now, second.axes.as_at)
    every = {*old, *new} - {one for one in _rounds(now) if one not in old}
    for identity in sorted(every, key=lambda one: ((new.get(one) or old[one])["since"], one)):
        standard, key, version = identity
        before, after = old.get(identity), new.get(identity)
        named = {"version": version, "field": f"{standard} {key}" if key else standard}
        for change in _what(before, after):
            yield {"change": change, **named, "before": before, "after": after}


def _items(clocks: Clocks, as_at: Instant) -> dict[_Identity, Item]:
    every = (*clocks.finished, *clocks.running.values())
    return {_identity(clock, clocks): _item(clock, clocks, as_at) for clock in every}


def _rounds(clocks: Clocks) -> Iterator[_Identity]:
    """Yield the clocks that were met in time by what starts them anew."""
    for clock in clocks.finished:
        again = not clock.ready.starts.isdisjoint(clock.ready.stops)
        if again and clock.stopped_at is not None and not clock.late(clock.stopped_at):
            yield _identity(clock, clocks)


def _identity(clock: Clock, clocks: Clocks) -> _Identity:
    """Return what tells a clock from others at both instants; a child goes by its name."""
    return clock.ready.standard.id, clock.key or name_of(clock, clocks), clock.started_by


def _item(clock: Clock, clocks: Clocks, as_at: Instant) -> Item:
    return {
        "state": state_of(clock, clocks, as_at),
        "limit": clock.limit[0],
        "since": clock.since,
        "due": due_of(clock),
        "stands_since": clock.stands_since,
        "stopped_at": clock.stopped_at,
    }


def _what(before: Item | None, after: Item | None) -> Iterator[str]:
    if after is None:
        yield "gone"
        return
    if before is None:
        yield "started"
    elif any(before[name] != after[name] for name in _JUDGED) and not _settled(before, after):
        yield "changed"
    if _breached(after) and not _breached(before):
        yield "breached"
    if _over(after) and not _over(before):
        yield "stopped"
    elif _over(before) and not _over(after):
        yield "continued"


def _settled(before: Item, after: Item) -> bool:
    """Say whether the clock was over both times and by the same: what it was due by matters no more."""
    return before["stopped_at"] is not None and before["stopped_at"] == after["stopped_at"]


def _breached(item: Item | None) -> bool:
    """Say whether the clock was too long at some time, even if what it waited for came then."""
    return item is not None and item["state"] in {BREACHED, LATE}


def _over(item: Item | None) -> bool:
    return item is not None and item["state"] in _OVER
