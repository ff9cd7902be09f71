"""A case entry by entry: each with the state after it and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.fold import apply
from domain.cases.state import Case
from domain.instant import FOREVER, Instant
from projections.views.state import changes, state_item
from projections.views.timeline import Item, Line, item, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.event import Entry

FIELDS = ("entry", "state", "changed")
"""What an item holds."""


def replay(entries: Iterable[Entry], as_at: Instant = FOREVER, known: Instant = FOREVER) -> Iterator[Item]:
    """Yield one item for each entry of the timeline as at ``as_at``, known at ``known`` (microseconds, UTC).

    A retracted entry changes nothing. The state is that at the instant of its entry, so its age and idle
    time run to then; it is ``None`` until the case has been reported.
    """
    case, past = Case(), []
    before: Item | None = None
    for line in timeline(entries, as_at, known):
        past.append(line)
        if line.retracted_by is None:
            apply(case, line.entry)
        after = _state(case, line, past)
        yield {"entry": item(line), "state": after, "changed": changes(before, after)}
        before = after


def _state(case: Case, line: Line, past: list[Line]) -> Item | None:
    if case.reported_at is None:
        return None
    return state_item(case, line.entry.occurred_at, past)
