"""One case of a list, read live: what is believed of it in the picture asked for, and what a list may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases import belief
from domain.cases.events import RISKS, ActionRecorded
from domain.cases.fold import fold
from domain.deadlines.clocks import Clocks, run
from projections.views.access import Reader, current, entries_of, may_read
from projections.views.clock_states import BREACHED, RUNNING, STANDING, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.cases.state import Case
    from domain.deadlines.clock import Clock
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from domain.instant import Instant
    from ledger.reader import LedgerReader
    from projections.views.timeline import Item

COMMON: Final = ("reference", "category", "risk", "owner", "team")
"""What an item of every list begins with."""

_RANKS: Final = {risk: rank for rank, risk in enumerate([*RISKS[:2], None, *RISKS[2:]])}


class Axes(NamedTuple):
    """What is asked about: the world at ``as_at``, by what was known at ``known`` (microseconds UTC)."""

    as_at: Instant
    known: Instant


class LiveCase(NamedTuple):
    """One case in one picture; its text is left out unless it is ``readable`` by whoever asks."""

    believed: list[Entry]
    case: Case
    clocks: Clocks
    as_at: Instant
    readable: bool

    def actions(self) -> Iterator[tuple[Entry, ActionRecorded]]:
        """Yield the actions that are believed, in order, each with its entry."""
        for entry in self.believed:
            if isinstance(entry.event, ActionRecorded):
                yield entry, entry.event

    def breached(self, clock: Clock) -> bool:
        """Say whether a clock is too long at the instant asked about."""
        return state_of(clock, self.clocks, self.as_at) == BREACHED

    def waits(self) -> Iterator[Clock]:
        """Yield the clocks that are waited for, breached or not."""
        for clock in self.clocks.running.values():
            if state_of(clock, self.clocks, self.as_at) in {BREACHED, RUNNING, STANDING}:
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


def live_cases(
    ledger: LedgerReader, streams: Iterable[bytes], laws: Laws, axes: Axes, reader: Reader
) -> Iterator[LiveCase]:
    """Yield these cases in the picture of ``axes``; raise ``StoreError`` if an entry cannot be read."""
    for stream in streams:
        entries = entries_of(ledger, stream)
        believed = belief.picture(entries, *axes)
        readable = may_read(current(entries), reader.actor, reader.role)
        yield LiveCase(believed, fold(believed), run(believed, laws), axes.as_at, readable)


def rank(risk: str | None) -> int:
    """Return the place of a risk, the highest first; one that was not assessed stands between high and medium."""
    return _RANKS.get(risk, len(_RANKS))
