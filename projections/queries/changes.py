"""What changed over all cases between two pictures, step by step.

The steps applied to the first picture give the second: which cases there are, whose, at which risk, of which
category, open or closed, and what each is stalled for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.cases.events import RISKS
from projections.queries.leads import severity
from projections.queries.pictures import Pair, Standing, differing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.queries.filters import Filtered
    from projections.queries.pictures import Pictures
    from projections.queries.stalled import Cause
    from projections.runner.runner import Runner

KINDS: Final = (
    "newly-stalled",
    "no-longer-stalled",
    "other-causes",
    "opened",
    "gone",
    "reopened",
    "closed",
    "changed-hands",
    "changed-team",
    "risk-raised",
    "risk-lowered",
    "risk-assessed",
    "risk-withdrawn",
    "recategorised",
)
"""What a step can be, in the order in which steps are shown."""

_STALLED, _FREED, _OTHERWISE, _OPENED, _GONE, _REOPENED, _CLOSED = KINDS[:7]
_FIELDS: Final = {"owner": "changed-hands", "team": "changed-team", "category": "recategorised"}


class CaseChange(NamedTuple):
    """One change of a case, of one of ``KINDS``: ``case`` is how it stands last.

    ``before`` and ``after`` are the owner, the team, the risk or the category of a step that changes one.
    ``began`` and ``ended`` are causes of being stalled; one of which the limit or an instant is another is both.
    """

    kind: str
    case: Standing
    before: str | None = None
    after: str | None = None
    began: tuple[Cause, ...] = ()
    ended: tuple[Cause, ...] = ()


def changes(runner: Runner, pictures: Pictures, wanted: Filtered) -> list[CaseChange]:
    """Return what changed in the cases that the filters of ``wanted`` let through in either picture.

    By kind, and within one the cases of the highest risk first. The tables must have been brought up to date.
    """
    pairs = (one for one in differing(runner, pictures) if one.is_meant(wanted))
    return sorted((step for pair in pairs for step in steps(pair)), key=_order)


def steps(pair: Pair) -> Iterator[CaseChange]:
    """Yield the steps from how a case stood to how it stands; none where that is the same."""
    before, after = pair
    if after is None:
        if before is not None:
            yield CaseChange(_GONE, before)
            yield from _causes(before, before._replace(causes=()))
        return
    if before is None:
        yield CaseChange(_OPENED, after)
        before = after._replace(closed_at=None, causes=())
    if (before.closed_at is None) is not (after.closed_at is None):
        yield CaseChange(_REOPENED if after.closed_at is None else _CLOSED, after)
    for name, kind in _FIELDS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield CaseChange(kind, after, old, new)
    if before.risk != after.risk:
        yield CaseChange(_risk(before.risk, after.risk), after, before.risk, after.risk)
    yield from _causes(before, after)


def _risk(before: str | None, after: str | None) -> str:
    """Return which step leads from one risk to another; of two risks the highest stands first in ``RISKS``."""
    if before is None or after is None:
        return "risk-assessed" if before is None else "risk-withdrawn"
    return "risk-raised" if RISKS.index(after) < RISKS.index(before) else "risk-lowered"


def _causes(before: Standing, after: Standing) -> Iterator[CaseChange]:
    old, new = before.causes, after.causes
    if old != new:
        kind = _OTHERWISE if old and new else _STALLED if new else _FREED
        began = tuple(one for one in new if one not in old)
        yield CaseChange(kind, after, began=began, ended=tuple(one for one in old if one not in new))


def _order(step: CaseChange) -> tuple[Any, ...]:
    due = min((one.due for one in (*step.began, *step.ended)), default=0)
    return KINDS.index(step.kind), severity(step.case.risk), due, step.case.reference
