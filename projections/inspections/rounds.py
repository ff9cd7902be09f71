"""Inspections read live: each round, and every case that it looked at, on both axes.

A round has tens or hundreds of cases, so each is folded from its own entries. Which cases were graded or
referred back without being in a sample is found by reading through the ledger's grades and referrals once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.events import EntryCorrected, Escalated, Graded, Reported
from domain.errors import NotFound
from domain.identity import case_stream, known, same_name
from domain.inspections import grading
from domain.inspections import inspection as rounds
from projections.fields import copied, fields
from projections.inspections.referrals import referrals
from projections.views.access import Scope, decoded, entries_of, may_read
from projections.views.case_view import CaseView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.cases.state import Case, GradeGiven
    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from projections.views.timeline import Item

FIELDS: Final = fields("inspection body force period_from period_to follows opened_at closed_at open drawn")
"""What an item of the list of inspections holds."""

CASE_FIELDS: Final = fields(
    "reference category risk team sample force inspectorate steps topics referred unsettled before"
)
"""What an item holds for each case of a round, in the order of its CSV."""

PAGE = 20_000


def inspection_at(scope: Scope, name: str) -> rounds.Inspection | None:
    """Return an inspection's state; ``None`` if it had not been opened by then, or that was not known.

    Raises ``NotFound`` if there never was one of this name.
    """
    entries = entries_of(scope.ledger, known(rounds.inspection_stream, name, scope.ledger.stream))
    if not entries:
        raise NotFound(f"there is no inspection {name}", hints=("longcase inspection list",))
    found = rounds.fold(entries, scope.axes)
    return None if found.opened_at is None else found


def inspections(scope: Scope) -> list[Item]:
    """Return every inspection that had been opened, in the order of opening."""
    names = [_opened(row) for row in _rows(scope.ledger, (rounds.Opened.TOPIC,))]
    found = [one for one in (inspection_at(scope, name) for name in names) if one is not None]
    found.sort(key=lambda one: (one.opened_at or 0, one.identifier))
    return [list_item(one) for one in found]


def _opened(row: StoredEntry) -> str:
    event = decoded(row).event
    return event.inspection if isinstance(event, rounds.Opened) else ""


def list_item(inspection: rounds.Inspection) -> Item:
    """Return an inspection under the names of ``FIELDS``."""
    return {
        "inspection": inspection.identifier,
        **copied(inspection, FIELDS[1:8]),
        "open": inspection.closed_at is None,
        "drawn": len(inspection.drawn()),
    }


def _rows(ledger: LedgerReader, topics: Sequence[str]) -> Iterator[StoredEntry]:
    head = ledger.head()[0]
    for start in range(1, head + 1, PAGE):
        yield from ledger.select_notifications(start, PAGE, min(start + PAGE - 1, head), topics)


def named_in(ledger: LedgerReader, name: str) -> set[bytes]:
    """Return the streams of all cases of which an entry, or a correction of one, names the inspection."""
    topics = (Graded.TOPIC, Escalated.TOPIC, EntryCorrected.TOPIC)
    return {row.stream for row in _rows(ledger, topics) if same_name(_inspection_of(decoded(row)), name)}


def _inspection_of(entry: Entry) -> str | None:
    match entry.event:
        case Graded(inspection=name) | Escalated(inspection=name):
            return name
        case EntryCorrected(values=values):
            return values.get("inspection")
        case _:
            return None


def sampled_cases(scope: Scope, inspection: rounds.Inspection) -> list[Item]:
    """Return the cases of all samples, in order of reference."""
    drawn = inspection.drawn()
    return [case_item(scope, inspection, one, drawn[one]) for one in sorted(drawn)]


def outside_cases(scope: Scope, inspection: rounds.Inspection) -> list[Item]:
    """Return the cases outside every sample that were graded or referred back in the round.

    They are in order of reference. A grade or referral that is not believed at the instants asked about, or that
    is about another round, puts no case on the list.
    """
    known = set(map(case_stream, inspection.drawn()))
    streams = named_in(scope.ledger, inspection.identifier) - known
    references = sorted(_reference(scope, stream) for stream in streams)
    found = [case_item(scope, inspection, one, None) for one in references]
    return [one for one in found if one["inspectorate"] or one["referrals"] or one["self_graded"]]


def _reference(scope: Scope, stream: bytes) -> str:
    """Return the reference of the case whose stream this is; its first entry is its report."""
    first = entries_of(scope.ledger, stream)[0].event
    return first.reference if isinstance(first, Reported) else stream.hex()


def case_item(scope: Scope, inspection: rounds.Inspection, reference: str, sample: str | None) -> Item:
    """Return what a round found in one case, ``sample`` being the sample that it was drawn in."""
    view = CaseView(entries_of(scope.ledger, case_stream(reference)), scope.axes)
    case = view.case
    name = inspection.identifier
    readable = may_read(view.current, scope.reader)
    found = referrals(view.believed, reference, name, scope.axes.as_at)
    return {
        "reference": reference,
        "category": case.category,
        "risk": case.risk,
        "team": case.team,
        "sample": sample,
        **_grades(case, name),
        "referrals": found if readable else [{**one, "concern": None, "withheld": True} for one in found],
        "referred": len(found),
        "unsettled": sum(one["settled_at"] is None for one in found),
        "before": None,
    }


def _grades(case: Case, inspection: str) -> Item:
    own, own_here = self_grades(case.grades, inspection)
    theirs = grading.with_overall(grading.by_topic(_of(case.grades, "inspectorate", inspection)))
    force, inspectorate = own.get(grading.OVERALL), theirs.get(grading.OVERALL)
    both = force is not None and inspectorate is not None
    return {
        "force": force,
        "inspectorate": inspectorate,
        "steps": grading.steps(inspectorate) - grading.steps(force) if both and force and inspectorate else None,
        "topics": _topics(own, theirs),
        "self_graded": own_here,
    }


def _topics(own: dict[str, str], theirs: dict[str, str]) -> dict[str, Item]:
    names = sorted({*own, *theirs} - {grading.OVERALL})
    return {name: {"force": own.get(name), "inspectorate": theirs.get(name)} for name in names}


def _of(grades: Sequence[GradeGiven], by: str, inspection: str) -> list[GradeGiven]:
    return [one for one in grades if one.by == by and same_name(one.inspection, inspection)]


def self_grades(grades: Sequence[GradeGiven], inspection: str) -> tuple[dict[str, str], bool]:
    """Return the force's own grades by topic, the case's among them, and whether any names the round.

    A grade given for this round goes before one that names no round; one given for another round says
    nothing about this one.
    """
    here = grading.by_topic(_of(grades, "force", inspection))
    anywhere = grading.by_topic(one for one in grades if one.by == "force" and one.inspection is None)
    whole = grading.overall(here) or grading.overall(anywhere)
    found = {**anywhere, **here}
    return (found if whole is None else {**found, grading.OVERALL: whole}), bool(here)
