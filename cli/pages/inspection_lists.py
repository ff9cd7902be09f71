"""The lists of a round's report: cases referred back, cases examined before, cases in no sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cli.output import table
from cli.output.layout import Page, Part, painted, room_beside, wrapped
from cli.output.table import Column, as_elapsed, or_else
from presentation.inspections import compared, referred
from presentation.phrases import day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.views.timeline import Item

SHORT: Final = 10
"""How many lines a list of cases has, unless all are asked for."""


CASE: Final = Column("reference", "case")
STEPS: Final = Column("steps", "steps", lambda value, _zone: f"{value:+}", right=True)


class Sheet(NamedTuple):
    """The page, and whether its lists are shown whole."""

    page: Page
    whole: bool


class Titled(NamedTuple):
    """A titled table of a report."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Item]


def section(part: Titled, sheet: Sheet) -> Iterator[str]:
    """Yield an empty line, a title and a table, indented, which is cut short unless all is asked for."""
    rows = part.rows if sheet.whole else part.rows[:SHORT]
    yield ""
    for line in wrapped(part.title, sheet.page.width):
        yield painted(Part(line, "bold"), coloured=sheet.page.coloured)
    if rows:
        inner = sheet.page._replace(width=room_beside(sheet.page.width, 2))
        left_out: list[str] = []
        yield from (f"  {line}" for line in table.draw(part.columns, rows, inner, left_out))
        if left_out:
            yield from (f"  {line}" for line in wrapped(table.said_left_out(left_out, inner.width), inner.width))
    if len(rows) < len(part.rows):
        yield f"  {len(part.rows) - len(rows):,} more: --all shows them"


_REFERRED: Final = (
    CASE,
    Column("escalation", "n", or_else("-")),
    Column("immediate", "at once", lambda value, _zone: "yes" if value else "", at_least=1),
    Column("escalated_at", "referred", day),
    Column("answer_seconds", "answered", as_elapsed, right=True),
    Column("answers", "answers", lambda value, _zone: str(len(value)), right=True, at_least=100),
    Column("waiting_seconds", "waited", as_elapsed, right=True),
    Column("state", "now", lambda value, _zone: "unanswered" if value == "open" else value),
    Column("concern", "concern", lambda value, _zone: value or "withheld"),
)


def referrals(found: Item, sheet: Sheet) -> Iterator[str]:
    """Yield the lines about cases referred back: those not settled first, the longest waiting before others."""
    rows = sorted(found["items"], key=lambda one: (one["settled_at"] is not None, -one["waiting_seconds"]))
    yield from section(Titled(referred(found), _REFERRED, rows), sheet)


def comparison(report: Item, sheet: Sheet) -> Iterator[str]:
    """Yield the lines about cases examined in the round before too, those that fell furthest first."""
    found = report["comparison"]
    if found is None:
        return
    rows = sorted(found["both"], key=lambda one: (-one["steps"], one["reference"]))
    columns = (CASE, STEPS, Column("before", "before"), Column("now", "now"))
    yield from section(Titled(compared(found), columns, rows), sheet)


def outside(found: Sequence[Item], sheet: Sheet) -> Iterator[str]:
    """Yield the lines about cases that the round graded or referred back without having drawn them."""
    if found:
        columns = (
            CASE,
            Column("force", "force"),
            Column("inspectorate", "inspectorate"),
            Column("referred", "referred", right=True),
        )
        title = f"In no sample, so counted in none of the shares: {len(found):,}"
        yield from section(Titled(title, columns, found), sheet)
