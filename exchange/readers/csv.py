"""Reading CSV: a heading, then one event a row.

The encoding is what a byte order mark or the mapping says, else UTF-8 if the whole file is, else a guess
that is told. The delimiter is what the mapping says, else the one that parts the heading into most columns.
A row's line is the one on which it starts, also where quoted text has line ends of its own.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import BinaryIO

    from exchange.source.trace import RawEvent, Refuse

    Opened = Callable[[], BinaryIO]

LONGEST = 1 << 20
MOST_LINES = 10_000
_DELIMITERS = ",;\t|"
_SAMPLE = 1 << 16


class CsvReader:
    """Reads one CSV file; ``line`` says how far it has come."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str, refuse: Refuse, longest: int = LONGEST) -> None:
        """Read the heading of ``text``. Raises ``UnreadableSource`` if it cannot be read.

        ``longest`` is how many characters a field, or a line, may have.
        """
        self._longest = longest
        self.line = 0
        self._start = 1
        self._line_with_nul = 0
        self._refuse = refuse
        self._text = text
        # The limit is the process's own, and by default lower than a long report is.
        csv.field_size_limit(longest)
        self._rows = csv.reader(self._lines(), delimiter=delimiter, strict=True)
        self.headings, self._repeated = _headings(self._next() or [])

    def events(self, used: Collection[str]) -> Iterator[RawEvent]:
        """Give the rows as events; refuse those that cannot be told apart into the heading's columns.

        Raises ``UnreadableSource`` where the file cannot be read on, or a column of ``used`` stands there twice.
        """
        if twice := sorted(self._repeated & set(used)):
            raise UnreadableSource(f"two columns are called {twice[0]!r}, which the mapping uses", line=1)
        while (row := self._next()) is not None:
            if self._line_with_nul >= self._start:
                self._refuse(self._start, "the row has a NUL character")
            elif row and len(row) != len(self.headings):
                found, wanted = len(row), len(self.headings)
                self._refuse(self._start, f"{found} columns, where the heading has {wanted}")
            elif row:
                named = zip(self.headings, row, strict=True)
                yield self._start, {heading: cell for heading, cell in named if cell}

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


def find_delimiter(opened: Opened, encoding: str) -> str:
    """Return the delimiter that parts the heading into most columns.

    Raises ``UnreadableSource`` if none does, or two do it equally well.
    """
    with decoded(opened, encoding) as text:
        try:
            sample = text.read(_SAMPLE)
        except UnicodeError as error:
            raise UnreadableSource(f"the text is not {encoding}: {_cause(error)}") from error
    counts = sorted((_columns(sample, delimiter), delimiter) for delimiter in _DELIMITERS)
    (second, _), (most, delimiter) = counts[-2:]
    if most <= 1 or second == most:
        reason = "the heading does not show what parts the columns" if sample.strip() else "it is empty"
        raise UnreadableSource(reason, hints=('write in a mapping, for example: delimiter = ";"',))
    return delimiter


def _cause(error: UnicodeError) -> str:
    return error.reason if isinstance(error, UnicodeDecodeError) else str(error)


def _columns(sample: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), []))
    except csv.Error:
        return 0


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
