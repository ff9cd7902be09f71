"""How the clocks of a long case stand in the end, without taking each entry that only says that work went on.

Most entries of a long case are actions like others before. One that touched no clock moved the last activity on,
and with it the silences that begin anew, and changed nothing else; so does the next like it, until an entry comes
that is no such action. Of those that come until then only the last that is activity needs to be taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.events import ActionRecorded
from domain.deadlines.clocks import Clocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.deadlines.effects import Effect
    from domain.deadlines.standards import Laws
    from domain.event import Entry


def final_clocks(believed: Iterable[Entry], laws: Laws) -> Clocks:
    """Return the clocks after the entries given, which must be what is believed, in order; none that are over.

    They do not tell what was touched on the way.
    """
    clocks = Clocks(laws, keeps_finished=False)
    idle: dict[int, Effect] = {}
    waiting: Entry | None = None
    for entry in believed:
        effect = laws.effect(entry, clocks.outline.category)
        plain = _is_plain(entry, effect)
        if plain and id(effect) in idle:
            waiting = waiting if effect.activity is None else entry
            continue
        if waiting is not None:
            clocks.take(waiting)
            waiting = None
        clocks.whole, clocks.touched = False, []
        clocks.take(entry)
        if not plain or clocks.whole or clocks.touched or clocks.children.of_all is not None:
            idle.clear()
        else:
            idle[id(effect)] = effect
    if waiting is not None:
        clocks.take(waiting)
    return clocks


def _is_plain(entry: Entry, effect: Effect) -> bool:
    """Say whether an entry is an action of which all is said by its effect, and which is about nobody alone."""
    event = entry.event
    if type(event) is not ActionRecorded or event.child is not None:
        return False
    return not (effect.moves or effect.harms or effect.together)
