"""A document before it has a format: headings, paragraphs and tables of plain text.

A text may have several lines, each of which stands on a line of its own. Nothing in a text is a markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Struck(str):
    """A text that no longer counts: it is shown struck through, and stays readable."""

    __slots__ = ()


class Paragraph(NamedTuple):
    """Running text; ``note`` sets it apart from what was recorded."""

    text: str
    note: bool = False


class TextTable(NamedTuple):
    """Rows under ``head``, whose first cell says what the row is about; without a head, names and values."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


class BarChart(NamedTuple):
    """A picture of how many there are of each, as bars to one scale.

    It adds nothing to the table that stands beside it, so a format that has no pictures leaves it out.
    """

    caption: str
    bars: Sequence[tuple[str, int]]


class Section(NamedTuple):
    """A heading, what stands under it, and the sections below that."""

    title: str
    blocks: Sequence[Paragraph | TextTable | BarChart]
    below: Sequence[Section] = ()


class Document(NamedTuple):
    """What is to be printed: ``lead`` stands under the title, before the sections."""

    title: str
    lead: Sequence[Paragraph]
    sections: Sequence[Section]
