"""One case of a list, read from its entries, and what a list may say of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from domain.cases.events import RISKS, ActionRecorded
from domain.deadlines.clocks import Clocks, run
from projections.views.access import may_read_part, part_of
from projections.views.case_view import CaseView
from projections.views.clock_states import BREACHED, RUNNING, STANDING, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.axes import Axes
    from domain.deadlines.clock import Clock
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from projections.views.access import Reader, Scope
    from projections.views.case_view import Unread
    from projections.views.timeline import Item

COMMON: Final = ("reference", "category", "risk", "owner", "team")
"""What an item of every list begins with."""

_RANKS: Final = {risk: rank for rank, risk in enumerate([*RISKS[:2], None, *RISKS[2:]])}


class LiveCase(CaseView):
    """One case of a list, with its clocks; its text is left out unless ``reader`` may read it."""

    def __init__(
        self, entries: Sequence[Entry], axes: Axes, laws: Laws, reader: Reader, unread: Sequence[Unread] = ()
    ) -> None:
        """Look at all ``entries`` of a case as of ``axes``, under ``laws``, for ``reader``; not ``unread``."""
        super().__init__(entries, axes, unread)
        self._laws = laws
        self._reader = reader

    @cached_property
    def clocks(self) -> Clocks:
        """Its clocks."""
        return run(self.believed, self._laws)

    @cached_property
    def readable(self) -> bool:
        """Whether its text may be read by whoever asks."""
        return may_read_part(self, self._reader)

    def actions(self) -> Iterator[tuple[Entry, ActionRecorded]]:
        """Yield the actions that are believed, in order, each with its entry."""
        for entry in self.believed:
            if isinstance(entry.event, ActionRecorded):
                yield entry, entry.event

    def breached(self, clock: Clock) -> bool:
        """Say whether a clock is too long at the instant asked about."""
        return state_of(clock, self.clocks, self.axes.as_at) == BREACHED

    def waits(self) -> Iterator[Clock]:
        """Yield the clocks that are waited for, breached or not."""
        for clock in self.clocks.running.values():
            if state_of(clock, self.clocks, self.axes.as_at) in {BREACHED, RUNNING, STANDING}:
                yield clock

    def text(self, said: str | None) -> str | None:
        """Return a text of the case, or ``None`` if it may not be read by whoever asks."""
        return said if self.readable else None

    def common(self) -> Item:
        """Return what an item of every list begins with."""
        case = self.case
        values = (case.reference, case.category, case.risk, case.owner, case.team)
        return dict(zip(COMMON, values, strict=True))

    def ages(self) -> list[int]:
        """Return the children's ages as far as they were told and may be read."""
        return list(self.case.ages) if self.readable else []


def live_cases(scope: Scope, streams: Iterable[bytes], laws: Laws) -> Iterator[LiveCase]:
    """Yield these cases as of the axes of ``scope``, each as far as it can be read."""
    for stream in streams:
        entries, unread = part_of(scope.ledger, stream)
        yield LiveCase(entries, scope.axes, laws, scope.reader, unread)


def rank(risk: str | None) -> int:
    """Return the place of a risk, the highest first; one that was not assessed stands between high and medium."""
    return _RANKS.get(risk, len(_RANKS))
