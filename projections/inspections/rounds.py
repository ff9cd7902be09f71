"""Inspections read live: each round, and every case that it looked at, on both axes.

A round has tens or hundreds of cases, so each is folded from its own entries. Which cases were graded or
referred back without being in a sample is found by reading through the ledger's grades and referrals once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.events import EntryCorrected, Escalated, Graded, Reported
from domain.codec import Unreadable, entry_of
from domain.errors import NotFound
from domain.identity import case_stream, known, same_name
from domain.inspections import grading
from domain.inspections import inspection as rounds
from projections.fields import copied, fields
from projections.inspections.referrals import referrals
from projections.views.access import Scope, decoded, entries_of, may_read_part, part_of_stream, told

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from domain.cases.state import Case, GradeGiven
    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from projections.views.case_view import CaseView, Unread
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


def named_in(scope: Scope, name: str, unread: list[Unread]) -> set[bytes]:
    """Return the streams of all cases of which an entry, or a correction of one, names the inspection.

    What cannot be read may name it: it is added to ``unread``.
    """
    found = set()
    for row in _rows(scope.ledger, (Graded.TOPIC, Escalated.TOPIC, EntryCorrected.TOPIC)):
        try:
            if same_name(_inspection_of(entry_of(row)), name):
                found.add(row.stream)
        except Unreadable:
            _tell(part_of_stream(scope, row.stream), scope, unread)
    return found


def _inspection_of(entry: Entry) -> str | None:
    match entry.event:
        case Graded(inspection=name) | Escalated(inspection=name):
            return name
        case EntryCorrected(values=values):
            return values.get("inspection")
        case _:
            return None


def sampled_cases(scope: Scope, inspection: rounds.Inspection, unread: list[Unread]) -> list[Item]:
    """Return the cases of all samples, in order of reference; what cannot be read of them goes to ``unread``."""
    views = {one: part_of_stream(scope, case_stream(one)) for one in sorted(inspection.drawn())}
    return _items(scope, inspection, views, unread)


def outside_cases(scope: Scope, inspection: rounds.Inspection, unread: list[Unread]) -> list[Item]:
    """Return the cases outside every sample that were graded or referred back in the round.

    They are in order of reference. A grade or referral that is not believed at the instants asked about, or that
    is about another round, puts no case on the list. What cannot be read goes to ``unread``.
    """
    known = set(map(case_stream, inspection.drawn()))
    streams = named_in(scope, inspection.identifier, unread) - known
    views = {_reference(view): view for view in (part_of_stream(scope, stream) for stream in streams)}
    found = _items(scope, inspection, dict(sorted(views.items())), unread)
    return [one for one in found if one["inspectorate"] or one["referrals"] or one["self_graded"]]


def _reference(view: CaseView) -> str:
    """Return the reference of a case; its first entry is its report."""
    first = view.entries[0]
    return first.event.reference if isinstance(first.event, Reported) else first.stream.hex()


def _tell(view: CaseView, scope: Scope, unread: list[Unread]) -> None:
    unread += (one for one in told(view, scope.reader) if one not in unread)


def _items(
    scope: Scope, inspection: rounds.Inspection, views: Mapping[str, CaseView], unread: list[Unread]
) -> list[Item]:
    """Return what the round found in each case; topics that only cases name that may not be read are not told."""
    found = []
    for reference, view in views.items():
        _tell(view, scope, unread)
        found.append(_item(scope, inspection, reference, view))
    told_of = {topic for item, readable in found if readable for topic in item["topics"]}
    for item, readable in found:
        if not readable:
            item["topics"] = _without_names(item["topics"], told_of)
    return [item for item, _ in found]


def _without_names(topics: Mapping[str, Item], told_of: Container[str]) -> Item:
    hidden = [topic for topic in topics if topic not in told_of]
    called = {topic: f"withheld {number}" for number, topic in enumerate(hidden, start=1)}
    return {called.get(topic, topic): found for topic, found in topics.items()}


def _item(scope: Scope, inspection: rounds.Inspection, reference: str, view: CaseView) -> tuple[Item, bool]:
    """Return what a round found in one case, and whether whoever asks may read that case."""
    case, name = view.case, inspection.identifier
    readable = may_read_part(view, scope.reader)
    found = referrals(view.believed, reference, name, scope.axes.as_at)
    return {
        "reference": reference,
        "category": case.category,
        "risk": case.risk,
        "team": case.team,
        "sample": inspection.drawn().get(reference),
        **_grades(case, name),
        "referrals": found if readable else list(map(_withheld, found)),
        "referred": len(found),
        "unsettled": sum(one["settled_at"] is None for one in found),
        "before": None,
    }, readable


def _withheld(referral: Item) -> Item:
    """Return a referral without its text, which its name is too: somebody gave it."""
    return {**referral, "escalation": None, "concern": None, "withheld": True}


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
