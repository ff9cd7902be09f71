"""A case entry by entry: each with the state after it and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.fold import apply
from domain.cases.state import Case
from projections.views.state import changes, flags_of, leaves, state_item
from projections.views.timeline import Item, item

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
    flags: dict[str, list[str]] = {}
    case, before = Case(), leaves(None)
    for line in view.lines:
        flags |= flags_of((line,))
        if line.retracted_by is None:
            apply(case, line.entry)
        state = None if case.reported_at is None else state_item(case, line.entry.occurred_at, dict(flags))
        after = leaves(state)
        yield {"entry": item(line), "state": state, "changed": changes(before, after)}
        before = after
