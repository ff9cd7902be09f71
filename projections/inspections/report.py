"""What a round came to: shares by grade, the force's own grades beside them, referrals, the round before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain.inspections import grading
from domain.inspections.grading import GRADES, agreement, percent
from projections.fields import copied, fields
from projections.inspections.referrals import counts
from projections.inspections.rounds import FIELDS as ROUND_FIELDS
from projections.inspections.rounds import inspection_at, list_item, outside_cases, sampled_cases
from projections.views.access import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.inspections.inspection import Inspection
    from projections.views.access import Scope
    from projections.views.case_view import Unread
    from projections.views.timeline import Item

FIELDS: Final = (
    *ROUND_FIELDS,
    *fields("samples examined not_examined grades agreement disagreements"),
    *fields("topics referrals outside comparison cases"),
)
"""What a report holds."""


def report(scope: Scope, name: str, unread: list[Unread] | None = None) -> Item | None:
    """Return the report of an inspection; ``None`` if it had not been opened by then.

    Entries of cases that cannot be read are left out, and added to ``unread``; without one ``StoreError`` is
    raised for them, as it is for an entry of the round itself. Raises ``NotFound`` if there never was one of
    this name.
    """
    inspection = inspection_at(scope, name)
    if inspection is None:
        return None
    left: list[Unread] = [] if unread is None else unread
    found = _report(scope, inspection, left)
    if left and unread is None:
        raise left_out(left)
    return found


def _report(scope: Scope, inspection: Inspection, unread: list[Unread]) -> Item:
    inside, outside = (cases(scope, inspection, unread) for cases in (sampled_cases, outside_cases))
    earlier = None if inspection.follows is None else inspection_at(scope, inspection.follows)
    then = [] if earlier is None else sampled_cases(scope, earlier, unread)
    before = {one["reference"]: one["inspectorate"] for one in then}
    for one in (*inside, *outside):
        one["before"] = before.get(one["reference"])
    return {
        **list_item(inspection),
        "samples": _samples(inspection),
        **_found(inside),
        "topics": [
            _topic(inside, topic) for topic in sorted({topic for one in inside for topic in one["topics"]})
        ],
        "referrals": _referrals((*inside, *outside)),
        "outside": outside,
        "comparison": None if earlier is None else _comparison(earlier, then, inside),
        "cases": inside,
    }


def _samples(inspection: Inspection) -> list[Item]:
    return [
        {
            "name": name,
            "drawn_at": drawing.at,
            **copied(drawing.sample, fields("as_at known_at seed size method strata")),
            "among": msgspec.to_builtins(drawing.sample.among),
            **copied(drawing.sample, ("population", "drawn")),
        }
        for name, drawing in inspection.samples.items()
    ]


def _found(inside: Sequence[Item]) -> Item:
    """Return what the sampled cases came to: a case counts as examined if the inspectorate graded it."""
    graded = [one["inspectorate"] for one in inside if one["inspectorate"] is not None]
    return {
        "examined": len(graded),
        "not_examined": [one["reference"] for one in inside if one["inspectorate"] is None],
        "grades": shares(graded),
        "agreement": _agreement((one["force"], one["inspectorate"]) for one in inside),
        "disagreements": _disagreements(inside),
    }


def shares(graded: Sequence[str]) -> Item:
    """Return, of grades, how many and what percentage there are of each, and of all below good."""
    found = {grade: graded.count(grade) for grade in GRADES}
    found["below good"] = len(graded) - found["good"]
    return {
        grade.replace(" ", "_"): {"count": count, "percent": percent(count, len(graded))}
        for grade, count in found.items()
    }


def _agreement(pairs: Iterable[tuple[str | None, str | None]]) -> Item:
    found = agreement((own, theirs) for own, theirs in pairs if own is not None and theirs is not None)
    matrix = found.matrix
    return {
        **found._asdict(),
        "scale": list(GRADES),
        "matrix": [list(row) for row in matrix],
        "force": [sum(row) for row in matrix],
        "inspectorate": [sum(column) for column in zip(*matrix, strict=True)],
        "agreed_percent": percent(found.agreed, found.cases),
    }


def _disagreements(inside: Sequence[Item]) -> list[Item]:
    """Return the cases graded otherwise by each, those furthest apart first."""
    found = [one for one in inside if one["steps"]]
    found.sort(key=lambda one: (-abs(one["steps"]), -one["steps"], one["reference"]))
    return [{name: one[name] for name in ("reference", "force", "inspectorate", "steps")} for one in found]


def _topic(inside: Sequence[Item], topic: str) -> Item:
    pairs = [(found["force"], found["inspectorate"]) for one in inside if (found := one["topics"].get(topic))]
    graded = [theirs for _, theirs in pairs if theirs is not None]
    return {
        "topic": topic,
        "examined": len(graded),
        "grades": shares(graded),
        "agreement": _agreement(pairs),
    }


def _referrals(cases: Sequence[Item]) -> Item:
    found = [referral for one in cases for referral in one["referrals"]]
    found.sort(key=lambda one: (one["escalated_at"], one["reference"], one["escalation"] or ""))
    return {**counts(found), "items": found}


def _comparison(earlier: Inspection, then: Sequence[Item], inside: Sequence[Item]) -> Item:
    """Return the round before, to stand beside this one, and the cases that were examined in both."""
    both = [_change(one) for one in inside if one["before"] is not None and one["inspectorate"] is not None]
    found = _found(then)
    return {
        "inspection": earlier.identifier,
        "drawn": len(then),
        "examined": found["examined"],
        "grades": found["grades"],
        "both": both,
        "better": sum(one["steps"] < 0 for one in both),
        "same": sum(one["steps"] == 0 for one in both),
        "worse": sum(one["steps"] > 0 for one in both),
    }


def _change(one: Item) -> Item:
    before, now = one["before"], one["inspectorate"]
    apart = grading.steps(now) - grading.steps(before)
    return {"reference": one["reference"], "before": before, "now": now, "steps": apart}
