"""A round of inspection for a person: what was drawn, how it was graded, by whom, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import Page, Part, beside, painted, room_beside, wrapped
from cli.output.table import Column
from cli.pages.inspection_lists import CASE, SHORT, STEPS, Sheet, Titled, comparison, outside, referrals, section
from presentation.inspections import course, matrix, sample, verdict
from presentation.phrases import as_of_in_words, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from presentation.instants import AsOf
    from projections.views.timeline import Item

_LEFT: Final = 15


def draw(report: Item, as_of: AsOf, page: Page, *, whole: bool) -> Iterator[str]:
    """Yield the lines of a report, as ``projections.inspections.report`` has it."""
    sheet = Sheet(page, whole)
    yield from _heading(report, as_of, page)
    yield ""
    for title, sentences in _paragraphs(report, page.zone):
        yield from beside(f"  {title:<{_LEFT - 2}}", list(map(Part, sentences)), page)
    yield from section(_grades(report), sheet)
    for topic in report["topics"]:
        if topic["examined"]:
            yield from section(_topic(topic), sheet)
    yield from _agreement(report, sheet)
    yield from referrals(report["referrals"], sheet)
    yield from comparison(report, sheet)
    yield from outside(report["outside"], sheet)


def _heading(report: Item, as_of: AsOf, page: Page) -> Iterator[str]:
    title = f"{report['inspection']}: {report['body']} inspects {report['force']}"
    for line in wrapped(title, page.width):
        yield painted(Part(line, "bold"), coloured=page.coloured)
    yield from wrapped(as_of_in_words(as_of), page.width)


def _paragraphs(report: Item, zone: tzinfo) -> Iterator[tuple[str, list[str]]]:
    yield "opened", [course(report, zone)]
    if report["follows"]:
        yield "follows", [report["follows"]]
    yield "drawn", [sample(one, zone) for one in report["samples"]] or ["no sample has been drawn"]
    missing = report["not_examined"]
    left = f"; {len(missing):,} not: {_some(missing)}" if missing else ""
    yield "examined", [f"{report['examined']:,} of {report['drawn']:,}{left}"]


def _some(references: Sequence[str]) -> str:
    more = ", ..." if len(references) > SHORT else ""
    return f"{', '.join(references[:SHORT])}{more}"


def _percent(value: Any, _zone: tzinfo) -> str:
    return "" if value is None else f"{value:.1f} %"


_SHARES: Final = (
    Column("grade", "grade"),
    Column("count", "cases", right=True),
    Column("percent", "share", _percent, right=True),
)
_SHARES_THEN: Final = (
    *_SHARES,
    Column("then", "before", right=True),
    Column("share_then", "share", _percent, right=True),
)


def _grades(report: Item) -> Titled:
    before = report["comparison"]
    title = "Grades by the inspectorate"
    if before is None:
        return Titled(title, _SHARES, _share_rows(report["grades"], None))
    title = f"{title}, beside those of {before['inspection']}"
    return Titled(title, _SHARES_THEN, _share_rows(report["grades"], before["grades"]))


def _topic(topic: Item) -> Titled:
    title = f"On {topic['topic']}: {number(topic['examined'], 'case', 'cases')}"
    return Titled(title, _SHARES, _share_rows(topic["grades"], None))


def _share_rows(grades: Item, before: Item | None) -> list[Item]:
    return [
        {
            "grade": grade.replace("_", " "),
            **found,
            "then": before[grade]["count"] if before else None,
            "share_then": before[grade]["percent"] if before else None,
        }
        for grade, found in grades.items()
    ]


def _agreement(report: Item, sheet: Sheet) -> Iterator[str]:
    found = report["agreement"]
    if not found["cases"]:
        yield from section(Titled("No case was graded by the force as well", (), ()), sheet)
        return
    cases = number(found["cases"], "case", "cases")
    title = f"The force's own grade (lines) and the inspectorate's (columns): {cases}"
    columns = (Column("force", "force"), *(Column(name, name, right=True) for name in (*found["scale"], "all")))
    grades = (*found["scale"], "all")
    lines = [{"force": name, **dict(zip(grades, counts, strict=True))} for name, counts in matrix(found)]
    yield from section(Titled(title, columns, lines), sheet)
    for line in verdict(found):
        yield from (f"  {each}" for each in wrapped(line, room_beside(sheet.page.width, 2)))
    rows = report["disagreements"]
    columns = (
        CASE,
        STEPS,
        Column("force", "force"),
        Column("inspectorate", "inspectorate"),
    )
    yield from section(Titled(f"Graded otherwise by each: {len(rows):,}", columns, rows), sheet)
