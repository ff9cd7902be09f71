"""``longcase record REF``: one case whole, to be printed or handed over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.input.options import reading
from cli.output.layout import page, room_beside, wrapped, write
from cli.output.streams import output_into, say
from cli.output.terminal import is_terminal
from cli.session.reading import as_far_as_readable, looking
from domain.errors import UsageProblem
from domain.identity import case_stream, known
from presentation.documents.case_record import RecordSource, case_record
from presentation.documents.html import html
from presentation.documents.markdown import markdown, plain
from presentation.phrases import not_yet_reported
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cli.input.requests import View
    from presentation.documents.document import Document
    from presentation.look import Look
    from projections.views.case_view import CaseView


def _encoded(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


_WRITERS: Final[dict[str, Callable[[Document], bytes]]] = {
    ".htm": html,
    ".html": html,
    ".markdown": lambda document: _encoded(markdown(document)),
    ".md": lambda document: _encoded(markdown(document)),
}
_STANDARD_OUTPUT: Final = Path("-")


@click.command()
@click.argument("ref")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to, as HTML (.html) or Markdown (.md).  [default: standard output, as text]",
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@reading(formats=False)
def record(view: View, ref: str, output: Path | None, *, force: bool) -> None:
    """Write the whole record of case REF, as at one instant and as known at another: to print or to hand over.

    Every entry with who made it, in which role and for whom, when it happened and when it was recorded;
    corrections and retractions beside what they are about; its clocks day by day; its links; how to check it.

    An HTML file needs nothing beside it: it runs no script and fetches nothing. FILE is written whole or not at
    all, readable by its owner alone. Writing a record says nothing to anybody outside: longcase disclose does
    that, and records it.
    """
    output = None if output == _STANDARD_OUTPUT else output
    writer = _writer(output, force=force)
    with looking(view) as look, as_far_as_readable(look, ref) as case:
        document = case_record(_source(ref, case, look))
        if document is None:
            say(not_yet_reported(ref, look.as_of))
        elif output is None and is_terminal(sys.stdout):
            write(_on_terminal(document, page(look.zone).width))
        else:
            with output_into(output, look.location, force=force) as out:
                out.write(writer(document))


def _writer(output: Path | None, *, force: bool) -> Callable[[Document], bytes]:
    if output is None:
        if force:
            raise UsageProblem("--force is for --output")
        return lambda document: _encoded(plain(document))
    found = _WRITERS.get(output.suffix.lower())
    if found is None:
        hint = f"give an --output whose name ends in one of {', '.join(_WRITERS)}"
        raise UsageProblem(f"nothing says in which format to write {output.name}", hints=(hint,))
    return found


def _source(ref: str, case: CaseView, look: Look) -> RecordSource:
    rows = look.ledger.stream(known(case_stream, ref.strip(), look.ledger.stream))
    shown = {entry.version for entry in case.belief.known} | {one.version for one in case.unread}
    last = next((row for row in reversed(rows) if row.version in shown), rows[-1])
    return RecordSource(case, rulebook_versions(look.ledger), look.as_of, last)


def _on_terminal(document: Document, width: int | None) -> Iterator[str]:
    """Yield the lines of the document, wrapped at the terminal's edge, each under its beginning."""
    for line in plain(document):
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        mark = next((one for one in ("- ", "> ") if text.startswith(one)), "")
        beside = " " * (indent + len(mark))
        pieces = wrapped(text.removeprefix(mark), room_beside(width, len(beside)))
        for place, piece in enumerate(pieces):
            yield f"{beside}{piece}".rstrip() if place else f"{' ' * indent}{mark}{piece}"
