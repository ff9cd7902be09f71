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
    held_from, held_to, believed_from, believed_to, held = owned
    for valid_from, valid_to, known_from, known_to, state in periods:
        if (
            valid_from >= held_to
            or valid_to <= held_from
            or known_from >= believed_to
            or known_to <= believed_from
        ):
            continue
        start, end = max(held_from, valid_from), min(held_to, valid_to)
        known, until = max(believed_from, known_from), min(believed_to, known_to)
        for cause, began in _causes(held.key, state):
            since = max(began, held.since)
            yield Row(start, end, known, until, Fact(WAIT, cause, "", held.name, held.key, since, since))


def _causes(needed: str, state: OfficerValues) -> Iterator[tuple[str, Instant]]:
    away = [one for one in (state.absent_since, state.left_at) if one is not None]
    if away:
        yield "owner-unavailable", min(away)
    if needed and needed not in dict(state.accreditations):
        yield "owner-unaccredited", dict(state.lost).get(needed, _ALWAYS)


_ALWAYS = -(1 << 62)
"""Before every instant: who never was accredited has lacked it ever since they had the case."""
