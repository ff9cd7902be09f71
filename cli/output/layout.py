"""Lines of a page made of parts in different colours, wrapped at the terminal's edge by cells."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from cli.input.requests import common
from cli.output.terminal import beginning, cells, has_colour, paint, width_of_terminal
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

STRUCK: Final = "struck"
"""The colour of what no longer counts: dim, and struck through."""

DATA: Final = frozenset({"json", "jsonl", "csv", "ics"})
"""The formats for programs, which have no headings."""

_LEAST: Final = 24
"""With fewer cells than these beside it, a text stands beneath its head."""
_BENEATH: Final = " " * 4
_SEMICOLON: Final = "; "


class Part(NamedTuple):
    """A piece of text and its colour: one of ``terminal.paint``, or ``STRUCK``."""

    text: str
    colour: str | None = None


class Page(NamedTuple):
    """What lines are drawn on: its width in cells (None: no limit), in colour or not, the zone."""

    width: int | None
    coloured: bool
    zone: tzinfo


def page(zone: tzinfo) -> Page:
    """Return the page that standard output is, showing instants in ``zone``."""
    return Page(width_of_terminal(), has_colour(sys.stdout), zone)


def head_with(text: str, form: str) -> None:
    """Have ``text`` stand above the first line that the command shows, unless its format is for programs."""
    if form not in DATA:
        common().headings.append(text)


def begin() -> None:
    """Write the headings to standard output that are not written yet: there is something to show."""
    shared = common()
    pending, shared.headings, shared.quiet = shared.headings, [], False
    for text in pending:
        for line in wrapped(text, width_of_terminal()):
            sys.stdout.write(f"{line}\n")


def write(lines: Iterable[str]) -> None:
    """Write lines, which are safe for a terminal, to standard output, under the headings if there are any."""
    for line in lines:
        begin()
        sys.stdout.write(f"{line}\n")


def wrapped(text: str, room: int | None) -> list[str]:
    """Return ``text``, made safe for a terminal, in lines of at most ``room`` cells; at least one line.

    A word that is too long for a line is broken. ``None`` is no limit.
    """
    safe = safe_text(" ".join(text.split()))
    if room is None or cells(safe) <= room:
        return [safe]
    found = [""]
    for word in safe.split(" "):
        for piece in _pieces(word, max(room, 1)):
            joined = f"{found[-1]} {piece}" if found[-1] else piece
            if cells(joined) <= room:
                found[-1] = joined
            else:
                found.append(piece)
    return found


def _pieces(word: str, limit: int) -> Iterator[str]:
    while len(word) > 1 and cells(word) > limit:
        piece = beginning(word, limit) or word[0]
        yield piece
        word = word[len(piece) :]
    yield word


def block(first: Part, notes: Sequence[Part], room: int | None) -> list[list[Part]]:
    """Return a text and its notes as lines: a note stands beside what is before it where it fits.

    Otherwise, and after a text that was wrapped, it starts a line of its own. Nothing is cut.
    """
    paragraphs = first.text.splitlines() or [""]
    found = [[Part(line, first.colour)] for text in paragraphs for line in wrapped(text, room)]
    one_line = len(found) == 1
    for note in notes:
        lines = wrapped(note.text, room)
        if one_line and len(lines) == 1 and _fits(found[-1], lines[0], room):
            found[-1] += [Part("   "), Part(lines[0], note.colour)]
        else:
            found += [[Part(line, note.colour)] for line in lines]
            one_line = True
    return found


def _fits(line: Sequence[Part], more: str, room: int | None, gap: int = 3) -> bool:
    return room is None or sum(cells(part.text) for part in line) + gap + cells(more) <= room


def joined(parts: Sequence[str], room: int | None) -> list[str]:
    """Return ``parts``, made safe, with dots between them, in lines that break between parts where they can."""
    found = [""]
    for part in map(safe_text, parts):
        longer = f"{found[-1]} · {part}" if found[-1] else part
        if room is None or cells(longer) <= room:
            found[-1] = longer
        else:
            found += wrapped(part, room)
    return found if found[0] else found[1:] or found


def in_block(parts: Sequence[Part], page: Page, indent: str = "") -> Iterator[str]:
    """Yield the lines of parts, which are safe for a terminal, with semicolons between those in one line.

    All lines but the first are indented. A part is broken between its words where it is longer than a line.
    """
    more = f"{indent}  "
    room = None if page.width is None else max(page.width - len(more), 1)
    line: list[Part] = []
    lines: list[list[Part]] = []
    for part in parts:
        if line and _fits(line, part.text, room, len(_SEMICOLON)):
            line += [Part(_SEMICOLON), part]
            continue
        pieces = [Part(text, part.colour) for text in wrapped(part.text, room)]
        lines += [[piece] for piece in pieces]
        line = lines[-1]
    for number, one in enumerate(lines):
        text = "".join(painted(part, coloured=page.coloured) for part in one)
        yield f"{more if number else indent}{text}"


def hung(
    head: str,
    lines: Sequence[Sequence[Part]],
    *,
    coloured: bool,
    width: int | None = None,
    least: int = _LEAST,
) -> Iterator[str]:
    """Yield ``lines`` after ``head``, all but the first indented by the head's width.

    Where fewer than ``least`` cells of the ``width`` are left beside the head, they stand beneath it, as
    ``room_beside`` counts.
    """
    if is_beneath(width, cells(head), least):
        lead = head[: min(len(head) - len(head.lstrip(" ")), 2)]
        yield from (f"{lead}{line}" for line in wrapped(head, (width or 0) - len(lead)))
        head = indent = _BENEATH
    else:
        indent = " " * cells(head)
    for number, parts in enumerate(lines):
        line = "".join(painted(part, coloured=coloured) for part in parts)
        yield f"{indent if number else head}{line}".rstrip()


def beside(head: str, texts: Iterable[Part], page: Page) -> Iterator[str]:
    """Yield ``texts``, each wrapped and on lines of its own, after ``head``, which is safe for a terminal."""
    parts = list(texts)
    least = least_beside(part.text for part in parts)
    room = room_beside(page.width, cells(head), least)
    lines = [[Part(line, part.colour)] for part in parts for line in wrapped(part.text, room)]
    return hung(head, lines, coloured=page.coloured, width=page.width, least=least)


def marked(mark: Part, head: str, texts: Sequence[str], page: Page) -> Iterator[str]:
    """Yield ``texts`` beside a coloured ``mark`` of one cell and a ``head``."""
    first, *rest = beside(f"  {mark.text} {head}", list(map(Part, texts)), page)
    yield f"  {painted(mark, coloured=page.coloured)}{first[3:]}"
    yield from rest


def headline(text: str) -> None:
    """Write a text to standard output, wrapped at the terminal's edge; if to be quiet, with what follows."""
    if common().quiet:
        common().headings.append(text)
    else:
        write(wrapped(text, width_of_terminal()))


def least_beside(texts: Iterable[str]) -> int:
    """Return how many cells texts need to stand beside a head: enough to be read, and for their longest word."""
    return max(_LEAST, *(cells(safe_text(word)) for text in texts for word in text.split()), 0)


def room_beside(width: int | None, taken: int, least: int = _LEAST) -> int | None:
    """Return how many cells are left of a page beside ``taken``, or, if they are few, beneath: see ``hung``."""
    if width is None:
        return None
    return max(width - (len(_BENEATH) if is_beneath(width, taken, least) else taken), 1)


def is_beneath(width: int | None, taken: int, least: int = _LEAST) -> bool:
    """Tell whether a text stands beneath a head that takes so many cells, since few are left beside it."""
    return width is not None and taken > len(_BENEATH) and width - taken < least


def painted(part: Part, *, coloured: bool) -> str:
    """Return a part's text in its colour, or plain."""
    if not coloured or not part.text:
        return part.text
    if part.colour == STRUCK:
        from click import style

        return style(part.text, dim=True, strikethrough=True)
    return paint(part.text, part.colour)
