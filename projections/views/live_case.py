"""One case of a list, read from its entries, and what a list may say of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from domain.cases.children import UNNAMED, histories
from domain.cases.events import RISKS
from domain.deadlines.clocks import Clocks, run
from domain.identity import case_stream, known
from projections.fields import fields
from projections.views.access import may_read_part, part_of, part_of_stream
from projections.views.case_view import CaseView
from projections.views.clocks.clock_states import (
    BREACHED,
    RUNNING,
    STANDING,
    by_state,
    due_of,
    overdue_seconds,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from domain.axes import Axes
    from domain.cases.children import Histories
    from domain.deadlines.clock import Clock
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from projections.views.access import Reader, Scope
    from projections.views.case_view import Unread
    from projections.views.timeline import Item

COMMON: Final = ("reference", "category", "risk", "owner", "team")
"""What an item of every list begins with."""

CLOCK: Final = (
    *COMMON,
    *fields(
        "open standard key child unnamed state limit started_at since due stands_since stopped_at in_time "
        "overdue_seconds withheld"
    ),
)
"""What an item for a clock holds."""

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

    def breached(self, clock: Clock) -> bool:
        """Say whether a clock is too long at the instant asked about."""
        return state_of(clock, self.clocks, self.axes.as_at) == BREACHED

    def waits(self) -> Iterator[Clock]:
        """Yield the clocks that are waited for, breached or not."""
        for clock in self.clocks.running.values():
            if state_of(clock, self.clocks, self.axes.as_at) in {BREACHED, RUNNING, STANDING}:
                yield clock

    def clock_rows(self, standards: Collection[str] = (), states: Collection[str] = ()) -> Iterator[Item]:
        """Yield the clocks of these standards, in these states, what is overdue first; all where none are named.

        Names are left out where they may not be read.
        """
        for state, clock in by_state(self.clocks, self.axes.as_at):
            if (not standards or clock.ready.standard.id in standards) and (not states or state in states):
                yield self._clock_row(clock, state)

    def _clock_row(self, clock: Clock, state: str) -> Item:
        # Of the case no more is worked out than its clocks keep: there may be a hundred thousand cases.
        case, stopped_at, children = self.clocks.outline, clock.stopped_at, self.clocks.children
        judged = stopped_at is not None and not clock.ended
        until = self.axes.as_at if case.closed_at is None else case.closed_at
        return {
            "reference": case.reference,
            "category": case.category,
            "risk": case.risk,
            "owner": case.owner,
            "team": case.team,
            "open": case.closed_at is None,
            "standard": clock.ready.standard.id,
            "key": self.text(clock.key or None),
            "child": self.text(children.labels.get(clock.child)),
            "unnamed": clock.child == UNNAMED,
            "state": state,
            "limit": clock.limit[0],
            "started_at": clock.started_at,
            "since": clock.since,
            "due": due_of(clock),
            "stands_since": clock.stands_since,
            "stopped_at": stopped_at,
            "in_time": not clock.late(stopped_at) if judged and stopped_at is not None else None,
            "overdue_seconds": overdue_seconds(clock, until),
            "withheld": not self.readable,
        }

    def text(self, said: str | None) -> str | None:
        """Return a text of the case, or ``None`` if it may not be read by whoever asks."""
        return said if self.readable else None

    def common(self) -> Item:
        """Return what an item of every list begins with."""
        case = self.case
        values = (case.reference, case.category, case.risk, case.owner, case.team)
        return dict(zip(COMMON, values, strict=True))

    @cached_property
    def histories(self) -> Histories:
        """The actions that each of its children is concerned by."""
        return histories(self.believed)

    def whom(self, number: int) -> Item:
        """Return for which child an item is, or that it is for those whom no entry names while others are named.

        The name is left out where it may not be read by whoever asks.
        """
        labels = self.histories.children.labels
        return {"child": self.text(labels.get(number)), "unnamed": number == UNNAMED and bool(labels)}

    def ages(self) -> list[int]:
        """Return the children's ages as far as they were told and may be read."""
        return list(self.case.ages) if self.readable else []


def live_cases(scope: Scope, streams: Iterable[bytes], laws: Laws) -> Iterator[LiveCase]:
    """Yield these cases as of the axes of ``scope``, each as far as it can be read."""
    for stream in streams:
        entries, unread = part_of(scope.ledger, stream)
        yield LiveCase(entries, scope.axes, laws, scope.reader, unread)


def children_named(scope: Scope, reference: str) -> dict[int, str]:
    """Return the names of a case's children by their numbers; none if they may not be read by whoever asks."""
    view = part_of_stream(scope, known(case_stream, reference, scope.ledger.stream))
    return view.case.named.labels if may_read_part(view, scope.reader) else {}


def rank(risk: str | None) -> int:
    """Return the place of a risk, the highest first; one that was not assessed stands between high and medium."""
    return _RANKS.get(risk, len(_RANKS))
