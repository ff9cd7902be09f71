"""What the commands share that print a document: into which format, and into which file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.output.layout import page, room_beside, wrapped, write
from cli.output.streams import output_into
from cli.output.terminal import is_terminal
from cli.session.stores import demonstration_at
from domain.errors import UsageProblem
from presentation.documents.document import Paragraph
from presentation.documents.html import html
from presentation.documents.markdown import markdown, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from presentation.documents.document import Document
    from presentation.look import Look


def _encoded(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


_WRITERS: Final[dict[str, Callable[[Document], bytes]]] = {
    ".htm": html,
    ".html": html,
    ".markdown": lambda document: _encoded(markdown(document)),
    ".md": lambda document: _encoded(markdown(document)),
}
_STANDARD_OUTPUT: Final = Path("-")


def writer_of(output: Path | None, *, force: bool) -> Callable[[Document], bytes]:
    """Return what writes a document in the format that the name of ``output`` says, or as text for none.

    Raises ``UsageProblem`` for a name that says none, and for ``force`` without a file.
    """
    if output in {None, _STANDARD_OUTPUT}:
        if force:
            raise UsageProblem("--force is for --output")
        return lambda document: _encoded(plain(document))
    found = _WRITERS.get(output.suffix.lower())
    if found is None:
        hint = f"give an --output whose name ends in one of {', '.join(_WRITERS)}"
        raise UsageProblem(f"nothing says in which format to write {output.name}", hints=(hint,))
    return found


def write_document(document: Document, output: Path | None, look: Look, *, force: bool) -> None:
    """Write a document into a file, whole or not at all, or on standard output; at a terminal it is wrapped.

    One of a demonstration says so above all else.
    """
    file = None if output == _STANDARD_OUTPUT else output
    writer = writer_of(file, force=force)
    if file is None and is_terminal(sys.stdout):
        write(_on_terminal(document, page(look.zone).width))
        return
    if said := demonstration_at(look.ledger, look.location):
        document = document._replace(lead=[Paragraph(said, note=True), *document.lead])
    with output_into(file, look.location, force=force) as out:
        out.write(writer(document))


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
