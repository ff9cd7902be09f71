"""From when until when there is something to see: in a store, and in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.event import known_at
from web.moments import THEN
from web.page import Course

if TYPE_CHECKING:
    from projections.views.case_view import CaseView
    from web.page import PageQuestion


def course_of_store(asked: PageQuestion) -> Course | None:
    """Return the course from the first entry of a store to its last; ``None`` of one without entries."""
    ledger, now = asked.look.ledger, asked.look.as_of.now
    found = ledger.select_notifications(1, 1)
    if not found:
        return None
    first = found[0].recorded_at if found[0].occurred_at is None else found[0].occurred_at
    return Course(first, min(now, ledger.head()[1]))


def course_of_case(asked: PageQuestion, case: CaseView) -> Course | None:
    """Return the course of a case, with the instants at which something happened, or became known.

    These are of what is known at the instant of knowledge; where that is the one that is moved, of all.
    """
    axes, now = asked.look.axes, asked.look.as_of.now
    if asked.moment.known_by == THEN:
        instants = sorted({known_at(one) for one in case.entries})
    else:
        instants = sorted({one.occurred_at for one in case.entries if known_at(one) <= axes.known_at})
    return Course(instants[0], min(now, instants[-1]), instants) if instants else None
