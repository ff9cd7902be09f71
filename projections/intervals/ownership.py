"""Cases in the hands of officers who cannot do the work: the register laid over who owned what, on both axes.

The officer's rows and the case's are both half-open on both axes, so what holds of both at once holds on
their overlap. An absence or an accreditation that was recorded late shows here as it does everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.deadlines.facts import WAIT, Fact
from projections.intervals.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.instant import Instant
    from projections.intervals.officers import OfficerValues, Period


def unfit(owned: Row[Fact], periods: Iterable[Period]) -> Iterator[Row[Fact]]:
    """Yield the stalls of one spell of ownership, given the rows of its owner.

    ``owner-unavailable`` holds while the owner is absent or has left, ``owner-unaccredited`` while they lack
    the accreditation that the case needs, each since it came about or the case was given to them.
    """
    for period in periods:
        start, end = max(owned.valid_from, period.valid_from), min(owned.valid_to, period.valid_to)
        known, until = max(owned.known_from, period.known_from), min(owned.known_to, period.known_to)
        if start < end and known < until:
            for cause, began in _causes(owned.fact.key, period.state):
                since = max(began, owned.fact.since)
                fact = Fact(WAIT, cause, "", owned.fact.name, owned.fact.key, since, since)
                yield Row(start, end, known, until, fact)


def _causes(needed: str, state: OfficerValues) -> Iterator[tuple[str, Instant]]:
    away = [one for one in (state.absent_since, state.left_at) if one is not None]
    if away:
        yield "owner-unavailable", min(away)
    if needed and needed not in dict(state.accreditations):
        yield "owner-unaccredited", dict(state.lost).get(needed, _ALWAYS)


_ALWAYS = -(1 << 62)
"""Before every instant: who never was accredited has lacked it ever since they had the case."""
