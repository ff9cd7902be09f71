"""What the lists of waits share: by when, which names may be told, what is said beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presentation.stalled import NAMING, NO_NAMES
from presentation.times.bank_holidays import unknown
from projections.views.access import may_read_named
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.queries.agenda import Awaited
    from projections.queries.filters import Filtered
    from projections.queries.stalled import Cause


def later(within: str, look: Look) -> Instant:
    """Return the instant so much after the one asked about; raise ``UsageProblem`` for no length of time."""
    from domain.working_time.calendar import Calendar
    from presentation.times.durations import after, parse_duration

    length = parse_duration(within, name="--within")
    calendar = Calendar(rulebook_versions(look.ledger).at(look.axes.as_at).calendar)
    return after(length, look.axes.as_at, calendar)


def may_name(look: Look, reference: str, causes: Sequence[Cause]) -> bool:
    """Say whether what a case waits for may be named; it is asked only where there is something to name."""
    if NAMING.isdisjoint(one.cause for one in causes):
        return True
    return may_read_named(look.scope, reference)


def children_of(look: Look, reference: str, causes: Sequence[Cause]) -> Mapping[int, str]:
    """Return the names of a case's children as far as they may be read, if it waits for one of them."""
    if not any(cause.child for cause in causes):
        return NO_NAMES
    from projections.views.live_case import children_named

    return children_named(look.scope, reference)


def awaited_item(one: Awaited, look: Look, versions: RulebookVersions) -> dict[str, Any]:
    """Return what comes next as it is shown, with the names of what it is about where they may be read."""
    from presentation.agenda import item

    causes = [one.cause]
    named = may_name(look, one.reference, causes)
    names = children_of(look, one.reference, causes) if named else NO_NAMES
    return item(one, look.axes.as_at, versions, names, named=named)


def nobody_meant(count_open: int, wanted: Filtered) -> str | None:
    """Return the doubt where no open case at all is of what was named: a mistyped name is no good news."""
    if count_open or not (wanted.category or wanted.team):
        return None
    listed = " and ".join(map(repr, (*wanted.category, *wanted.team)))
    return f"no open case is of {listed}; categories and teams are taken to the letter, capitals and all"


def holidays_unknown(look: Look, *instants: Instant) -> str | None:
    """Return what the rulebook in force leaves open where it counts working time at one of ``instants``."""
    return unknown(rulebook_versions(look.ledger).at(look.axes.as_at).calendar, instants)
