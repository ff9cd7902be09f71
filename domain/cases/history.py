"""One case's entries, and the states that can be read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.axes import LATEST, Axes
from domain.cases import belief
from domain.cases.fold import apply, fold
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.cases.state import Case
    from domain.event import Entry


class History:
    """The entries of one case in order of version, with the current state kept at hand.

    What is believed now grows by one entry at a time as long as entries arrive in order of time; anything
    else is folded anew.
    """

    __slots__ = ("_current", "entries")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Hold ``entries``, which must be all of one case's, in order of version."""
        self.entries = list(entries)
        self._current: tuple[Instant, Case] | None = None

    @property
    def version(self) -> int:
        """The number of entries, which is the version of the last."""
        return len(self.entries)

    def case(self, axes: Axes = LATEST) -> Case:
        """Return the state as of ``axes``.

        The state that is returned is the caller's to read, not to change.
        """
        if axes.known_at == FOREVER:
            last, current = self._now()
            if axes.as_at >= last:
                return current
        return fold(belief.as_of(self.entries, axes))

    def command(self, command_id: bytes) -> list[Entry]:
        """Return the entries that this command made."""
        return [entry for entry in self.entries if entry.command_id == command_id]

    def append(self, entry: Entry) -> None:
        """Add the next entry."""
        amends = isinstance(entry.event, belief.AMENDING)
        if self._current is not None:
            last, current = self._current
            if amends or entry.occurred_at < last:
                self._current = None
            else:
                apply(current, entry)
                self._current = entry.occurred_at, current
        self.entries.append(entry)

    def _now(self) -> tuple[Instant, Case]:
        if self._current is None:
            believed = belief.believe(self.entries).entries
            last = believed[-1].occurred_at if believed else -FOREVER
            self._current = last, fold(believed)
        return self._current


def project_case(_: Case | None, entries: Iterable[Entry]) -> Case | None:
    """Return the current state of the case whose entries these are; ``None`` if there are none."""
    believed = belief.believe(entries).entries
    return fold(believed) if believed else None


def project_history(_: History | None, entries: Iterable[Entry]) -> History:
    """Return the history that these entries make."""
    return History(entries)
