"""Which clocks run for each child that is named, and which for the case as a whole.

A standard comes apart as soon as a child is named: at once, if one of its actions is about a child by its kind;
otherwise with the first action that names a child and that it starts, stops or ends by. Whoever is named for the
first time goes on with the clocks that ran for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.children import UNNAMED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from domain.cases.children import Children
    from domain.deadlines.clock import Clock
    from domain.deadlines.standards import Laws

ALL: Final = 0
"""For whom a clock runs where it is for the case as a whole, or nobody is named."""

_ALL_TOGETHER: Final = (ALL,)

Running = dict[tuple[str, str], "Clock"]
Seen = dict[tuple[str, str], set[str]]
"""Which of the things that start a clock together have happened, by the clock's identity."""


def key_of(child: int) -> str:
    """Return by what the clocks of one standard that run for different children are told apart."""
    return str(child) if child > 0 else ""


class ByChild:
    """For whom the standards run on a case; ``parted`` are the ids of those that run for each child."""

    __slots__ = ("_children", "_known", "_laws", "parted")

    def __init__(self, children: Children, laws: Laws) -> None:
        """Begin with nobody named, under ``laws``."""
        self._children = children
        self._laws = laws
        self._known: set[int] = set()
        self.parted: set[str] = set()

    def copy(self, children: Children) -> ByChild:
        """Return the same for a copy of the children, which goes its own way."""
        other = ByChild(children, self._laws)
        other._known, other.parted = {*self._known}, {*self.parted}
        return other

    def parts_like(self, other: ByChild) -> bool:
        """Say whether what comes parts the standards in the same way as it does those of ``other``."""
        return self._known == other._known and self.parted == other.parted

    def whom(self, standard: str, about: tuple[int, ...] | None) -> tuple[int, ...]:
        """Return for whom a clock of ``standard`` starts, by an entry that is ``about`` some children or all."""
        if standard not in self.parted:
            return _ALL_TOGETHER
        return (UNNAMED, *self._children.labels) if about is None else about

    def concerns(self, clock: Clock, about: Collection[int]) -> bool:
        """Say whether a clock is one that an entry ``about`` these children can stop."""
        return clock.child == ALL or clock.child in about

    def is_nobodys(self, clock: Clock) -> bool:
        """Say whether a clock is for those without a name where there are none left."""
        return clock.child == UNNAMED and self._children.complete

    def shown(self, running: Running) -> Running:
        """Return the clocks but for those that are nobody's."""
        if not self._children.complete:
            return running
        return {identity: clock for identity, clock in running.items() if not self.is_nobodys(clock)}

    def part(self, child: int, kind: str, running: Running, seen: Seen, before: tuple[Running, Seen]) -> bool:
        """Let an action of ``kind`` about ``child`` alone part the standards; say whether any came apart.

        A child that is new goes on with the clocks that ran ``before`` for those without a name.
        """
        parting: dict[str, Iterable[int]] = {}
        if child not in self._known:
            self._known.add(child)
            parting = dict.fromkeys(self.parted or self._laws.of_children, (child,))
        for standard in self._laws.by_action.get(kind, ()):
            if standard not in self.parted and standard not in parting:
                parting[standard] = self._known
        for standard in sorted(parting):
            clock = running.get((standard, ""))
            if clock is not None and clock.child == ALL:
                clock.child, clock.fact = UNNAMED, None
            self._part(standard, parting[standard], running, seen, before)
        return bool(parting)

    def _part(
        self,
        standard: str,
        children: Iterable[int],
        running: Running,
        seen: Seen,
        before: tuple[Running, Seen],
    ) -> None:
        self.parted.add(standard)
        clock, happened = before[0].get((standard, "")), before[1].get((standard, ""))
        for child in sorted(children):
            if clock is not None:
                other = running[standard, key_of(child)] = clock.copy()
                other.child, other.fact = child, None
            if happened is not None:
                seen[standard, key_of(child)] = set(happened)
