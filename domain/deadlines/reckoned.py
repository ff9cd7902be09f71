"""Whether the clocks of a case say of its waiting for work what is reckoned from its last activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.deadlines.clocks import Clocks
    from domain.deadlines.standards import Laws


def as_reckoned(clocks: Clocks, laws: Laws) -> bool:
    """Say whether an open case waits for work just as is reckoned from when work was last done in it.

    It does not where the case was paused since, or a clock goes on from another version of the rulebook.
    """
    since = clocks.outline.last_activity_at
    if since is None or clocks.parted(laws.silences):
        return False
    reckoned = laws.at(since).silent(clocks.outline.category or "")
    for identity in laws.silent:
        clock = clocks.find(identity)
        if clock is None or not clock.ready.plain:
            if identity[0] in reckoned:
                return False
        elif identity[0] not in reckoned or not clock.undisturbed(since):
            return False
    return True
