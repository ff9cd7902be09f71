"""The clocks that run on one case, and what of the case they go by, as far as its entries have been taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.children import UNNAMED, Children
from domain.cases.state import Outline
from domain.deadlines.by_child import ByChild

if TYPE_CHECKING:
    from domain.deadlines.clock import Clock
    from domain.deadlines.law import Law, Ready
    from domain.deadlines.standards import Laws
    from domain.instant import Instant

Identity = tuple[str, str]
"""A clock of a case: its standard, and the warrant, the escalation or the number of the child, or nothing."""

OWNER: Final = ("owned",)
CONDITIONS: Final = ("conditions",)
"""Stand among what an entry touched, beside clocks: whose the case is, and the conditions of its children.

With these goes what waits for a decision (``domain.deadlines.decisions``).
"""


class RunningClocks:
    """The clocks of one case: those that run or stand, and what they go by.

    ``touched`` are those that started, stopped or changed since somebody last asked (``stalls.news``), with
    ``OWNER`` and ``CONDITIONS`` where these may be others; ``whole`` says that anything may have changed.
    """

    __slots__ = (
        "_by_child", "_escalations", "_keeps_finished", "_laws", "_running", "_seen", "children", "finished",
        "harms", "outline", "touched", "whole",
    )  # fmt: skip

    def __init__(self, laws: Laws, *, keeps_finished: bool = True) -> None:
        """Begin before the first entry, under ``laws``; ``finished`` stays empty if those are not to be kept."""
        self._laws = laws
        self._keeps_finished = keeps_finished
        self._escalations: dict[str, tuple[str, Instant]] = {}
        self._seen: dict[Identity, set[str]] = {}
        self._running: dict[Identity, Clock] = {}
        self.finished: list[Clock] = []
        self.outline = Outline()
        self.children = Children(of_all=[])
        self._by_child = ByChild(self.children, laws)
        self.harms: dict[int, tuple[str, Instant]] = {}
        self.whole = True
        self.touched: list[tuple[str, ...]] = []

    @property
    def category(self) -> str:
        """The category, empty before the report."""
        return self.outline.category or ""

    @property
    def is_open(self) -> bool:
        """Whether the case is not closed."""
        return self.outline.closed_at is None

    @property
    def running(self) -> dict[Identity, Clock]:
        """The clocks that run or stand, each under its identity."""
        return self._by_child.shown(self._running)

    @property
    def conditions(self) -> dict[str, Instant]:
        """For what the lists of children show the case, and since when: ``missing``, ``detained``.

        An open case is listed as ``missing`` whatever became of the child, a closed one while it is missing.
        """
        return self.children.conditions(ever=self.is_open)

    def goes_on_like(self, other: RunningClocks) -> bool:
        """Say whether these and ``other``, under the same laws, go on alike whatever entries come.

        What is finished plays no part, nor who asked for news when.
        """
        return (
            self.outline == other.outline
            and self.children == other.children
            and self.harms == other.harms
            and self._escalations == other._escalations
            and self._seen == other._seen
            and self._by_child.parts_like(other._by_child)
            and self._running.keys() == other._running.keys()
            and all(clock.goes_on_like(other._running[identity]) for identity, clock in self._running.items())
        )

    def find(self, identity: Identity) -> Clock | None:
        """Return the clock of an identity if it runs or stands."""
        clock = self._running.get(identity)
        if clock is None or clock.child != UNNAMED:
            return clock
        return None if self._by_child.is_nobodys(clock) else clock

    def warns(self, identity: Identity) -> bool:
        """Say whether a clock may give a warning, by any version of the rulebook."""
        return identity[0] in self._laws.warning

    def silences(self) -> tuple[Identity, ...]:
        """Return the clocks that begin anew with every activity, for which they need not be ``touched``."""
        return self._laws.silent

    def parted(self, standards: frozenset[str]) -> bool:
        """Say whether any of some standards runs for each child."""
        return not self._by_child.parted.isdisjoint(standards)

    def as_reckoned(self) -> bool:
        """Say whether an open case waits for work just as is reckoned from when work was last done in it.

        It does not where the case was paused since, or a clock goes on from another version of the rulebook.
        """
        since, laws = self.outline.last_activity_at, self._laws
        if since is None or not self._by_child.parted.isdisjoint(laws.silences):
            return False
        reckoned = laws.at(since).silent(self.outline.category or "")
        for identity in laws.silent:
            clock = self._running.get(identity)
            if clock is None or not clock.ready.plain:
                if identity[0] in reckoned:
                    return False
            elif identity[0] not in reckoned or not clock.undisturbed(since):
                return False
        return True

    def law_at(self, instant: Instant) -> Law:
        """Return the version of the rulebook that was in force at an instant."""
        return self._laws.at(instant)

    def _halts(self, ready: Ready) -> bool:
        """Say whether a clock stands, since the case is paused, or closed while work is waited for."""
        outline = self.outline
        paused, closed = outline.pause is not None, outline.closed_at is not None
        return (paused and ready.stands) or (closed and ready.waits_for_work)

    def _halt_or_go_on(self, at: Instant) -> None:
        for clock in self._running.values():
            if self._halts(clock.ready):
                clock.stand(at)
            else:
                clock.go_on(at)
