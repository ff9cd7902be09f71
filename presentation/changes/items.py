"""What changed over all cases, and what was recorded meanwhile, under the names of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from presentation.stalled import NO_NAMES, cause_item
from projections.fields import copied, fields
from projections.views import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.event import Entry
    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.changes import CaseChange
    from projections.queries.pictures import Pictures, Standing
    from projections.queries.stalled import Cause

Item = dict[str, Any]

RECORDED: Final = "recorded"
"""The change that is an entry."""

FIELDS: Final = (
    *fields("change reference category risk owner team open before after began ended"),
    *recorded.FIELDS,
)
"""What an item holds, in the order of the contract."""

_WHOSE: Final = FIELDS[1:6]
_NOTHING: Final = dict.fromkeys(FIELDS) | {"withheld": False}


def step_item(
    step: CaseChange,
    pictures: Pictures,
    rulebooks: RulebookVersions,
    names: Mapping[int, str] = NO_NAMES,
    *,
    named: bool = True,
) -> Item:
    """Return one change of a case; a cause that ended is overdue as at the first picture.

    ``names`` and ``named`` are as for ``presentation.stalled.item``.
    """

    def causes(found: Iterable[Cause], as_at: Instant) -> list[Item]:
        told = ((one, names.get(one.child) if named else None) for one in found)
        return [cause_item(one, as_at, rulebooks, name, named=named) for one, name in told]

    at = {"opened": step.case.reported_at, "closed": step.case.closed_at}
    return {
        **_NOTHING,
        "change": step.kind,
        **_whose(step.case),
        "before": step.before,
        "after": step.after,
        "began": causes(step.began, pictures.second.as_at),
        "ended": causes(step.ended, pictures.first.as_at),
        "occurred_at": at.get(step.kind),
    }


def entry_item(entry: Entry, reference: str, case: Standing | None, *, withheld: bool) -> Item:
    """Return an entry that was recorded, with how its case stands last, if it is in one of the pictures."""
    whose = {**dict.fromkeys((*_WHOSE, "open")), "reference": reference} if case is None else _whose(case)
    told = recorded.item(entry, withheld=withheld)
    return {**_NOTHING, "change": RECORDED, **whose, "began": [], "ended": [], **told}


def _whose(case: Standing) -> Item:
    return {**copied(case, _WHOSE), "open": case.closed_at is None}
