"""Which cases, drawn in a round of inspection that is open, have no grade by the inspectorate yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.deadlines.standards import Laws
from domain.identity import case_stream, same_name
from projections.inspections.decisions import grade_item
from projections.inspections.rounds import inspection_at, inspections
from projections.views.access import told
from projections.views.live_case import live_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.cases.state import Case
    from domain.inspections.inspection import Inspection
    from domain.rulebook.versions import RulebookVersions
    from projections.views.access import Scope
    from projections.views.case_view import Unread
    from projections.views.timeline import Item


def missing_grades(scope: Scope, rulebooks: RulebookVersions, unread: list[Unread]) -> Iterator[Item]:
    """Yield each case that waits for a grade, round by round; what cannot be read of it goes to ``unread``."""
    laws = Laws(rulebooks.versions)
    for one in inspections(scope):
        round_ = inspection_at(scope, one["inspection"]) if one["open"] else None
        if round_ is not None:
            yield from _of_round(scope, round_, laws, unread)


def _of_round(scope: Scope, round_: Inspection, laws: Laws, unread: list[Unread]) -> Iterator[Item]:
    drawn = round_.drawn()
    streams = [case_stream(one) for one in sorted(drawn)]
    for reference, case in zip(sorted(drawn), live_cases(scope, streams, laws), strict=True):
        unread += (found for found in told(case, scope.reader) if found not in unread)
        if case.case.reported_at is not None and not _graded(case.case, round_.identifier):
            yield grade_item(case, round_.identifier, round_.samples[drawn[reference]].at)


def _graded(case: Case, inspection: str) -> bool:
    return any(one.by == "inspectorate" and same_name(one.inspection, inspection) for one in case.grades)
