"""Who stands in for whom: of officers who are away and have open cases, those who named a deputy.

That they are away is known by what their cases wait for; so only their own entries of the register are read, and
the ledger is not searched for absences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from domain.deadlines.facts import WAIT
from domain.event import known_at
from domain.identity import known, officer_stream, same_name
from domain.officer import fold
from projections.queries.filters import around, holds, parameters
from projections.tables import checkpoint
from projections.tables.engine import reading
from projections.tables.schema import clock_interval
from projections.views.access import entries_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.axes import Axes
    from domain.instant import Instant
    from domain.officer import Officer
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner


class StandIn(NamedTuple):
    """An officer who is away, until before an instant (microseconds UTC) where that is set, and their deputy."""

    officer: str
    deputy: str
    until: Instant | None


def stand_ins(runner: Runner, wanted: Filtered, deputies: Collection[str]) -> list[StandIn]:
    """Return for whom ``deputies`` stand in at the instants of ``wanted``, in order of the officers' names.

    Nobody stands in for whoever has left: their cases are to be given to others.
    The tables must have been brought up to date. Letters and spacing name the same officer. Raises ``StoreError``
    if an entry of the register cannot be read.
    """
    found = []
    for name in _away(runner, wanted):
        away = _officer(runner, name, wanted.axes)
        deputy = away.deputy
        if away.left_at is None and deputy is not None and any(same_name(deputy, one) for one in deputies):
            found.append(StandIn(away.identifier, deputy, away.absent_until))
    return sorted(found)


def _away(runner: Runner, wanted: Filtered) -> list[str]:
    """Return the owners of open cases who are absent or have left."""
    with reading(runner.engine) as connection:
        clocks = clock_interval(checkpoint.in_service(connection).generation)
        k = clocks.c
        waits = (k.kind == WAIT, k.name == "owner-unavailable", around(clocks), holds(clocks))
        found = connection.execute(select(k.key).where(*waits).distinct(), parameters(wanted))
        return list({officer_stream(name): name for name in found.scalars()}.values())


def _officer(runner: Runner, name: str, axes: Axes) -> Officer:
    ledger = runner.recorder
    entries = entries_of(ledger, known(officer_stream, name, ledger.stream))
    return fold([one for one in entries if known_at(one) <= axes.known_at], axes.valid_at)
