"""A document as one HTML file: no script, nothing that is fetched, readable in grey and on paper."""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Final

from presentation.documents.document import BarChart, Document, Paragraph, Section, Struck, TextTable
from presentation.documents.svg_bars import svg_bars
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STYLE: Final = """\
body{font:10.5pt/1.45 Georgia,"Times New Roman",serif;color:#000;background:#fff;margin:2em auto;\
max-width:60em;padding:0 1em}
h1,h2,h3{font-family:Arial,Helvetica,sans-serif;line-height:1.2}
h1{font-size:1.6em}h2{font-size:1.25em;border-bottom:1px solid #000;margin-top:2em}h3{font-size:1em}
table{border-collapse:collapse;width:100%;margin:.6em 0 1.2em}
caption{text-align:left;font-style:italic;padding-bottom:.3em}
th,td{border:1px solid #777;padding:.25em .5em;text-align:left;vertical-align:top}
td{overflow-wrap:anywhere;min-width:6em}
thead th{background:#e6e6e6;border-bottom:2px solid #000}
tbody th{font-weight:bold}.kept{white-space:nowrap}
p{margin:.5em 0}p.note{border-left:4px solid #000;padding-left:.7em}
@page{margin:18mm 15mm 20mm;@bottom-right{content:counter(page) " / " counter(pages)}}
@media print{body{margin:0;max-width:none;padding:0;font-size:9.5pt}thead{display:table-header-group}\
tr{break-inside:avoid}h2,h3{break-after:avoid}}
"""

_KEPT: Final = 24
"""A name of a row with a hyphen, such as a reference, stands on one line if it has no more letters."""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load: nothing, whatever a text might hold."""


def html(document: Document) -> bytes:
    """Return the document in UTF-8."""
    return "".join(f"{line}\n" for line in _lines(document)).encode()


def _lines(document: Document) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en-GB">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_text(document.title)}</title>"
    yield f"<style>\n{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield f"<h1>{_text(document.title)}</h1>"
    yield from map(_paragraph, document.lead)
    yield from chain.from_iterable(_section(one, 2) for one in document.sections)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _section(section: Section, level: int) -> Iterator[str]:
    yield "<section>"
    yield f"<h{level}>{_text(section.title)}</h{level}>"
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield _paragraph(block)
        elif isinstance(block, BarChart):
            yield from svg_bars(block)
        else:
            yield from _table(block)
    yield from chain.from_iterable(_section(one, level + 1) for one in section.below)
    yield "</section>"


def _paragraph(paragraph: Paragraph) -> str:
    kind = ' class="note"' if paragraph.note else ""
    return f"<p{kind}>{_text(paragraph.text)}</p>"


def _table(table: TextTable) -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{_text(table.caption)}</caption>"
    if table.head:
        titles = "".join(f'<th scope="col">{_text(one)}</th>' for one in table.head)
        yield f"<thead><tr>{titles}</tr></thead>"
    yield "<tbody>"
    yield from map(_row, table.rows)
    yield "</tbody>"
    yield "</table>"


def _row(row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(f"<td>{_text(one)}</td>" for one in others)
    kept = ' class="kept"' if "-" in first and len(first) <= _KEPT and " " not in first else ""
    return f'<tr><th scope="row"{kept}>{_text(first)}</th>{cells}</tr>'


def _text(text: str) -> str:
    """Return a text that is nothing but text in HTML, each line on one of its own."""
    found = "<br>".join(escape(safe_text(line)) for line in text.splitlines())
    return f"<s>{found}</s>" if isinstance(text, Struck) else found
