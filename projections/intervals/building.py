"""Building the rows of a case in the order in which its entries became known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from domain.cases.belief import AMENDING, in_order
from domain.event import Entry, known_at
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable


class Builder(ABC):
    """Takes a case's entries; ``last`` is the place in time and the version of the last that is believed."""

    __slots__ = ("last", "named", "seen")

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.seen: list[Entry] = []
        self.named: set[int] = set()
        self.last: tuple[Instant, int] = (-FOREVER, 0)

    def add_entry(self, entry: Entry, known: Instant) -> None:
        """Take one more entry into account, known no earlier than those before."""
        self.seen.append(entry)
        event = entry.event
        if isinstance(event, AMENDING):
            self.named.add(event.entry)
            self._fold_anew(known)
        elif in_order(entry) < self.last or entry.version in self.named:
            self._fold_anew(known)
        else:
            self._append(entry, known)

    @abstractmethod
    def _append(self, entry: Entry, known: Instant) -> None:
        """Add an entry that occurred after everything believed so far."""

    @abstractmethod
    def _fold_anew(self, known: Instant) -> None:
        """Fold anew what is believed from ``known`` on, and close the rows that no longer hold."""


def build(builder: Builder, entries: Iterable[Entry]) -> None:
    """Give a builder all entries of a case, which come in any order."""
    for known, _, entry in sorted((known_at(entry), entry.version, entry) for entry in entries):
        builder.add_entry(entry, known)
