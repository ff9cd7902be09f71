"""A case entry by entry: each with the state after it and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.fold import apply
from domain.cases.state import Case
from projections.views.state import changes, state_item
from projections.views.timeline import Item, Line, item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.views.case_view import CaseView

FIELDS = ("entry", "state", "changed")
"""What an item holds."""


def replay(view: CaseView) -> Iterator[Item]:
    """Yield one item for each entry of the timeline.

    A retracted entry changes nothing. The state is that at the instant of its entry, so its age and idle
    time run to then; it is ``None`` until the case has been reported.
    """
    case, past = Case(), []
    before: Item | None = None
    for line in view.lines:
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
