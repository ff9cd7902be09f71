"""A document as Markdown (CommonMark), and as plain text that looks like it: no row of a table is squeezed."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from presentation.documents.document import BarChart, Document, Paragraph, Section, Struck, TextTable
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MEANT: Final = re.compile(r"[\\`*_\[\]<>&~|]|^[#+=-]|(?<=^[0-9])[.)]|(?<=^[0-9]{2})[.)]")
"""What Markdown would take for markup, anywhere or at the beginning of a line."""


def markdown(document: Document) -> Iterator[str]:
    """Yield the lines of the document as Markdown."""
    return _lines(document, "\\")


def plain(document: Document) -> Iterator[str]:
    """Yield the lines of the document to be read as they are: lines of a text end without a sign."""
    return _lines(document, "")


def _lines(document: Document, end: str) -> Iterator[str]:
    """Yield the lines of the document, safe for a terminal; ``end`` follows a line that another stands under."""
    yield f"# {_text(document.title)}"
    for one in document.lead:
        yield ""
        yield from _paragraph(one, end)
    yield from chain.from_iterable(_section(one, 2, end) for one in document.sections)


def _section(section: Section, level: int, end: str) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {_text(section.title)}"
    for block in section.blocks:
        if isinstance(block, BarChart):
            continue
        yield ""
        if isinstance(block, Paragraph):
            yield from _paragraph(block, end)
        else:
            yield from chain.from_iterable(_row(block, one, end) for one in block.rows)
    yield from chain.from_iterable(_section(one, level + 1, end) for one in section.below)


def _paragraph(paragraph: Paragraph, end: str) -> Iterator[str]:
    mark = "> " if paragraph.note else ""
    return _joined(mark, mark, [_text(line) for line in paragraph.text.splitlines()], end)


def _row(table: TextTable, row: Sequence[str], end: str) -> Iterator[str]:
    first, *others = row
    if not table.head:
        yield from _item("- ", f"**{_text(first)}**: ", others[0], end)
        return
    yield f"- **{_text(table.head[0])} {_text(first)}**"
    for name, text in zip(table.head[1:], others, strict=True):
        if text:
            yield from _item("  - ", f"{_text(name)}: ", text, end)


def _item(bullet: str, name: str, text: str, end: str) -> Iterator[str]:
    """Yield an item of a list; further lines of its text are indented as far as the first."""
    around = "~~" if isinstance(text, Struck) else ""
    lines = [f"{around}{_text(line)}{around}" if line.strip() else "" for line in text.splitlines()]
    return _joined(f"{bullet}{name}", " " * len(bullet), lines or [""], end)


def _joined(first: str, further: str, lines: Sequence[str], end: str) -> Iterator[str]:
    """Yield lines of one text, each on a line of its own, with empty ones between its paragraphs."""
    for place, line in enumerate(lines):
        follows = place + 1 < len(lines) and line and lines[place + 1]
        yield f"{further if place else first}{line}{end if follows else ''}".rstrip(" ")


def _text(line: str) -> str:
    return _MEANT.sub(lambda found: f"\\{found[0]}", safe_text(line))
