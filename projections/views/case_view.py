"""One case as of two instants: what every view of it is made of."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from domain.axes import LATEST, Axes
from domain.cases.belief import Belief, believe
from domain.cases.fold import fold
from projections.views.timeline import Line, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.cases.state import Case
    from domain.event import Entry
    from ledger.entry import StoredEntry


class Unread(NamedTuple):
    """An entry that cannot be read: where it is, its name, why, its row, whether it may restrict its case."""

    position: int
    version: int
    topic: str
    reason: str
    row: StoredEntry
    restricts: bool = False


class CaseView:
    """One case as of two instants; what is believed of it, its state and its lines are each worked out once."""

    def __init__(self, entries: Sequence[Entry], axes: Axes = LATEST, unread: Sequence[Unread] = ()) -> None:
        """Look at all ``entries`` of a case, in order of version, as of ``axes``; ``unread`` are left out."""
        self.unread = unread
        self.entries = entries
        self.axes = axes

    @cached_property
    def belief(self) -> Belief:
        """What is believed of the case at the instant of knowledge, whenever it occurred."""
        return believe(self.entries, self.axes.known_at)

    @cached_property
    def believed(self) -> list[Entry]:
        """What is believed to have occurred by the instant asked about, in order."""
        return self.belief.occurred_by(self.axes.valid_at)

    @cached_property
    def by_version(self) -> dict[int, Entry]:
        """What is believed, by the version of each entry."""
        return {entry.version: entry for entry in self.believed}

    @cached_property
    def case(self) -> Case:
        """The state that follows."""
        return fold(self.believed)

    @cached_property
    def lines(self) -> list[Line]:
        """Every entry that was known to have occurred by then, in order, corrected and retracted ones too."""
        return timeline(self.belief, self.axes.valid_at)

    @cached_property
    def current(self) -> Case:
        """The state after all that is believed now, whatever is asked about: it decides who may read."""
        everything = len(self.belief.known) == len(self.entries)
        if everything and len(self.believed) == len(self.belief.entries):
            return self.case
        return fold(believe(self.entries).entries)
