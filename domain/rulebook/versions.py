"""The versions of the rulebook, each from the instant on which it took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.instant import EARLIEST, Instant
from domain.rulebook.events import Adopted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.event import Entry
    from domain.rulebook.model import Rulebook


class RulebookVersions:
    """All versions, in order of when they took effect; of two from the same instant the later adopted holds."""

    def __init__(self, versions: Sequence[tuple[Instant, Rulebook]]) -> None:
        """Hold ``versions``; the first of them holds from the beginning."""
        self.versions = tuple(versions)

    def at(self, instant: Instant) -> Rulebook:
        """Return the version in force at an instant (microseconds, UTC)."""
        return next((book for since, book in reversed(self.versions) if since <= instant), self.versions[0][1])


def versions_of_entries(default: Rulebook, entries: Iterable[Entry]) -> RulebookVersions:
    """Return the versions that these entries of the rulebook's stream adopted, after the ``default``."""
    by_day: dict[Instant, Rulebook] = {EARLIEST: default}
    for entry in entries:
        if isinstance(entry.event, Adopted):
            by_day[entry.event.effective_from] = entry.event.rulebook
    return RulebookVersions(sorted(by_day.items(), key=lambda one: one[0]))
