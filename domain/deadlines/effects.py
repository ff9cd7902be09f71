"""What an entry does to the clocks of a case by its kind alone: looked up, and worked out once for each kind.

Which standards an entry starts, stops or ends follows from the version of the rulebook, the category of the case
and the names that the entry goes by, of which there are few. Which of these run on a case, and for whom, does not
stand here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain.cases.children import MOVING
from domain.cases.events import ActionRecorded
from domain.cases.fold import activity
from domain.deadlines.law import Ready
from domain.deadlines.names import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.deadlines.law import Law
    from domain.event import Entry


class Effect(msgspec.Struct, frozen=True):
    """What an entry of one kind does under one version of the rulebook, in a case of one category.

    ``named`` are the names that it goes by, ``activity`` is what it counts as, if as any. ``stops`` are the ids
    of the standards that it stops or ends by any version; ``silent`` are those of this version that it stops and
    that run out so long after the last activity, by their ids. ``starts`` are those that it starts, ``together``
    those that it starts or ends with others. ``harms`` and ``attempts`` say whether it tells of harm and of a
    failed contact, ``moves`` whether it changes the condition of a child. ``only_work`` says that it is an action
    that counts as work, and starts nothing but the silences that it ends.
    """

    named: tuple[str, ...]
    activity: str | None
    stops: frozenset[str]
    silent: dict[str, Ready]
    starts: tuple[Ready, ...]
    together: tuple[Ready, ...]
    harms: bool
    attempts: bool
    moves: bool
    only_work: bool


def effect_of(
    entry: Entry, category: str, law: Law, stopping: Mapping[str, frozenset[str]], attempts: frozenset[str]
) -> Effect:
    """Return what ``entry`` does in a case of ``category``, by one version of the rulebook.

    ``stopping`` are the ids of the standards that something stops or ends by any version, ``attempts`` the kinds
    of action that are a failed contact by any.
    """
    named, event = names(entry), entry.event
    kind = event.kind if isinstance(event, ActionRecorded) else None
    stops = frozenset[str]().union(*(stopping.get(name, ()) for name in named))
    silent = {
        one.standard.id: one for one in law.applying(category) if one.plain and not one.stops.isdisjoint(named)
    }
    starts = tuple(_starting(law, category, named))
    together = tuple(one for one in law.together if not (one.starts | one.ends).isdisjoint(named))
    tells = kind in law.harms, kind in attempts, kind in MOVING
    works = kind is not None and activity(entry) is not None
    # (an action names neither a warrant nor an escalation, so that it starts no clock of one)
    begins = {one.standard.id for one in starts if one.on_case}
    only_work = works and not together and not any(tells) and begins <= silent.keys()
    return Effect(named, activity(entry), stops, silent, starts, together, *tells, only_work)


def _starting(law: Law, category: str, named: tuple[str, ...]) -> list[Ready]:
    """Return the standards that one of these names starts, in the order of the names, each once."""
    found: dict[str, Ready] = {}
    for name in named:
        for ready in law.applying(category):
            if name in ready.starts and not ready.standard.together and ready.meets_at_once.isdisjoint(named):
                found.setdefault(ready.standard.id, ready)
    return [*found.values()]
