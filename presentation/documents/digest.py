"""The digest of a span of days: what a supervisor prints or mails, of all cases or of those of a team."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presentation.changes.sentences import Counts, heading, span_in_words, texts, whose
from presentation.documents.document import BarChart, Document, Paragraph, Section, TextTable
from presentation.phrases import at, day, elapsed, number, spoken
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from presentation.instants import AsOf
    from projections.queries.pictures import Pictures
    from projections.queries.stalled import StalledCases

    Block = Paragraph | TextTable | BarChart

Item = dict[str, Any]


class Excerpt(NamedTuple):
    """The first items of a list, and how many there are."""

    items: Sequence[Item]
    total: int


class DigestSource(NamedTuple):
    """What a digest is made from, as far as whoever has it made may read it.

    ``was`` and ``now`` are the stalled cases of the two pictures; their counts alone are used. ``narrowed`` says
    in words which cases alone were asked for; ``commands`` are what there is more of, each with what to type.
    """

    title: str
    pictures: Pictures
    as_of: AsOf
    narrowed: Sequence[str]
    commands: Sequence[tuple[str, str]]
    was: StalledCases
    now: StalledCases
    worst: Sequence[Item]
    counts: Counts
    changes: Sequence[Item]
    late: Excerpt
    by_team: Sequence[Item]
    by_cause: Sequence[Item]
    due: Excerpt
    decisions: Excerpt


def digest(source: DigestSource) -> Document:
    """Return the document: counts, the worst first, what changed, where the waiting is, what comes."""
    sections = [
        Section("In figures", [_figures(source)]),
        Section("The worst first", list(_worst(source))),
        Section("What changed", list(_unchanged(source)), list(_changes(source))),
        Section("Waiting by team", list(_counted(source.by_team, "team", "no team"))),
        Section("Waiting by cause", list(_counted(source.by_cause, "cause", ""))),
        Section("What falls due in the seven days that follow", list(_due(source))),
        Section("What waits for a decision", list(_decisions(source))),
        Section("How to ask for more", [_more(source)]),
    ]
    return Document(", ".join((source.title, *source.narrowed)), list(_lead(source)), sections)


def _lead(source: DigestSource) -> Iterator[Paragraph]:
    zone, (first, second) = source.as_of.zone, source.pictures
    of = f"Only these cases: {', '.join(source.narrowed)}." if source.narrowed else "All cases."
    known = spoken(min(second.known_at, source.as_of.now), zone)
    yield Paragraph(f"{_capital(span_in_words(source.pictures, zone))}. {of} Times are those of {zone}.")
    yield Paragraph(
        f"The beginning is as cases stood, and by what was known, at {spoken(first.as_at, zone)}; the end at "
        f"{spoken(second.as_at, zone)}, by what was known at {known}. What was recorded late, or corrected, in "
        "between is a change of these days."
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _figures(source: DigestSource) -> TextTable:
    was, now, counts = source.was, source.now, source.counts
    ends = [
        ("open cases", now.open, was.open),
        ("open cases that are stalled", now.total - now.closed, was.total - was.closed),
        ("closed cases that are stalled", now.closed, was.closed),
    ]
    rows = [(name, f"{at_end:,} (at the beginning {before:,})") for name, at_end, before in ends]
    rows += [(heading(kind), f"{count:,}") for kind, count in counts.steps.items()]
    late = f" ({counts.late:,} of them over a day late)" if counts.late else ""
    rows += [
        ("entries recorded", f"{counts.entries:,}{late}"),
        ("decisions waited for", f"{source.decisions.total:,}"),
        ("waits that fall due in the seven days that follow", f"{source.due.total:,}"),
    ]
    return TextTable("How many, at the end or in between", (), rows)


def _shown(rows: Sequence[object], total: int, one: str, many: str) -> str:
    """Return how many rows there are, and of how many if these are not all."""
    return number(len(rows), one, many, of=total if len(rows) < total else None)


def _worst(source: DigestSource) -> Iterator[Block]:
    if not source.worst:
        yield Paragraph("No case is stalled.")
        return
    rows = [(one["reference"], whose(one), "\n".join(_causes(one, source.as_of.zone))) for one in source.worst]
    shown = _shown(rows, source.now.total, "case", "cases")
    yield TextTable(f"{shown}: the highest risk first, then what has been too long for longest", _STALLED, rows)


_STALLED: Final = ("case", "risk, owner, team", "why it is stalled")


def _causes(item: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    for cause in item["causes"]:
        yield f"{cause['explanation']}, too long since {day(cause['due'], zone).strip()}"
    if not item["open"]:
        yield "! the case is closed"
    for harm in item["harm"]:
        yield f"! {words_of(harm['kind'])}, {day(harm['at'], zone).strip()}"


def _unchanged(source: DigestSource) -> Iterator[Paragraph]:
    if not source.counts.steps:
        yield Paragraph("No case changed.")


def _changes(source: DigestSource) -> Iterator[Section]:
    zone, since = source.as_of.zone, source.pictures.first.as_at + 1
    for kind, found in groupby(source.changes, key=lambda one: str(one["change"])):
        rows = [(one["reference"], whose(one), "\n".join(texts(one, since, zone))) for one in found]
        count = _shown(rows, source.counts.steps[kind], "case", "cases")
        yield Section(_capital(heading(kind)), [TextTable(count, ("case", "risk, owner, team", "what"), rows)])
    if source.late.total:
        late = [(f"{one['reference']} {one['version']}", *_late(one, zone)) for one in source.late.items]
        count = _shown(late, source.late.total, "entry", "entries")
        head = ("case and entry", "happened", "recorded", "what")
        yield Section("Recorded over a day late", [TextTable(count, head, late)])


def _late(item: Mapping[str, Any], zone: tzinfo) -> tuple[str, str, str]:
    said = f"{item['actor']}: {item['summary']}"
    return at(item["occurred_at"], zone), at(item["recorded_at"], zone), said


def _counted(found: Sequence[Item], by: str, none: str) -> Iterator[Block]:
    if not found:
        yield Paragraph("No case is stalled.")
        return
    named = [(words_of(one["group"]) if by == "cause" else one["group"] or none, one) for one in found]
    caption = f"Stalled cases by {by}, at the end"
    yield BarChart(caption, [(name, one["stalled"]) for name, one in named])
    rows = [(name, f"{one['stalled']:,}", elapsed(one["longest_seconds"]), *_what(one)) for name, one in named]
    head = (by, "stalled", "longest over", "for what", "harm come to light")
    shown = len(head) if by == "team" else 3
    yield TextTable(caption, head[:shown], [row[:shown] for row in rows])


def _what(item: Mapping[str, Any]) -> tuple[str, str]:
    return _numbered(item["causes"]), _numbered(item["harm"])


def _numbered(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {words_of(name)}" for name, count in counts.items())


def _due(source: DigestSource) -> Iterator[Block]:
    if not source.due.total:
        yield Paragraph("Nothing.")
        return
    zone = source.as_of.zone
    rows = [(at(one["due"], zone), one["reference"], whose(one), one["explanation"]) for one in source.due.items]
    caption = f"{_shown(rows, source.due.total, 'wait', 'waits')}, the soonest first"
    yield TextTable(caption, ("due", "case", "risk, owner, team", "what"), rows)


def _decisions(source: DigestSource) -> Iterator[Block]:
    if not source.decisions.total:
        yield Paragraph("Nothing.")
        return
    zone = source.as_of.zone
    rows = [
        (one["reference"], one["decides"], at(one["since"], zone), one["explanation"], one["asked_by"] or "")
        for one in source.decisions.items
    ]
    caption = f"{_shown(rows, source.decisions.total, 'decision', 'decisions')}, the oldest first"
    yield TextTable(caption, ("case", "whose decision", "since", "what", "asked by"), rows)


def _more(source: DigestSource) -> TextTable:
    return TextTable("Where there is more", (), list(source.commands))
