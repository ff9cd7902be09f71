"""The question for the stalled cases as it is asked, and its answer as the items of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presentation.questions.waits import children_of, may_name
from presentation.stalled import NO_NAMES, item
from projections.queries.stalled import ORDERS, StalledQuery
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.queries.stalled import Stalled


def stalled_query(look: Look, given: dict[str, Any]) -> StalledQuery:
    """Return what is asked for; raise ``NotFound`` for a standard that no rulebook has, which nothing breaks."""
    names = {"causes": given.pop("cause"), "standards": given.pop("standard")}
    if names["standards"]:
        from projections.views.clocks.not_started import standard_named

        versions = rulebook_versions(look.ledger)
        for identifier in names["standards"]:
            standard_named(identifier, versions, look.axes.as_at)
    return StalledQuery(look.axes, **names, **given)


def stalled_items(cases: Iterable[Stalled], look: Look) -> Iterator[dict[str, Any]]:
    """Yield cases as they are shown: with the names of what each waits for, if whoever asks may read them."""
    versions = rulebook_versions(look.ledger)
    return (_item(case, look, versions) for case in cases)


def _item(case: Stalled, look: Look, versions: RulebookVersions) -> dict[str, Any]:
    named = may_name(look, case.reference, case.causes)
    names = children_of(look, case.reference, case.causes) if named else NO_NAMES
    return item(case, look.axes.as_at, versions, names, named=named)


def in_order(cases: Iterable[Stalled], field: str, downwards: bool) -> list[Stalled]:  # noqa: FBT001  (as ``View.order`` returns them)
    """Return cases in the order of ``field``, one of ``ORDERS``."""
    return sorted(cases, key=ORDERS[field], reverse=downwards)
