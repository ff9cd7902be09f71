"""The printed record of a case: the whole of it, for a court or a handover, as of two instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.deadlines.standards import Laws
from presentation.clocks import clock_paragraphs, day_rows, name_of, state_in_words
from presentation.documents.document import Document, Paragraph, Section, TextTable
from presentation.documents.entry_rows import entries_table, unread_table
from presentation.lanes.case_lanes import case_lanes
from presentation.phrases import at, number, spoken
from presentation.states import state_paragraphs
from projections.views.clocks.explain import clock_items, explain
from projections.views.state import state
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from ledger.entry import StoredEntry
    from presentation.instants import AsOf
    from presentation.lanes.lane import Lane
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item

_DAYS: Final = ("days", "counted", "sum", "why not")


class RecordSource(NamedTuple):
    """What a record is made from: the case, its rulebooks, as of when, and its last entry as it is stored."""

    view: CaseView
    rulebooks: RulebookVersions
    as_of: AsOf
    last: StoredEntry


def case_record(source: RecordSource) -> Document | None:
    """Return the record of a case; ``None`` if by then the case had not been reported.

    Whoever asks must be among those who may read it.
    """
    found = state(source.view, Laws(source.rulebooks.versions))
    if found is None:
        return None
    zone = source.as_of.zone
    sections = [
        Section("The case", [_in_brief(found, zone)]),
        Section("How it stands", [_standing(found, zone)]),
        _entries(source),
        _clocks(source),
        _lanes(source),
        Section("Links to other cases", list(_links(found, zone))),
        Section("How to check this record", list(_checks(source))),
    ]
    return Document(f"Record of case {found['reference']}", list(_lead(source)), sections)


def _lead(source: RecordSource) -> Iterator[Paragraph]:
    axes, zone, now = source.as_of
    as_at, known = spoken(axes.as_at, zone), spoken(min(axes.known_at, now), zone)
    yield Paragraph(f"As at {as_at}, by what was known at {known}. Times are those of {zone}.")
    if source.view.current.record == "restricted":
        yield Paragraph(
            "This case is restricted. It is for those who may read it, and for nobody else.", note=True
        )
    yield Paragraph(
        "Every entry stands as it was recorded. Nothing is ever changed or deleted: what was wrong is corrected "
        "or retracted by a further entry, and both are here."
    )


def _in_brief(found: Item, zone: tzinfo) -> TextTable:
    owner, record = found["ownership"]["owner"], found["record"]
    readers = ", ".join([*record["restricted_to"], "its owner, the inspectorate and auditors"])
    rows = [
        ("reference", found["reference"]),
        ("category", words_of(found["category"] or "none")),
        ("risk", found["risk"] or "not assessed"),
        ("reported", at(found["reported_at"], zone)),
        ("owner", owner or "nobody"),
        ("team", found["ownership"]["team"] or "none"),
        ("closure", found["closure"]["state"]),
        ("who may read it", readers if record["state"] == "restricted" else "everybody: it is not restricted"),
    ]
    return TextTable("The case in brief", (), rows)


def _standing(found: Item, zone: tzinfo) -> TextTable:
    rows = [(title, "\n".join(sentences)) for title, sentences in state_paragraphs(found, zone)]
    return TextTable("The states of the case, side by side", (), rows)


def _entries(source: RecordSource) -> Section:
    lines, zone = source.view.lines, source.as_of.zone
    blocks: list[Paragraph | TextTable] = [
        Paragraph(
            f"{number(len(lines), 'entry', 'entries')}. Each says when it happened and when it was recorded. "
            "What was recorded over a day later is marked as late."
        ),
        entries_table(lines, zone),
    ]
    if source.view.unread:
        blocks.append(unread_table(source.view.unread))
    return Section("What was recorded", blocks)


def _clocks(source: RecordSource) -> Section:
    items = clock_items(explain(source.view, source.rulebooks))
    blocks = [] if items else [Paragraph("No standard of the rulebook has had a clock in this case.")]
    return Section("Clocks", blocks, [_clock(one, source.as_of.zone) for one in items])


def _clock(item: Item, zone: tzinfo) -> Section:
    name, how = name_of(item), state_in_words(item, zone)
    said = [(title, "\n".join(sentences)) for title, sentences in clock_paragraphs(item, zone)]
    blocks = [TextTable(f"How the clock {name} was worked out", (), said)]
    if item["days"]:
        blocks.append(TextTable(f"Which days counted for {name}", _DAYS, list(day_rows(item))))
    return Section(f"{name}: {how}", blocks)


def _lanes(source: RecordSource) -> Section:
    axes, zone, _ = source.as_of
    found = case_lanes(source.view, Laws(source.rulebooks.versions), zone)
    lanes = [] if found is None else found.lanes
    rows = [row for one in lanes for row in _bars(one, axes.as_at, zone)]
    ends = [(one.name, f"! {one.end}" if one.grave else one.end) for one in lanes if one.end]
    head = ("lane", "from", "until", "what lasted")
    lasted, last = TextTable("What lasted", head, rows), TextTable("How each stands at the end", (), ends)
    return Section("What went on side by side", [lasted, last])


def _bars(lane: Lane, as_at: Instant, zone: tzinfo) -> Iterator[tuple[str, str, str, str]]:
    for bar in lane.bars:
        until = "still" if bar.until >= as_at else at(bar.until, zone)
        yield lane.name, at(bar.since, zone), until, bar.words


def _links(found: Item, zone: tzinfo) -> Iterator[Paragraph | TextTable]:
    if not found["linked"]:
        yield Paragraph("None.")
        return
    yield Paragraph("A link is recorded in both cases; each has the relation as seen from its side.")
    rows = [
        (other, words_of(relation), at(link["since"], zone))
        for other, relations in found["linked"].items()
        for relation, link in relations.items()
    ]
    yield TextTable("Links that stand", ("other case", "this case is to it", "since"), rows)


def _checks(source: RecordSource) -> Iterator[Paragraph | TextTable]:
    last = source.last
    rows = [
        ("last entry", f"{last.version}, at position {last.position}"),
        ("leaf", last.leaf.hex()),
    ]
    yield TextTable("The last entry of this case in the store", (), rows)
    yield Paragraph(
        "A leaf is a figure that follows from an entry alone: where a word of the entry is changed, it is "
        "another. longcase doctor --deep works out the leaf of every entry of the store again."
    )
    yield Paragraph(
        "longcase log verify --checkpoint FILE compares the whole store with a checkpoint that was kept "
        "outside. Where this record came in a bundle, longcase-verify FILE.zip checks the bundle with a program "
        "that needs nothing of Longcase."
    )
