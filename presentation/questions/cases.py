"""The question for cases as it is asked, and its answer without what may not be read."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.cases.events import ActionRecorded
from domain.cases.fold import ACTIVE_NAMES
from presentation.times.durations import before, calendar_data_of, calendar_of, parse_duration
from projections.queries.cases import CaseQuery, restricted_among
from projections.views.access import may_read_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.instant import Instant
    from domain.rulebook.model import CalendarData
    from presentation.look import Look
    from projections.runner.runner import Runner

_TOGETHER: Final = 500
"""How many cases are looked up together."""


class PopulationQuery(NamedTuple):
    """The question, and by which calendar its length of time is counted back between which instants, if any."""

    query: CaseQuery
    counted: tuple[CalendarData, tuple[Instant, Instant]] | None


def population_query(
    look: Look, sort: str, limit: int | None = None, *, is_open: bool | None, idle_over: str | None, **more: Any
) -> PopulationQuery:
    """Return the question that the filters of a population make; what is to be idle is open, unless asked for."""
    if idle_over is None:
        return PopulationQuery(CaseQuery(look.axes, open=is_open, sort=sort, limit=limit, **more), None)
    duration = parse_duration(idle_over, name="--idle-over")
    idle_before = before(duration, look.axes.as_at, calendar_of(look.zone, duration))
    is_open = True if is_open is None else is_open
    query = CaseQuery(look.axes, open=is_open, idle_before=idle_before, sort=sort, limit=limit, **more)
    return PopulationQuery(query, (calendar_data_of(look.zone, duration), (look.axes.as_at, idle_before)))


def withheld(items: Iterable[dict[str, Any]], runner: Runner, look: Look) -> Iterator[dict[str, Any]]:
    """Yield the cases, some looked up at a time, without what may not be read of them."""
    left = iter(items)
    while some := list(islice(left, _TOGETHER)):
        _withhold(some, runner, look)
        yield from some


def _withhold(items: Sequence[dict[str, Any]], runner: Runner, look: Look) -> None:
    """Leave out which action came last in a case that may not be read: it says what the case is about."""
    actions = [one for one in items if one["last_activity"] not in ACTIVE_NAMES]
    restricted = restricted_among(runner, [one["reference"] for one in actions])
    for one in actions:
        if one["reference"] in restricted and not may_read_named(look.scope, one["reference"]):
            one["last_activity"] = ActionRecorded.TOPIC.partition(".")[2]
