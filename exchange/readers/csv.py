"""Reading CSV: a heading, then one event a row.

The encoding is what a byte order mark or the mapping says, else UTF-8 if the whole file is, else a guess
that is told. How the file is written tells ``exchange.readers.csv_form``. A row's line is the one on which it
starts, also where quoted text has line ends of its own. A row in which every cell is empty is none, as a blank
line is; cells beyond the heading's are none if they are empty.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from exchange.readers.csv_form import SAMPLE, CsvForm, csv_form, spaced_quote
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import BinaryIO

    from exchange.source.trace import RawEvent, Refuse

    Opened = Callable[[], BinaryIO]

LONGEST = 1 << 20
MOST_LINES = 10_000


class CsvReader:
    """Reads one CSV file; ``line`` says how far it has come."""

    def __init__(self, text: io.TextIOWrapper, form: CsvForm, refuse: Refuse, longest: int = LONGEST) -> None:
        """Read the heading of ``text``, written in ``form``. Raises ``UnreadableSource`` if it cannot be read.

        ``longest`` is how many characters a field, or a line, may have.
        """
        self._longest = longest
        self.line = 0
        self._start = 1
        self._line_with_nul = 0
        self._line_with_quote = 0
        blanks = " +" if form.delimiter == "\t" else "[ \t]+"
        self._blank_before_quote = re.compile(f'(?:^|{re.escape(form.delimiter)}){blanks}"').search
        self._refuse = refuse
        self._text = text
        # The limit is the process's own, and by default lower than a long report is.
        csv.field_size_limit(longest)
        lines = self._lines()
        if form.told:
            next(lines)
        self._rows = csv.reader(lines, delimiter=form.delimiter, strict=True, skipinitialspace=form.spaced)
        self.headings, self._repeated = _headings(self._heading())

    def events(self, used: Collection[str]) -> Iterator[RawEvent]:
        """Give the rows as events; refuse those that cannot be told apart into the heading's columns.

        Raises ``UnreadableSource`` where the file cannot be read on, or a column of ``used`` stands there twice.
        """
        if twice := sorted(self._repeated & set(used)):
            raise UnreadableSource(f"two columns are called {twice[0]!r}, which the mapping uses", line=1)
        while (row := self._next()) is not None:
            if self._line_with_nul >= self._start:
                self._refuse(self._start, "the row has a NUL character")
                continue
            if len(row) != len(self.headings) and not self._fitted(row):
                continue
            if self._line_with_quote >= self._start and spaced_quote(row):
                self._refuse(self._start, "ill-formed row: blanks stand before a quote")
                continue
            values = {heading: cell for heading, cell in zip(self.headings, row, strict=True) if cell}
            if values and any(map(str.strip, values.values())):
                yield self._start, values

    def _fitted(self, row: list[str]) -> bool:
        """Cut empty cells that a row has beyond the heading; refuse it if that does not make it fit."""
        wanted = len(self.headings)
        if not any(map(str.strip, row)):
            return False
        if len(row) > wanted and not any(map(str.strip, row[wanted:])):
            del row[wanted:]
            return True
        self._refuse(self._start, f"{len(row)} columns, where the heading has {wanted}")
        return False

    def _heading(self) -> list[str]:
        while (row := self._next()) is not None:
            if any(map(str.strip, row)):
                return row
        return []

    def _next(self) -> list[str] | None:
        """Return the next row, or ``None`` at the end; refuse those that are ill-formed."""
        while True:
            self._start = self.line + 1
            try:
                return next(self._rows, None)
            except csv.Error as error:
                self._judge(str(error))

    def _judge(self, error: str) -> None:
        if error.startswith("unexpected end"):
            raise UnreadableSource("a quote is opened and never closed", line=self._start)
        if error.startswith("field larger"):
            raise UnreadableSource(f"a field is longer than {self._longest} characters", line=self._start)
        self._refuse(self._start, f"ill-formed row: {error}")

    def _lines(self) -> Iterator[str]:
        while line := self._read_line():
            self.line += 1
            if len(line) > self._longest:
                raise UnreadableSource(f"the line is longer than {self._longest} characters")
            if self.line - self._start > MOST_LINES:
                raise UnreadableSource(f"a row has more than {MOST_LINES} lines", line=self._start)
            if "\0" in line:
                self._line_with_nul = self.line
            if (' "' in line or '\t"' in line) and self._blank_before_quote(line):
                self._line_with_quote = self.line
            yield line

    def _read_line(self) -> str:
        try:
            return self._text.readline(self._longest + 1)
        except UnicodeError as error:
            before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            line = self.line + 1 + before.count(b"\n")
            raise UnreadableSource(
                f"the text is not {self._text.encoding}: {_cause(error)}", line=line
            ) from error


def decoded(opened: Opened, encoding: str) -> io.TextIOWrapper:
    """Open a file as text whose line ends are left as they are."""
    return io.TextIOWrapper(opened(), encoding=encoding, errors="strict", newline="")


def find_form(opened: Opened, encoding: str, delimiter: str | None) -> CsvForm:
    """Return how a file is written; ``delimiter`` is the mapping's. Raises as ``csv_form`` does."""
    # What cannot be decoded is found, with its line, when the rows are read.
    with io.TextIOWrapper(opened(), encoding=encoding, errors="replace", newline="") as text:
        return csv_form(text.read(SAMPLE), delimiter)


def _cause(error: UnicodeError) -> str:
    return error.reason if isinstance(error, UnicodeDecodeError) else str(error)


def _headings(row: list[str]) -> tuple[list[str], set[str]]:
    """Return a name for each column, all different, and the headings that stood there more than once."""
    names: list[str] = []
    repeated = set()
    for number, cell in enumerate(row, 1):
        name = cell.removeprefix("\ufeff").strip() or f"column {number}"
        if name in names:
            repeated.add(name)
            name = f"{name}[{number}]"
        names.append(name)
    return names, repeated
