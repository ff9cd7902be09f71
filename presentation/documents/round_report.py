"""The printed report of a round of inspection, as of two instants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.spelling import typed
from presentation.documents.document import Document, Paragraph, Section, TextTable
from presentation.inspections import compared, course, matrix, referred, sample, verdict
from presentation.phrases import at, elapsed, number, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from presentation.formats import Item
    from presentation.instants import AsOf

    Block = Paragraph | TextTable


def round_report(report: Item, as_of: AsOf) -> Document:
    """Return the report, as ``projections.inspections.report`` has it for whoever asks."""
    zone = as_of.zone
    sections = [
        Section("The round", [_in_brief(report, zone)]),
        Section("Grades by the inspectorate", [_grades(report)], list(_topics(report))),
        Section("The force's own grades beside them", list(_agreement(report))),
        Section("Cases referred back", list(_referrals(report["referrals"], zone))),
        *_before(report["comparison"]),
        Section("Every case drawn", list(_cases(report["cases"]))),
        *_outside(report["outside"]),
        Section("How to check this report", list(_checks(report))),
    ]
    title = f"{report['inspection']}: {report['body']} inspects {report['force']}"
    return Document(title, list(_lead(report, as_of)), sections)


def _lead(report: Item, as_of: AsOf) -> Iterator[Paragraph]:
    axes, zone, now = as_of
    as_at, known = spoken(axes.as_at, zone), spoken(min(axes.known_at, now), zone)
    yield Paragraph(f"As at {as_at}, by what was known at {known}. Times are those of {zone}.")
    if any(one["withheld"] for one in report["referrals"]["items"]):
        said = "Some cases are restricted. What was written of them is withheld from whoever had this made."
        yield Paragraph(said, note=True)


def _in_brief(report: Item, zone: tzinfo) -> TextTable:
    drawn = [sample(one, zone) for one in report["samples"]] or ["no sample has been drawn"]
    rows = [
        ("opened", course(report, zone)),
        ("follows", report["follows"] or "no earlier round"),
        ("drawn", "\n".join(drawn)),
        ("examined", f"{report['examined']:,} of {report['drawn']:,}"),
        ("not examined", ", ".join(report["not_examined"]) or "none"),
    ]
    return TextTable("The round in brief", (), rows)


def _grades(report: Item) -> TextTable:
    before = report["comparison"]
    caption = f"{number(report['examined'], 'case', 'cases')} examined"
    if before is None:
        return _shares(caption, report["grades"])
    rows = [(*row, *then[1:]) for row, then in zip(_rows(report["grades"]), _rows(before["grades"]), strict=True)]
    return TextTable(caption, ("grade", "cases", "share", f"in {before['inspection']}", "share"), rows)


def _shares(caption: str, grades: Item) -> TextTable:
    return TextTable(caption, ("grade", "cases", "share"), list(_rows(grades)))


def _rows(grades: Item) -> Iterator[tuple[str, str, str]]:
    for grade, found in grades.items():
        share = "" if found["percent"] is None else f"{found['percent']:.1f} %"
        yield grade.replace("_", " "), f"{found['count']:,}", share


def _topics(report: Item) -> Iterator[Section]:
    for one in report["topics"]:
        if one["examined"]:
            examined = f"{number(one['examined'], 'case', 'cases')} examined"
            yield Section(f"On {one['topic']}", [_shares(examined, one["grades"])])


def _agreement(report: Item) -> Iterator[Block]:
    found = report["agreement"]
    if not found["cases"]:
        yield Paragraph("No case was graded by the force as well.")
        return
    head = ("the force's grade", *(f"inspectorate: {name}" for name in found["scale"]), "all")
    lines = [(name, *map(str, counts)) for name, counts in matrix(found)]
    yield TextTable(f"{number(found['cases'], 'case', 'cases')} graded by both", head, lines)
    for sentence in verdict(found):
        yield Paragraph(f"{sentence[:1].upper()}{sentence[1:]}.")
    apart = report["disagreements"]
    if apart:
        head = ("case", "steps", "force", "inspectorate")
        rows = [(one["reference"], f"{one['steps']:+}", one["force"], one["inspectorate"]) for one in apart]
        yield TextTable(f"Graded otherwise by each: {len(apart):,}", head, rows)


def _referrals(found: Item, zone: tzinfo) -> Iterator[Block]:
    yield Paragraph(f"{referred(found)}.")
    if not found["items"]:
        return
    head = ("case", "referred back", "concern", "answers", "waited", "now")
    rows = [
        (
            one["reference"],
            f"{at(one['escalated_at'], zone)}{', at immediate risk' if one['immediate'] else ''}",
            one["concern"] or "withheld",
            f"{len(one['answers']):,}",
            elapsed(one["waiting_seconds"]),
            "unanswered" if one["state"] == "open" else one["state"],
        )
        for one in found["items"]
    ]
    yield TextTable("In the order in which they were referred back", head, rows)


def _before(found: Item | None) -> Iterator[Section]:
    if found is not None:
        rows = [
            (one["reference"], f"{one['steps']:+}", one["before"], one["now"])
            for one in sorted(found["both"], key=lambda one: (-one["steps"], one["reference"]))
        ]
        blocks: list[Block] = [Paragraph(f"{compared(found)}.")]
        if rows:
            blocks.append(TextTable("Those that fell furthest first", ("case", "steps", "before", "now"), rows))
        yield Section(f"Beside {found['inspection']}", blocks)


def _cases(found: Sequence[Item]) -> Iterator[Block]:
    if not found:
        yield Paragraph("No case has been drawn.")
        return
    head = ("case", "category", "risk", "team", "force", "inspectorate", "topics")
    rows = [
        (
            one["reference"],
            one["category"] or "",
            one["risk"] or "not assessed",
            one["team"] or "",
            one["force"] or "",
            one["inspectorate"] or "not graded",
            "\n".join(_graded(one["topics"])),
        )
        for one in found
    ]
    yield TextTable("In order of reference", head, rows)


def _graded(topics: Item) -> Iterator[str]:
    for topic, grades in topics.items():
        if grades["inspectorate"]:
            yield f"{topic}: {grades['inspectorate']}"


def _outside(found: Sequence[Item]) -> Iterator[Section]:
    if found:
        rows = [
            (one["reference"], one["force"] or "", one["inspectorate"] or "", str(one["referred"]))
            for one in found
        ]
        head = ("case", "force", "inspectorate", "referred back")
        yield Section("In no sample", [TextTable("Counted in none of the shares", head, rows)])


def _checks(report: Item) -> Iterator[Paragraph]:
    name = report["inspection"]
    yield Paragraph(
        f"{typed('inspection sample', name, '--verify')} draws the sample again, and says whether the same cases "
        f"come out. {typed('inspection report', name, '--format json')} has every figure of this report."
    )
