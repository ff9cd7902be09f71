"""Help texts on narrow terminals: click's own are 50 cells wide at least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

_NARROW: Final = 72
"""On fewer cells what is said of an option stands beneath it."""
_EDGE: Final = 2
_INDENT: Final = 4
_AS_IT_STANDS: Final = "\b\n"
_NO_BREAK: Final = "\u2011"


class HelpFormatter(click.HelpFormatter):
    """Writes help as click does, and on a narrow terminal in lines that are no wider than it."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        """Take what click gives; without a ``width`` it is the terminal's."""
        super().__init__(indent_increment, width, max_width)
        from shutil import get_terminal_size  # (few commands write help)

        columns = get_terminal_size().columns if width is None else width
        self.narrow = columns < _NARROW
        if self.narrow:
            self.width = max(columns - _EDGE, 1)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is typed."""
        if self.narrow:
            text = f"{prefix or 'Usage:'} {prog} {args}"
            self.write(f"{click.wrap_text(whole(text), self.width, subsequent_indent='  ')}\n")
        else:
            super().write_usage(prog, whole(args), prefix)

    def write_text(self, text: str) -> None:
        """Write paragraphs; of lines that click would leave as they are, each is one where they do not fit."""
        room = self.width - self.current_indent
        paragraphs = (_broken_up(one, room) for one in text.split("\n\n"))
        super().write_text(whole("\n\n".join(paragraphs)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and what is said of them, beside each other or one beneath the other."""
        kept = [(whole(term), whole(said)) for term, said in rows]
        if not self.narrow:
            super().write_dl(kept, col_max, col_spacing)
            return
        for term, said in kept:
            for text, more in ((term, 0), (said, _INDENT)):
                indent = " " * (self.current_indent + more)
                lines = click.wrap_text(text, self.width, initial_indent=indent, subsequent_indent=indent)
                self.write(f"{lines}\n" if text else "")

    def getvalue(self) -> str:
        """Return what was written."""
        return super().getvalue().replace(_NO_BREAK, "-")


def _broken_up(paragraph: str, room: int) -> str:
    if not paragraph.startswith(_AS_IT_STANDS) or max(map(len, paragraph.splitlines())) <= room:
        return paragraph
    return paragraph.removeprefix(_AS_IT_STANDS).replace("\n", "\n\n")


def whole(text: str) -> str:
    """Return a text in which click breaks no line at a hyphen: an option or a word is typed as it stands."""
    return text.replace("-", _NO_BREAK)


class HelpContext(click.Context):
    """The context of every command, whose help is written by ``HelpFormatter``."""

    formatter_class = HelpFormatter
